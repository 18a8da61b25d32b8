import type { CoreContext } from '../core/context.ts';
import { dueApprovals } from '../core/records/dispatches.ts';
import { dueWork } from '../core/records/threads.ts';
import { ADD_AGAIN_MS, SWEEP_EVERY_MS } from './times.ts';

/** Adds jobs for everything that waits in Postgres. A job that the queue lost is added again this way. */
export function startSweeping(context: Pick<CoreContext, 'db' | 'jobs' | 'log'>): { stop(): Promise<void> } {
  let sweeping: Promise<void> | undefined;
  const sweep = async () => {
    try {
      const { threads, replies } = await dueWork(context.db, ADD_AGAIN_MS);
      for (const job of threads) context.jobs.add('turn', job);
      for (const job of replies) context.jobs.add('deliver', job);
      const due = await dueApprovals(context.db);
      for (const job of due.dispatches) context.jobs.add('dispatch', job);
      for (const job of due.threads) context.jobs.add('turn', job);
      for (const job of due.cards) context.jobs.add('card', job);
      for (const job of due.edits) context.jobs.add('edit', job);
    } catch (error) {
      context.log.warn({ err: error }, 'the sweep failed; it is repeated');
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
