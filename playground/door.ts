import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { formLines, linesOf } from './lines.ts';
import { isRecord } from './slack/checks.ts';
import { buttonsOf } from './slack/interactions.ts';
import type { Ephemeral, SlackMessage, SlackWorkspace } from './slack/workspace.ts';

type Route = { path: string; method: 'GET' | 'POST'; handle: RequestListener };

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
export function playgroundRoutes(workspace: SlackWorkspace): Route[] {
  return [
    posting('/playground/say', saying, sayThis, (asked) => say(workspace, asked)),
    posting('/playground/click', clicking, clickThis, async (asked) => ({
      shown: (await workspace.click(asked)).shown,
    })),
    posting('/playground/submit', submitting, submitThis, (asked) => submit(workspace, asked)),
    posting('/playground/command', commanding, commandThis, async (asked) => ({
      shown: (await workspace.command(asked)).shown,
    })),
    posting('/playground/open', opening, openThis, (asked) => open(workspace, asked)),
    reading('/playground/prompts', (asked) => listPrompts(workspace, asked)),
    reading('/playground/messages', (asked) => list(workspace, asked)),
    reading('/playground/view', (asked) => view(workspace, asked)),
  ];
}

/** A body that does not keep to the schema is answered with how one looks. */
function posting<T>(path: string, schema: z.ZodType<T>, hint: string, act: (asked: T) => Promise<object>): Route {
  const handle = local(async (req, res) => {
    const asked = await bodyOf(req, schema);
    if (!asked) return send(res, 400, { error: hint });
    await attempt(res, () => act(asked));
  });
  return { path, method: 'POST', handle };
}

function reading(path: string, show: (asked: URLSearchParams) => object): Route {
  const handle = local((req, res) =>
    attempt(res, async () => show(new URL(req.url ?? '/', 'http://playground').searchParams)),
  );
  return { path, method: 'GET', handle };
}

/** Whoever can speak here speaks as anyone, so neither other machines nor web pages of other sites may. */
function local(handle: (req: IncomingMessage, res: ServerResponse) => void): RequestListener {
  return (req, res) => {
    if (isLocal(req)) return handle(req, res);
    send(res, 403, { error: 'The playground answers this machine only: call it by 127.0.0.1 or localhost.' });
  };
}

function isLocal({ socket, headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  const here = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '');
  // A foreign page that made its own name point at this machine still sends that name.
  const named = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  return here && named && (origin === undefined || origin === `http://${host}`);
}

async function bodyOf<T>(req: IncomingMessage, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await text(req)));
  } catch {
    return undefined;
  }
}

async function attempt(res: ServerResponse, act: () => Promise<object>): Promise<void> {
  try {
    send(res, 200, await act());
  } catch (error) {
    send(res, 400, { error: error instanceof Error ? error.message : String(error) });
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

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
}
