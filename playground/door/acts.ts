import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { SlackWorkspace } from '../slack/workspace.ts';
import { attempt, send } from './answers.ts';

const general = 'C0GENERAL';
const text = z.string().trim().min(1).max(40_000);
const user = z.string().default('U0LISA');
const channel = z.string().default(general);

const saying = z.strictObject({
  text: z.string().trim().max(40_000).default(''),
  user,
  channel,
  thread: z.string().optional(),
  mention: z.boolean().default(true),
  /** Ids that uploads returned. */
  files: z.array(z.string()).max(10).default([]),
});
const editing = z.strictObject({ text, user, channel, ts: z.string() });
const deleting = z.strictObject({ user, channel, ts: z.string() });
const filled = z.record(z.string(), z.string().nullable()).default({});
const pressed = { user: z.string(), action_id: z.string(), value: z.string().optional() };
const clicking = z.union([
  z.strictObject({ ...pressed, ts: z.string(), channel }),
  z.strictObject({ ...pressed, view_id: z.string(), values: filled }),
]);
const submitting = z.strictObject({ user: z.string(), view_id: z.string().optional(), values: filled });
const closing = z.strictObject({ user: z.string(), view_id: z.string().optional() });
const commanding = z.strictObject({ text: z.string().trim().startsWith('/').default('/countersign'), user, channel });
const opening = z.strictObject({ user, tab: z.enum(['messages', 'home']).optional() });

const sayThis =
  'Send {"text": "…"}, and if you like "user" (such as U0MARCO), "channel" (such as C0BANK) and "thread" (a ts). ' +
  'In a channel the bot is mentioned for you; with "mention": false the text goes as you wrote it. ' +
  '"files" are ids that /playground/upload gave.';
const editThis = 'Send {"user": "U0LISA", "channel": "C0GENERAL", "ts": "…", "text": "…"}: ts is in messages.';
const deleteThis = 'Send {"user": "U0LISA", "channel": "C0GENERAL", "ts": "…"}: ts is in messages.';
const clickThis =
  'Send {"user": "U0MARCO", "channel": "C0APPROVALS", "ts": "…", "action_id": "…"}: ts and buttons are in messages. ' +
  'Where several buttons have one name, "value" says which, and in a menu what is chosen. In a form or the Home tab, ' +
  'send its "view_id" instead of "channel" and "ts".';
const submitThis =
  'Send {"user": "U0MARCO", "values": {"reason": "…"}}: fields are in view. Without a "view_id", the newest form is sent.';
const closeThis = 'Send {"user": "U0MARCO"}: without a "view_id", their newest form is closed.';
const commandThis =
  'Send {"text": "/countersign"}, and if you like "user" and "channel": what it answers is in view, among the ephemerals.';
const openThis =
  'Send {"user": "U0LISA"}: their Messages tab is opened, and /playground/prompts has what it offers. ' +
  'With "tab": "home" it is the Home tab, which is in view.';

/** The acts of people in the workspace, over routes for scripts and the page. */
export function addActs(server: FastifyInstance, workspace: SlackWorkspace): void {
  const add = <T extends { user: string }>(
    name: string,
    schema: z.ZodType<T>,
    hint: string,
    act: (asked: T) => Promise<object>,
  ) =>
    post(server, name, schema, hint, (asked) => {
      mustBePerson(workspace, asked.user);
      return act(asked);
    });
  add('say', saying, sayThis, (asked) => say(workspace, asked));
  add('edit', editing, editThis, (asked) => edit(workspace, asked));
  add('delete', deleting, deleteThis, (asked) => remove(workspace, asked));
  add('click', clicking, clickThis, async (asked) => ({ shown: (await workspace.click(asked)).shown }));
  add('close', closing, closeThis, (asked) => close(workspace, asked));
  add('submit', submitting, submitThis, (asked) => submit(workspace, asked));
  add('command', commanding, commandThis, async (asked) => ({ shown: (await workspace.command(asked)).shown }));
  add('open', opening, openThis, (asked) => open(workspace, asked));
}

