import { dueApprovals } from '../core/records/dispatches.ts';
import { dueWork } from '../core/records/threads.ts';
import { type Parts, RING_AGAIN_MS, SWEEP_EVERY_MS } from './parts.ts';

/** Postgres is the truth and the queue only a bell: what waits there is rung for again, whatever became of its bell. */
export function startSweeping(parts: Pick<Parts, 'db' | 'jobs' | 'log'>): { stop(): Promise<void> } {
  let sweeping: Promise<void> | undefined;
  const sweep = async () => {
    try {
      const { threads, replies } = await dueWork(parts.db, RING_AGAIN_MS);
      for (const bell of threads) parts.jobs.add('turn', bell);
      for (const bell of replies) parts.jobs.add('deliver', bell);
      const due = await dueApprovals(parts.db);
      for (const bell of due.dispatches) parts.jobs.add('dispatch', bell);
      for (const bell of due.threads) parts.jobs.add('turn', bell);
      for (const bell of due.cards) parts.jobs.add('card', bell);
      for (const bell of due.edits) parts.jobs.add('edit', bell);
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
