import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { formLines, linesOf } from './lines.ts';
import { isRecord } from './slack/checks.ts';
import { buttonsOf } from './slack/interactions.ts';
import type { Ephemeral, SlackMessage, SlackWorkspace } from './slack/workspace.ts';

const general = 'C0GENERAL';
const saying = z.strictObject({
  text: z.string().trim().min(1).max(40_000),
  user: z.string().default('U0LISA'),
  channel: z.string().default(general),
  thread: z.string().optional(),
});
const clicking = z.strictObject({
  user: z.string(),
  ts: z.string(),
  channel: z.string().default(general),
  action_id: z.string(),
});
const submitting = z.strictObject({
  user: z.string(),
  view_id: z.string().optional(),
  values: z.record(z.string(), z.string().nullable()).default({}),
});
const commanding = z.strictObject({
  text: z.string().trim().startsWith('/').default('/countersign'),
  user: z.string().default('U0LISA'),
  channel: z.string().default(general),
});
const opening = z.strictObject({ user: z.string().default('U0LISA'), tab: z.enum(['messages', 'home']).optional() });
const sayThis =
  'Send {"text": "…"}, and if you like "user" (such as U0MARCO), "channel" (such as C0BANK) and "thread" (a ts).';
const clickThis =
  'Send {"user": "U0MARCO", "channel": "C0APPROVALS", "ts": "…", "action_id": "…"}: ts and buttons are in messages.';
const submitThis =
  'Send {"user": "U0MARCO", "values": {"reason": "…"}}: fields are in view. Without a "view_id", the newest form is sent.';
const commandThis =
  'Send {"text": "/countersign"}, and if you like "user" and "channel": what it answers is in view, among the ephemerals.';
const openThis =
  'Send {"user": "U0LISA"}: their Messages tab is opened, and /playground/prompts has what it offers. ' +
  'With "tab": "home" it is the Home tab, which is in view.';

/** Speaking to the bot and reading along in the stand-in workspace, for whoever sits at this machine. */
export function playgroundPlugin(workspace: SlackWorkspace): FastifyPluginAsync {
  return async (server) => {
    server.addHook('onRequest', onlyLocal);
    // Whatever a script calls its body, it is read as JSON.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    posting(server, '/playground/say', saying, sayThis, (asked) => say(workspace, asked));
    posting(server, '/playground/click', clicking, clickThis, async (asked) => ({
      shown: (await workspace.click(asked)).shown,
    }));
    posting(server, '/playground/submit', submitting, submitThis, (asked) => submit(workspace, asked));
    posting(server, '/playground/command', commanding, commandThis, async (asked) => ({
      shown: (await workspace.command(asked)).shown,
    }));
    posting(server, '/playground/open', opening, openThis, (asked) => open(workspace, asked));
    reading(server, '/playground/prompts', (asked) => listPrompts(workspace, asked));
    reading(server, '/playground/messages', (asked) => list(workspace, asked));
    reading(server, '/playground/view', (asked) => view(workspace, asked));
  };
}

/** A body that does not keep to the schema is answered with how one looks. */
function posting<T>(
  server: FastifyInstance,
  path: string,
  schema: z.ZodType<T>,
  hint: string,
  act: (asked: T) => Promise<object>,
): void {
  server.post(path, async (request, reply) => {
    const asked = parseBody(request.body, schema);
    return asked ? attempt(reply, () => act(asked)) : send(reply, 400, { error: hint });
  });
}

function reading(server: FastifyInstance, path: string, show: (asked: URLSearchParams) => object): void {
  server.get(path, async (request, reply) =>
    attempt(reply, async () => show(new URL(request.url, 'http://playground').searchParams)),
  );
}

/** Whoever can speak here speaks as anyone, so neither other machines nor web pages of other sites may. */
async function onlyLocal(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (isLocal(request)) return undefined;
  return send(reply, 403, { error: 'The playground answers this machine only: call it by 127.0.0.1 or localhost.' });
}

function isLocal({ socket, headers }: FastifyRequest): boolean {
  const { host = '', origin } = headers;
  const here = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '');
  // A foreign page that made its own name point at this machine still sends that name.
  const named = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  return here && named && (origin === undefined || origin === `http://${host}`);
}

function parseBody<T>(body: unknown, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(String(body)));
  } catch {
    return undefined;
  }
}

async function attempt(reply: FastifyReply, act: () => Promise<object>): Promise<FastifyReply> {
  try {
    return send(reply, 200, await act());
  } catch (error) {
    return send(reply, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function say(workspace: SlackWorkspace, asked: z.infer<typeof saying>): Promise<object> {
  const { thread, user, channel, text: said } = asked;
  const mention = thread || channel.startsWith('D') ? '' : `<@${workspace.botUserId}> `;
  const { ts } = await workspace.say({ channel, user, text: mention + said, thread_ts: thread });
  return { channel, ts, thread: thread ?? ts };
}

async function submit(workspace: SlackWorkspace, asked: z.infer<typeof submitting>): Promise<object> {
  const { user, values, view_id = workspace.openViews(user).at(-1)?.id } = asked;
  if (view_id === undefined) throw new Error(`${user} has no form open.`);
  return { shown: (await workspace.submitView({ user, view_id, values })).shown };
}

/** The app hears of it: it may offer something to ask among the messages, and fills the Home tab. */
async function open(workspace: SlackWorkspace, { user, tab = 'messages' }: z.infer<typeof opening>): Promise<object> {
  await workspace.openHome(user, tab);
  return { channel: workspace.openDm(user) };
}

function listPrompts(workspace: SlackWorkspace, asked: URLSearchParams): object {
  const user = userOf(asked);
  return { user, prompts: [], ...workspace.prompts(user) };
}

function list(workspace: SlackWorkspace, asked: URLSearchParams): object {
  const channel = asked.get('channel') ?? general;
  const messages = workspace.messages(channel, asked.get('thread') ?? undefined);
  return { channel, messages: messages.map((message) => shown(workspace, message)) };
}

function shown({ botUserId }: SlackWorkspace, message: SlackMessage): object {
  const buttons = buttonsOf(message).map(({ action_id }) => action_id);
  return {
    ts: message.ts,
    thread: message.thread_ts ?? message.ts,
    user: message.user === botUserId ? 'countersign' : message.user,
    ...wordsOf(message),
    ...(buttons.length > 0 && { buttons }),
    ...(message.streaming && { streaming: true }),
  };
}

/** People see a card's blocks, and its text in notifications only. The markdown of a reply is its text once more. */
function wordsOf({ text, blocks = [] }: Pick<SlackMessage, 'text' | 'blocks'>): object {
  const card = linesOf(blocks.filter((block) => !isRecord(block) || block.type !== 'markdown'));
  return { text, ...(card.length > 0 && { card }) };
}

/** What this person sees and others do not. */
function view(workspace: SlackWorkspace, asked: URLSearchParams): object {
  const user = userOf(asked);
  return {
    user,
    home: linesOf(workspace.home(user)?.blocks),
    forms: workspace.openViews(user).map((form) => ({ view_id: form.id, form: formLines(form) })),
    ephemerals: workspace.ephemerals(user).map(whispered),
  };
}

function whispered({ ts, channel, thread_ts, ...words }: Ephemeral): object {
  return { ts, channel, ...(thread_ts && { thread: thread_ts }), ...wordsOf(words) };
}

function userOf(asked: URLSearchParams): string {
  return asked.get('user') ?? 'U0LISA';
}

function send(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply
    .code(status)
    .type('application/json')
    .send(`${JSON.stringify(body, null, 2)}\n`);
}
