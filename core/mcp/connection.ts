import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ServerEntry } from './servers.ts';
import { withTimeout } from './timeout.ts';
import { openTransport, type ServerTransport } from './transport.ts';

export type Connection = {
  client: Client;
  /** Calls that wait for their answer. */
  inFlight: number;
  isClosed(): boolean;
  /** What went wrong, in one line and without the entry's secrets. */
  explain(error: unknown): string;
  /** The same with the server's last output, which often says why it is gone. */
  explainLoss(error: unknown): string;
  /** Ends when the child process is gone. */
  close(): Promise<void>;
};

export type Connected = { kind: 'connected'; connection: Connection } | Failed;
type Failed = { kind: 'failed'; connection?: Connection; reason: string };

export type ConnectionEvents = { onClosed(connection: Connection): void; onListChanged(): void };

const MAX_EXPLANATION = 300;
// The SDK asks a child to end, then terminates it, then kills it, and waits 2 seconds each time.
const CLOSE_TIMEOUT_MS = 5000;

/** Also returns the connection of a failed attempt: the caller must close it, or its child process lives on. */
export async function connect(
  entry: ServerEntry,
  events: ConnectionEvents,
  options: { timeoutMs: number; through(transport: Transport): Transport; signal: AbortSignal },
): Promise<Connected> {
  let connection: Connection | undefined;
  try {
    const serverTransport = openTransport(entry);
    connection = watchConnection(serverTransport, events);
    const opening = Promise.all([
      serverTransport.begin(),
      connection.client.connect(options.through(serverTransport.transport)),
    ]);
    await withTimeout(opening, options.timeoutMs, options.signal);
  } catch (error) {
    return { kind: 'failed', connection, reason: connection?.explainLoss(error) ?? errorText(error) };
  }
  if (connection.isClosed()) return { kind: 'failed', connection, reason: connection.explainLoss('it closed at once') };
  return { kind: 'connected', connection };
}

function watchConnection(serverTransport: ServerTransport, events: ConnectionEvents): Connection {
  const client = new Client({ name: 'countersign', version: '0.1.0' });
  let closed = false;
  let complaints: string[] = [];
  const connection: Connection = {
    client,
    inFlight: 0,
    isClosed: () => closed,
    explain: (error) => explain([errorText(error)], serverTransport.secrets),
    explainLoss: (error) =>
      explain([errorText(error), ...complaints, serverTransport.lastWords()], serverTransport.secrets),
    close: () => closeTransport(serverTransport, client, gone),
  };
  const gone = new Promise<void>((resolve) => {
    client.onclose = () => {
      if (closed) return; // an in-memory pair reports it twice
      closed = true;
      resolve();
      events.onClosed(connection);
    };
  });
  client.onerror = (error) => {
    // The SDK quotes whole messages, which may hold anything and be of any size.
    const complaint = error.message.slice(0, MAX_EXPLANATION).split('{', 1)[0] ?? '';
    if (!complaints.includes(complaint)) complaints = [...complaints, complaint].slice(-2);
  };
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => events.onListChanged());
  return connection;
}

async function closeTransport(serverTransport: ServerTransport, client: Client, gone: Promise<void>): Promise<void> {
  await serverTransport.release().catch(() => {}); // the other end may be dead already
  await client.close().catch(() => {});
  await Promise.race([gone, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
}

function explain(parts: string[], secrets: string[]): string {
  let text = [...new Set(parts)].filter((part) => part !== '').join('; ');
  for (const secret of secrets) text = text.replaceAll(secret, '[hidden]');
  return text.replace(/\s+/g, ' ').slice(0, MAX_EXPLANATION);
}

function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') {
    return 'its command (or "cwd") was not found: install it or correct the entry';
  }
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause) return `${error.message} (${cause.code})`;
  return error.message;
}
