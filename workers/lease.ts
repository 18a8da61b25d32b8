import type { Sent } from '../channels/channel.ts';
import { type Hold, renewReply } from '../core/records/replies.ts';
import { renewLease, type TakenTurn } from '../core/records/threads.ts';
import type { WorkerContext } from './context.ts';
import { LEASE_MS, SEND_MS } from './times.ts';

export type Lease = { signal: AbortSignal; end(): void };

/** Keeps the thread ours while the turn runs. The signal ends the turn's work when it is lost, or when the worker stops. */
export function holdLease(context: WorkerContext, turn: TakenTurn, stopping: AbortSignal): Lease {
  const lost = new AbortController();
  let renewedAt = context.clock.now();
  const timer = setInterval(async () => {
    try {
      const asked = context.clock.now();
      const { kind } = await renewLease(context.db, turn, LEASE_MS);
      // Revised under our hands: it is handed back, and the next claim begins anew.
      if (kind !== 'ok') lost.abort();
      renewedAt = asked;
    } catch (error) {
      context.log.warn({ err: error, thread: turn.thread.id }, 'a lease could not be renewed');
      if (context.clock.now() - renewedAt > LEASE_MS) lost.abort();
    }
  }, LEASE_MS / 3);
  return { signal: AbortSignal.any([lost.signal, stopping]), end: () => clearInterval(timer) };
}

/** For the log: `sent` or `dropped`, and whose reply it is. */
type Delivery = { outcome: 'sent' | 'dropped'; thread?: number; turn?: number; desk?: string };

/** Keeps a reply ours while it is sent: hanging calls and many context may take longer than a dead worker is waited for. */
export async function whileHeld(
  context: WorkerContext,
  hold: Hold,
  delivery: Delivery,
  send: () => Promise<Sent>,
): Promise<Sent> {
  const began = context.clock.now();
  const timer = setInterval(() => {
    renewReply(context.db, hold, SEND_MS).catch((error) =>
      context.log.warn({ err: error, reply: hold.reply }, 'a reply could not be held'),
    );
  }, SEND_MS / 3);
  const sent = await send().finally(() => clearInterval(timer));
  if (sent.kind === 'sent') {
    const { tenant, reply } = hold;
    const came = { ...delivery, messages: sent.messages.length, ms: context.clock.now() - began };
    context.log.info({ tenant, reply, ...came }, 'a delivery ended');
  }
  return sent;
}
