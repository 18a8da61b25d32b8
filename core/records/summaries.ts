import { z } from 'zod';
import type { Database } from './database.ts';
import { pastTurnSchema } from './types.ts';

const unsummarized = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('some'),
    from: z.number(),
    upto: z.number(),
    summary: z.string(),
    turns: z.array(pastTurnSchema),
  }),
  z.object({ kind: z.literal('none') }),
]);
export type Unsummarized = z.infer<typeof unsummarized>;

export function unsummarizedTurns(
  db: Database,
  tenant: string,
  thread: number,
  context: number,
): Promise<Unsummarized> {
  return db.transition('unsummarized', tenant, { thread, context, most: 30 }, unsummarized);
}

export function saveSummary(
  db: Database,
  tenant: string,
  thread: number,
  summary: { from: number; upto: number; summary: string },
): Promise<{ kind: 'saved' | 'overtaken' }> {
  return db.transition(
    'save_summary',
    tenant,
    { thread, ...summary },
    z.object({ kind: z.enum(['saved', 'overtaken']) }),
  );
}
