import { z } from 'zod';
import type { Database } from './database.ts';

/** A tool as its server lists it: `definition` is JSON, `by` says what accepts it if it is the first. */
export type ListedTool = { tool: string; hash: string; definition: string; by: string };

const seenSchema = z.object({
  tools: z.array(
    z.object({
      tool: z.string(),
      /** The hash of the accepted definition. */
      hash: z.string(),
      definition: z.string(),
      /** Must this process tell people of the change? */
      tell: z.boolean(),
    }),
  ),
});
export type SeenTool = z.infer<typeof seenSchema>['tools'][number];

/** After this time without a confirmation, another process tells people. */
const TELL_SECONDS = 30;
/** A server that changes a tool all the time must not fill the channel. */
const PAUSE_SECONDS = 3_600;

export async function seeTools(db: Database, tenant: string, tools: ListedTool[]): Promise<SeenTool[]> {
  return (await db.transition('see_tools', tenant, { tools, tellSeconds: TELL_SECONDS }, seenSchema)).tools;
}

export async function noteAnnounced(db: Database, tenant: string, { tool, hash }: Pick<ListedTool, 'tool' | 'hash'>) {
  const payload = { tool, hash, pauseSeconds: PAUSE_SECONDS };
  await db.transition('note_announced', tenant, payload, z.object({ kind: z.literal('ok') }));
}

const waitingSchema = z.object({
  tools: z.array(
    z.object({
      tenant: z.string(),
      tool: z.string(),
      accepted: z.string(),
      acceptedBy: z.string(),
      /** The hash of the waiting definition. */
      hash: z.string(),
      waiting: z.string(),
      since: z.coerce.date(),
    }),
  ),
});
export type WaitingTool = z.infer<typeof waitingSchema>['tools'][number];

/** The tools of all tenants whose new definition waits to be accepted. */
export async function waitingTools(db: Database): Promise<WaitingTool[]> {
  return (await db.overall('waiting_tools', {}, waitingSchema)).tools;
}

const acceptedSchema = z.object({ kind: z.enum(['accepted', 'changed']) });

/** `changed`: the waiting definition is no longer the one that was shown. */
export async function acceptTool(db: Database, { tenant, tool, hash }: WaitingTool, by: string) {
  return (await db.transition('accept_tool', tenant, { tool, hash, by }, acceptedSchema)).kind;
}
