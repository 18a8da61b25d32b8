import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { refusalOf } from '../this-machine.ts';
import type { State } from './state-type.ts';

const PING_EVERY_MS = 10_000;
/** A connection that does not close within this time is cut off. */
const CLOSING_MS = 500;

const acknowledgement = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ envelope_id: z.string(), payload: z.unknown() }));

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands';
export type Acknowledged = { payload?: unknown };
export type SocketLinks = ReturnType<typeof createSocketLinks>;

/** Slack's end of Socket Mode. Envelopes go to the connections in turn, and count as received when acknowledged. */
export function createSocketLinks(state: State) {
  const server = new WebSocketServer({ noServer: true });
  const links: WebSocket[] = [];
  const waiting = new Map<string, (acknowledged: Acknowledged) => void>();
  let turn = 0;

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isStranger = refusalOf(req.socket.remoteAddress, req.headers) !== undefined;
    if (isStranger) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    const ticket = new URL(req.url ?? '/', 'ws://localhost').searchParams.get('ticket') ?? '';
    if (state.tickets.delete(ticket)) server.handleUpgrade(req, socket, head, greet);
    else socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
  }

  function greet(link: WebSocket): void {
    links.push(link);
    const pings = setInterval(() => link.ping(), PING_EVERY_MS).unref();
    link.on('message', (data) => acknowledge(String(data)));
    // Any error of a connection ends it; nothing else is needed.
    link.on('error', () => link.terminate());
    link.on('close', () => drop(link, pings));
    const hello = { type: 'hello', num_connections: links.length, connection_info: { app_id: state.appId } };
    link.send(JSON.stringify({ ...hello, debug_info: { host: 'playground', approximate_connection_time: 18060 } }));
  }

  function drop(link: WebSocket, pings: NodeJS.Timeout): void {
    clearInterval(pings);
    links.splice(links.indexOf(link), 1);
  }

  function acknowledge(text: string): void {
    const answer = acknowledgement.safeParse(text);
    if (answer.success) waiting.get(answer.data.envelope_id)?.({ payload: answer.data.payload });
  }

  /** The payload of the acknowledgement, if one came in time. */
  function send(
    type: EnvelopeType,
    payload: unknown,
    retry: number,
    reason: string,
    timeoutMs: number,
  ): Promise<Acknowledged | undefined> {
    const link = links[turn++ % Math.max(links.length, 1)];
    if (!link) return Promise.resolve(undefined);
    const id = randomUUID();
    const envelope = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api' };
    const repeated = type === 'events_api' ? { retry_attempt: retry, retry_reason: reason } : {};
    link.send(JSON.stringify({ ...envelope, ...repeated }));
    return new Promise((resolve) => {
      const settle = (acknowledged?: Acknowledged) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(acknowledged);
      };
      const timer = setTimeout(() => settle(), timeoutMs);
      waiting.set(id, settle);
    });
  }

  function close(): void {
    for (const link of links) {
      link.close();
      setTimeout(() => link.terminate(), CLOSING_MS).unref();
    }
  }

  return { upgrade, send, close };
}
