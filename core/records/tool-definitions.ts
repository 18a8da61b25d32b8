import { z } from 'zod';
import type { Database } from './database.ts';

/** What a server says of one of its tools: `definition` is JSON, `by` what accepts it if it is the first. */
export type ListedTool = { tool: string; hash: string; definition: string; by: string };

const seenSchema = z.object({
  tools: z.array(
    z.object({
      tool: z.string(),
      /** Of the definition that is accepted. */
      hash: z.string(),
      definition: z.string(),
      /** Whoever is told so tells people of the change. */
      tell: z.boolean(),
    }),
  ),
});
export type SeenTool = z.infer<typeof seenSchema>['tools'][number];

/** Whoever was to tell people and did not say that it did is presumed gone. */
const TELL_SECONDS = 30;
/** A server that changes a tool all the time does not fill a channel with it. */
const PAUSE_SECONDS = 3_600;

export async function seeTools(db: Database, tenant: string, tools: ListedTool[]): Promise<SeenTool[]> {
  return (await db.transition('see_tools', tenant, { tools, tellSeconds: TELL_SECONDS }, seenSchema)).tools;
}

export async function noteAnnounced(db: Database, tenant: string, { tool, hash }: Pick<ListedTool, 'tool' | 'hash'>) {
  const payload = { tool, hash, pauseSeconds: PAUSE_SECONDS };
  await db.transition('told_of_tool', tenant, payload, z.object({ kind: z.literal('ok') }));
}

const waitingSchema = z.object({
  tools: z.array(
    z.object({
      tenant: z.string(),
      tool: z.string(),
      accepted: z.string(),
      acceptedBy: z.string(),
      /** Of the definition that waits. */
      hash: z.string(),
      waiting: z.string(),
      since: z.coerce.date(),
    }),
  ),
});
export type WaitingTool = z.infer<typeof waitingSchema>['tools'][number];

/** Of all tenants. */
export async function waitingTools(db: Database): Promise<WaitingTool[]> {
  return (await db.overall('waiting_tools', {}, waitingSchema)).tools;
}

const acceptedSchema = z.object({ kind: z.enum(['accepted', 'changed']) });

/** `changed`: another definition waits by now than the one that was shown. */
export async function acceptTool(db: Database, { tenant, tool, hash }: WaitingTool, by: string) {
  return (await db.transition('accept_tool', tenant, { tool, hash, by }, acceptedSchema)).kind;
}
