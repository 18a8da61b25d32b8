import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { buttonsOf } from './slack/interactions.ts';
import type { SlackMessage, SlackWorkspace } from './slack/workspace.ts';

type Route = { path: string; method: 'GET' | 'POST'; handle: RequestListener };

const general = 'C0GENERAL';
const saying = z.strictObject({
  text: z.string().trim().min(1).max(40_000),
  user: z.string().default('U0LISA'),
  thread: z.string().optional(),
});
const clicking = z.strictObject({
  user: z.string(),
  ts: z.string(),
  channel: z.string().default(general),
  action_id: z.string(),
});
const sayThis = 'Send {"text": "…"}, and if you like "user" (such as U0MARCO) and "thread" (a ts).';
const clickThis =
  'Send {"user": "U0MARCO", "channel": "C0APPROVALS", "ts": "…", "action_id": "…"}: ts and buttons are in messages.';

/** Speaking to the bot and reading along in the stand-in workspace, for whoever sits at this machine. */
export function playgroundRoutes(workspace: SlackWorkspace): Route[] {
  return [
    { path: '/playground/say', method: 'POST', handle: local((req, res) => say(workspace, req, res)) },
    { path: '/playground/click', method: 'POST', handle: local((req, res) => click(workspace, req, res)) },
    { path: '/playground/messages', method: 'GET', handle: local((req, res) => list(workspace, req, res)) },
  ];
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

async function say(workspace: SlackWorkspace, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const asked = await bodyOf(req, saying);
  if (!asked) return send(res, 400, { error: sayThis });
  const { thread, user, text: said } = asked;
  const mention = thread ? '' : `<@${workspace.botUserId}> `;
  await attempt(res, async () => {
    const { ts } = await workspace.say({ channel: general, user, text: mention + said, thread_ts: thread });
    return { channel: general, ts, thread: thread ?? ts };
  });
}

async function click(workspace: SlackWorkspace, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const asked = await bodyOf(req, clicking);
  if (!asked) return send(res, 400, { error: clickThis });
  await attempt(res, async () => ({ shown: (await workspace.click(asked)).shown }));
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

async function list(workspace: SlackWorkspace, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const asked = new URL(req.url ?? '/', 'http://playground').searchParams;
  const channel = asked.get('channel') ?? general;
  await attempt(res, async () => ({
    channel,
    messages: workspace.messages(channel, asked.get('thread') ?? undefined).map((message) => shown(workspace, message)),
  }));
}

function shown({ botUserId }: SlackWorkspace, message: SlackMessage): object {
  const buttons = buttonsOf(message).map(({ action_id }) => action_id);
  return {
    ts: message.ts,
    thread: message.thread_ts ?? message.ts,
    user: message.user === botUserId ? 'countersign' : message.user,
    text: message.text,
    ...(buttons.length > 0 && { buttons }),
    ...(message.streaming && { streaming: true }),
  };
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
}
