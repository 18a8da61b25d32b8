import { z } from 'zod';
import { type Audit, type AuditEntry, type AuditFilter, auditEntries } from '../../core/records/audit.ts';
import { type Records, tenant } from '../crash/records.ts';

export function note({ db }: Records, of: string, what: object): Promise<unknown> {
  return db.transition('note_audit', of, what, z.unknown());
}

export async function write(records: Records, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await note(records, tenant, { event: 'noted', content: { n } });
}

export async function entriesOf(audit: Audit, filter: AuditFilter): Promise<AuditEntry[]> {
  await audit.begin();
  const pages = await all(auditEntries(audit, filter));
  await audit.end();
  return pages.flat();
}

export async function all<T>(given: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of given) found.push(one);
  return found;
}
