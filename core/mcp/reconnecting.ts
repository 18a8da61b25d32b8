import { setTimeout as delay } from 'node:timers/promises';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Connection, connect } from './connection.ts';
import type { ServerEntry } from './servers.ts';

export type Ready = { kind: 'up'; connection: Connection } | { kind: 'down'; reason: string };

/** Connects to one server on demand, again after a loss, and not too often while the server is down. */
export type ReconnectingServer = {
  /** The connection that is open at this moment. */
  open(): Connection | undefined;
  ready(): Promise<Ready>;
  /** Drops a session that ended normally; the next call opens another. */
  renew(connection: Connection): void;
  /** Checks whether the server still lives, after a call without an answer. */
  suspect(connection: Connection): void;
  /** `standby`: the next call connects. */
  state(): 'up' | 'down' | 'standby';
  /** Opens no more connections, and ends the current one when its open calls are answered. */
  leave(): Promise<void>;
  /** The same, without waiting for calls. */
  close(): Promise<void>;
};

export type ReconnectingOptions = {
  connectTimeoutMs: number;
  through(transport: Transport): Transport;
  clock: Pick<Clock, 'now'>;
  log?: Pick<Log, 'info' | 'warn'>;
  onListChanged(): void;
};

type State =
  | { kind: 'idle' }
  | { kind: 'connecting'; attempt: Promise<Ready> }
  | { kind: 'up'; connection: Connection; since: number }
  | { kind: 'down'; reason: string; retryAt: number }
  | { kind: 'closed' };

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
// A connection that lived this long was healthy: its loss starts the backoff anew.
const STABLE_MS = 30_000;
const IDLE_CHECK_MS = 100;
const STOPPING = 'this worker is stopping';
const LEFT = 'it is not configured any more, or has been configured anew';

export function openReconnecting(server: string, entry: ServerEntry, options: ReconnectingOptions): ReconnectingServer {
  const { clock, log } = options;
  const end = new AbortController();
  const closings = new Set<Promise<void>>();
  let state: State = { kind: 'idle' };
  let failures = 0;
  let leaving: Promise<void> | undefined;

  async function ready(): Promise<Ready> {
    if (state.kind === 'up') return { kind: 'up', connection: state.connection };
    if (state.kind === 'connecting') return state.attempt;
    if (state.kind === 'closed') return { kind: 'down', reason: whyClosed() };
    if (state.kind === 'down' && clock.now() < state.retryAt) {
      const seconds = Math.ceil((state.retryAt - clock.now()) / 1000);
      return { kind: 'down', reason: `${state.reason} (next try in ${seconds} s)` };
    }
    const attempt = open();
    state = { kind: 'connecting', attempt };
    return attempt;
  }

  async function open(): Promise<Ready> {
    const events = {
      onClosed: (closed: Connection) => lose(closed, 'it closed the connection'),
      onListChanged: options.onListChanged,
    };
    const { connectTimeoutMs: timeoutMs, through } = options;
    const connected = await connect(entry, events, { timeoutMs, through, signal: end.signal });
    if (isClosed() || connected.kind === 'failed') {
      if (connected.connection) dispose(connected.connection);
      failures += 1;
      return goDown(connected.kind === 'failed' ? connected.reason : whyClosed(), failures);
    }
    if (failures > 0) log?.info({ server }, 'MCP server is back');
    state = { kind: 'up', connection: connected.connection, since: clock.now() };
    return { kind: 'up', connection: connected.connection };
  }

  function lose(connection: Connection, reason: string): void {
    if (state.kind !== 'up' || state.connection !== connection) return;
    failures = clock.now() - state.since < STABLE_MS ? failures + 1 : 1;
    dispose(connection);
    goDown(connection.explainLoss(reason), failures - 1); // the first loss costs no waiting
  }

  function goDown(reason: string, waits: number): Ready {
    if (isClosed()) return { kind: 'down', reason: whyClosed() };
    const pause = waits > 0 ? Math.min(FIRST_RETRY_MS * 2 ** (waits - 1), LAST_RETRY_MS) : 0;
    state = { kind: 'down', reason, retryAt: clock.now() + pause };
    log?.warn({ server, reason }, 'MCP server is down');
    return { kind: 'down', reason };
  }

  function isClosed(): boolean {
    return state.kind === 'closed';
  }

  function whyClosed(): string {
    return end.signal.aborted ? STOPPING : LEFT;
  }

  function dispose(connection: Connection): void {
    const closing = closeWhenIdle(connection, end.signal);
    closings.add(closing);
    void closing.finally(() => closings.delete(closing));
  }

  function leave(): Promise<void> {
    leaving ??= closeWhenAnswered();
    return leaving;
  }

  async function closeWhenAnswered(): Promise<void> {
    const last = state;
    state = { kind: 'closed' };
    if (last.kind === 'connecting') await last.attempt;
    if (last.kind === 'up') dispose(last.connection);
    await Promise.all(closings);
  }

  return {
    open: () => (state.kind === 'up' ? state.connection : undefined),
    ready,
    renew(connection) {
      if (state.kind !== 'up' || state.connection !== connection) return;
      state = { kind: 'idle' };
      dispose(connection);
    },
    suspect(connection) {
      // Not while other calls wait there: a busy server is not dead, and their answers must not be lost.
      if (connection.inFlight > 0 || connection.isClosed()) return;
      const ping = connection.client.ping({ timeout: options.connectTimeoutMs });
      void ping.catch(() => lose(connection, 'it stopped answering'));
    },
    state: () => (state.kind === 'up' || state.kind === 'down' ? state.kind : 'standby'),
    leave,
    close() {
      end.abort();
      return leave();
    },
  };
}

// Waits for the open calls of a connection that gets no new ones.
async function closeWhenIdle(connection: Connection, hurry: AbortSignal): Promise<void> {
  while (connection.inFlight > 0 && !connection.isClosed() && !hurry.aborted) await delay(IDLE_CHECK_MS);
  await connection.close();
}
