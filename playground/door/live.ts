import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { LiveParts } from '../live/hello.ts';
import { openLive } from '../live/live.ts';
import type { ServerFrame } from '../page/protocol.ts';

const PING_EVERY_MS = 20_000;
/** Close a page that stopped reading before its frames fill the memory; a live page reconnects by itself. */
const MOST_UNSENT_BYTES = 16 * 1024 * 1024;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;
/** A close frame takes 123 bytes, and a character up to three. */
const LONGEST_REASON = 41;

/** The page's WebSocket; page/protocol.ts has its frames. */
export function addLive(server: FastifyInstance, parts: LiveParts): void {
  server.get('/playground/live', { websocket: true }, (socket, request) => {
    const user = new URL(request.url, 'http://playground').searchParams.get('user') ?? 'U0LISA';
    try {
      follow(socket, parts, user);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      socket.close(POLICY_VIOLATION, reason.slice(0, LONGEST_REASON));
    }
  });
}

function follow(socket: WebSocket, parts: LiveParts, user: string): void {
  const live = openLive(parts, user, (frame: ServerFrame) => {
    if (socket.bufferedAmount > MOST_UNSENT_BYTES) socket.close(TRY_AGAIN_LATER);
    else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  });
  let answers = true;
  const pings = setInterval(() => {
    if (!answers) socket.terminate();
    answers = false;
    socket.ping();
  }, PING_EVERY_MS);
  socket.on('pong', () => {
    answers = true;
  });
  socket.on('message', (data) => live.receive(parse(String(data))));
  socket.on('close', () => {
    clearInterval(pings);
    live.close();
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
