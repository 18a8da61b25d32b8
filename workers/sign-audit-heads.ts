import { type HeadBook, openHeadBook, recordHeads } from '../core/audit/heads.ts';
import type { CoreContext } from '../core/context.ts';
import { allHeads } from '../core/records/audit.ts';

const EVERY_MS = 60_000;

/** Signs the heads of the audit into a file outside the database, every minute and at the end. */
export function startSigningHeads(context: Pick<CoreContext, 'db' | 'log' | 'clock' | 'env'>): {
  stop(): Promise<void>;
} {
  let book: HeadBook | undefined;
  let last = Promise.resolve();
  const record = async () => {
    try {
      book ??= await openHeadBook(context.env.dataDir, context.env.auditKey);
      const { behind } = await recordHeads(book, await allHeads(context.db), context.clock.now());
      for (const { tenant, seq } of behind) {
        context.log.error(
          { tenant, seq },
          'the audit is behind a head that was signed: it was cut, or an older database was restored',
        );
      }
    } catch (error) {
      context.log.error({ err: error }, 'the heads of the audit could not be signed');
    }
  };
  const begin = () => {
    last = last.then(record);
  };
  const timer = setInterval(begin, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      begin();
      await last;
    },
  };
}
