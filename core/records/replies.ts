import { z } from 'zod';
import type { Database } from './database.ts';
import { HOUR_MS, type MailLimit } from './entries.ts';
import type { TakenTurn } from './threads.ts';
import { type ChannelPlace, placeSchema } from './types.ts';

const opened = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), reply: z.number() }),
  z.object({ kind: z.enum(['waits', 'lost']) }),
]);

/** Saves the row of a reply that will be streamed, before its message begins. */
export function openReply(db: Database, turn: TakenTurn, place: ChannelPlace): Promise<z.infer<typeof opened>> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, turn: turn.turn.id, place };
  return db.transition('open_reply', turn.tenant, payload, opened);
}

const held = z.object({ kind: z.enum(['ok', 'lost']) });

export async function noteMessages(db: Database, turn: TakenTurn, reply: number, messages: string[]): Promise<void> {
  await db.transition(
    'note_messages',
    turn.tenant,
    { thread: turn.thread.id, epoch: turn.epoch, reply, messages },
    held,
  );
}

const dueReplySchema = z.object({
  id: z.number(),
  channel: z.string(),
  place: placeSchema,
  body: z.string(),
  messages: z.array(z.string()),
  attempts: z.number(),
});
export type DueReply = z.infer<typeof dueReplySchema>;

const claimedReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), reply: dueReplySchema }),
  z.object({ kind: z.literal('dropping'), reply: dueReplySchema }),
  /** Workers tried it too often without recording an outcome; now it is failed. */
  z.object({ kind: z.literal('failed'), next: z.number().nullable() }),
  z.object({ kind: z.literal('busy') }),
]);

export type ClaimedReply = Extract<z.infer<typeof claimedReply>, { reply: DueReply }>;

/** A worker that can gives a reply up at the sixtieth attempt; one that no worker could even give up fails after this many. */
const MOST_CLAIMS = 61;

export function claimReply(
  db: Database,
  tenant: string,
  reply: number,
  sendMs: number,
): Promise<z.infer<typeof claimedReply>> {
  return db.transition(
    'claim_reply',
    tenant,
    { reply, sendMs, mostClaims: MOST_CLAIMS, lostError: 'no worker could do anything with it' },
    claimedReply,
  );
}

/** A reply that this worker holds. Each claim adds an attempt, and a hold with fewer attempts is lost. */
export type Hold = { tenant: string; reply: number; attempts: number };

export function renewReply(db: Database, hold: Hold, sendMs: number): Promise<z.infer<typeof held>> {
  const { tenant, reply, attempts } = hold;
  return db.transition('renew_reply', tenant, { reply, attempts, sendMs }, held);
}

export type Delivery =
  | { state: 'sent' | 'dropped'; messages: string[] }
  | { state: 'failed'; error: string }
  | { waitMs: number; error: string; messages: string[] };

/** `next` is the reply of the thread that waited for this one. */
const deliverySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ok'), next: z.number().nullable() }),
  z.object({ kind: z.literal('lost') }),
]);

export function recordDelivery(db: Database, hold: Hold, delivery: Delivery): Promise<z.infer<typeof deliverySchema>> {
  const { tenant, reply, attempts } = hold;
  return db.transition('settle_reply', tenant, { reply, attempts, ...delivery }, deliverySchema);
}

const bounced = z.discriminatedUnion('kind', [
  /** The desk whose people should hear of it. */
  z.object({ kind: z.literal('tell'), desk: z.string() }),
  z.object({ kind: z.literal('too_many'), limit: z.string() }),
  /** It never was sent, has failed already, or is no desk's. */
  z.object({ kind: z.literal('nothing') }),
]);

/** A mail of ours has not arrived: a reply that counted as sent has failed. `desk` is the one that the report came to. */
export function noteBounced(
  db: Database,
  tenant: string,
  given: {
    mail: { kind: 'reply'; reply: number } | { kind: 'question'; approval: string } | { kind: 'tool' };
    error: string;
    desk: string | null;
  },
  limits: MailLimit[],
): Promise<z.infer<typeof bounced>> {
  return db.transition('note_bounced', tenant, { ...given, limits, windowMs: HOUR_MS }, bounced);
}
