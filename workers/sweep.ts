import { dueApprovals } from '../core/store/dispatches.ts';
import { dueWork } from '../core/store/threads.ts';
import { type Parts, RING_AGAIN_MS, SWEEP_EVERY_MS } from './parts.ts';

/** Postgres is the truth and the queue only a bell: what waits there is rung for again, whatever became of its bell. */
export function startSweeping(parts: Pick<Parts, 'db' | 'bells' | 'log'>): { stop(): Promise<void> } {
  let sweeping: Promise<void> | undefined;
  const sweep = async () => {
    try {
      const { threads, replies } = await dueWork(parts.db, RING_AGAIN_MS);
      for (const bell of threads) parts.bells.ring('turn', bell);
      for (const bell of replies) parts.bells.ring('deliver', bell);
      const due = await dueApprovals(parts.db);
      for (const bell of due.dispatches) parts.bells.ring('dispatch', bell);
      for (const bell of due.threads) parts.bells.ring('turn', bell);
      for (const bell of due.cards) parts.bells.ring('card', bell);
      for (const bell of due.edits) parts.bells.ring('edit', bell);
    } catch (error) {
      parts.log.warn({ err: error }, 'the sweep failed; it is repeated');
    }
  };
  const begin = () => {
    sweeping ??= sweep().finally(() => {
      sweeping = undefined;
    });
  };
  begin();
  const timer = setInterval(begin, SWEEP_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
