import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { SlackWorkspace } from './slack/workspace.ts';

type Route = { path: string; method: 'GET' | 'POST'; handle: RequestListener };

const channel = 'C0GENERAL';
const saying = z.strictObject({
  text: z.string().trim().min(1).max(40_000),
  user: z.string().default('U0LISA'),
  thread: z.string().optional(),
});

/** Speaking to the bot and reading along in the stand-in workspace, for whoever sits at this machine. */
export function playgroundRoutes(workspace: SlackWorkspace): Route[] {
  return [
    { path: '/playground/say', method: 'POST', handle: local((req, res) => say(workspace, req, res)) },
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
  const asked = readSaying(await text(req).catch(() => ''));
  if (asked.kind === 'bad') return send(res, 400, { error: asked.line });
  const { thread, user } = asked.said;
  const mention = thread ? '' : `<@${workspace.botUserId}> `;
  try {
    const { ts } = await workspace.say({ channel, user, text: mention + asked.said.text, thread_ts: thread });
    send(res, 200, { channel, ts, thread: thread ?? ts });
  } catch (error) {
    send(res, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

type Read = { kind: 'said'; said: z.infer<typeof saying> } | { kind: 'bad'; line: string };

function readSaying(body: string): Read {
  try {
    return { kind: 'said', said: saying.parse(JSON.parse(body)) };
  } catch {
    return { kind: 'bad', line: 'Send {"text": "…"}, and if you like "user" (such as U0MARCO) and "thread" (a ts).' };
  }
}

function list(workspace: SlackWorkspace, req: IncomingMessage, res: ServerResponse): void {
  const thread = new URL(req.url ?? '/', 'http://playground').searchParams.get('thread') ?? undefined;
  const messages = workspace.messages(channel, thread).map((message) => ({
    ts: message.ts,
    thread: message.thread_ts ?? message.ts,
    user: message.user === workspace.botUserId ? 'countersign' : message.user,
    text: message.text,
    ...(message.streaming ? { streaming: true } : {}),
  }));
  send(res, 200, { channel, messages });
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
}