/** Only the app itself acts as the bot: anyone else could rewrite a card while a person signs it. */
function mustBePerson(workspace: SlackWorkspace, user: string): void {
  const isBot = workspace.people().some((one) => one.id === user && one.isBot);
  if (isBot) throw new Error(`${user} is the bot; act as a person, such as U0LISA.`);
}

/** Answers a body that breaks the schema with an example of a right one. */
export function post<T>(
  server: FastifyInstance,
  name: string,
  schema: z.ZodType<T>,
  hint: string,
  act: (asked: T) => Promise<object>,
): void {
  server.post(`/playground/${name}`, async (request, reply) => {
    const body = readJson(String(request.body ?? ''));
    if (body.kind === 'broken') return send(reply, 400, { error: `This is not JSON. ${hint}` });
    const asked = schema.safeParse(body.json);
    if (!asked.success) return send(reply, 400, { error: `${faultOf(asked.error)} ${hint}` });
    return attempt(reply, () => act(asked.data));
  });
}

function readJson(text: string): { kind: 'json'; json: unknown } | { kind: 'broken' } {
  try {
    return { kind: 'json', json: JSON.parse(text) };
  } catch {
    return { kind: 'broken' };
  }
}

function faultOf({ issues: [first] }: z.ZodError): string {
  if (!first) return '';
  const where = first.path.length > 0 ? `"${first.path.join('.')}": ` : '';
  return `${where}${first.message}.`;
}

async function say(workspace: SlackWorkspace, asked: z.infer<typeof saying>): Promise<object> {
  const { thread, user, channel, text: said, mention, files } = asked;
  if (said === '' && files.length === 0) throw new Error(`There is no text and no file. ${sayThis}`);
  const isAddressed = !mention || thread !== undefined || channel.startsWith('D');
  const text = isAddressed ? said : `<@${workspace.botUserId}> ${said}`.trim();
  const { ts } = await workspace.say({ channel, user, text, thread_ts: thread, files });
  return { channel, ts, thread: thread ?? ts };
}

async function edit(workspace: SlackWorkspace, { user, ...change }: z.infer<typeof editing>): Promise<object> {
  mustBeOwn(workspace, user, change);
  await workspace.edit(change);
  return { channel: change.channel, ts: change.ts };
}

async function remove(workspace: SlackWorkspace, { user, ...message }: z.infer<typeof deleting>): Promise<object> {
  mustBeOwn(workspace, user, message);
  await workspace.remove(message);
  return message;
}

function mustBeOwn(workspace: SlackWorkspace, user: string, { channel, ts }: { channel: string; ts: string }): void {
  const message = workspace.messages(channel).find((one) => one.ts === ts);
  if (!message) throw new Error(`${channel} has no message ${ts}: ts is in messages.`);
  if (message.user !== user) throw new Error(`${user} did not write the message ${ts}; people change their own only.`);
}

async function close(workspace: SlackWorkspace, asked: z.infer<typeof closing>): Promise<object> {
  const { user } = asked;
  return workspace.closeView({ user, view_id: asked.view_id ?? newestForm(workspace, user) });
}

async function submit(workspace: SlackWorkspace, asked: z.infer<typeof submitting>): Promise<object> {
  const { user, values } = asked;
  const view_id = asked.view_id ?? newestForm(workspace, user);
  return { shown: (await workspace.submitView({ user, view_id, values })).shown };
}

function newestForm(workspace: SlackWorkspace, user: string): string {
  const form = workspace.openViews(user).at(-1);
  if (!form) throw new Error(`${user} has no form open.`);
  return form.id;
}

/** Tells the app, which then suggests prompts in the Messages tab or fills the Home tab. */
async function open(workspace: SlackWorkspace, { user, tab = 'messages' }: z.infer<typeof opening>): Promise<object> {
  await workspace.openHome(user, tab);
  return { channel: workspace.openDm(user) };
}
