import type { Sent } from '../channels/channel.ts';
import { type Hold, renewReply } from '../core/records/replies.ts';
import { renewLease, type TakenTurn } from '../core/records/threads.ts';
import type { WorkerContext } from './context.ts';
import { LEASE_MS, SEND_MS } from './times.ts';

export type Lease = { signal: AbortSignal; end(): void };

/** Renews the lease while the turn runs. Aborts the signal when the thread is lost or the worker stops. */
export function holdLease(context: WorkerContext, turn: TakenTurn, stopping: AbortSignal): Lease {
  const lost = new AbortController();
  let renewedAt = context.clock.now();
  const timer = setInterval(async () => {
    try {
      const asked = context.clock.now();
      const { kind } = await renewLease(context.db, turn, LEASE_MS);
      // Also where the message was edited meanwhile: the turn is handed back, and the next claim starts over.
      if (kind !== 'ok') lost.abort();
      renewedAt = asked;
    } catch (error) {
      context.log.warn({ err: error, thread: turn.thread.id }, 'a lease could not be renewed');
      if (context.clock.now() - renewedAt > LEASE_MS) lost.abort();
    }
  }, LEASE_MS / 3);
  return { signal: AbortSignal.any([lost.signal, stopping]), end: () => clearInterval(timer) };
}

/** For the log: what became of which reply. */
type DeliveryLog = { outcome: 'sent' | 'dropped'; thread?: number; turn?: number; desk?: string };

/** Renews the hold on a reply while it is sent: slow calls and many parts may take longer than one hold. */
export async function whileReplyHeld(
  context: WorkerContext,
  hold: Hold,
  logged: DeliveryLog,
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
    const came = { ...logged, messages: sent.messages.length, ms: context.clock.now() - began };
    context.log.info({ tenant, reply, ...came }, 'a delivery ended');
  }
  return sent;
}
