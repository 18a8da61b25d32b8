import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './database.ts';
import { type EntryContent, type Principal, principalSchema } from './types.ts';

export type NewEntry = {
  source: string;
  externalId: string;
  /** The external id of the message that this one answers, if the channel says so. */
  parentId?: string;
  channel: string;
  address: string;
  desk: string;
  principal: Principal;
  content: EntryContent;
  sentAt: string;
  /** Addressed to us: such an entry may begin a thread. */
  addressed: boolean;
  /** Part of a conversation that others began. */
  amid: boolean;
  /** Deleted before it arrived: kept as a placeholder, and never answered. */
  withdrawn?: boolean;
};

const saved = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('saved'), thread: z.number() }),
  z.object({ kind: z.literal('duplicate') }),
  z.object({ kind: z.literal('not_ours') }),
]);
export type Saved = z.infer<typeof saved>;

const revised = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('revised'), thread: z.number() }),
  /** It was already answered; its unsigned requests are now void. */
  z.object({ kind: z.literal('voided'), thread: z.number(), approvals: z.array(z.string()) }),
  z.object({ kind: z.enum(['unknown', 'answered', 'unchanged']) }),
]);
export type Revised = z.infer<typeof revised>;

export async function ensureTenant(db: Database, tenant: string, name: string): Promise<void> {
  await db.transition('ensure_tenant', tenant, { name }, z.object({ kind: z.literal('ok') }));
}

export function saveEntry(db: Database, tenant: string, entry: NewEntry): Promise<Saved> {
  return db.transition('save_entry', tenant, rowOf(entry), saved);
}

const taken = z.discriminatedUnion('kind', [
  ...saved.options,
  /** Nobody answers the mail. */
  z.object({ kind: z.literal('passed') }),
  z.object({ kind: z.literal('too_many'), limit: z.string() }),
  /** Another reader has moved the cursor. */
  z.object({ kind: z.literal('moved') }),
]);
export type MailTaken = z.infer<typeof taken>;

/** So many mails with this key in an hour. */
export type MailLimit = { name: string; key: string; most: number };

/** Mails are counted per hour. */
export const HOUR_MS = 3_600_000;

/** Saves what a mail says in the transaction that moves the mailbox's cursor past it. */
export function takeMail(
  db: Database,
  tenant: string,
  moved: { mailbox: string; from: string; to: string },
  entry: NewEntry | null,
  limits: MailLimit[],
): Promise<MailTaken> {
  return db.transition(
    'take_mail',
    tenant,
    { ...moved, entry: entry && rowOf(entry), limits, windowMs: HOUR_MS },
    taken,
  );
}

/** Has anybody written in this conversation before? */
export async function isThreadKnown(db: Database, tenant: string, channel: string, address: string): Promise<boolean> {
  const where = { address_channel_tenant: { address, channel, tenant } };
  const found = await db.read(tenant, (prisma) => prisma.thread.findUnique({ where, select: { id: true } }));
  return found !== null;
}

/** How far a mailbox has been read; null where nobody ever did. */
export async function mailCursor(db: Database, tenant: string, mailbox: string): Promise<string | null> {
  const found = await db.read(tenant, (prisma) =>
    prisma.mailCursor.findUnique({ where: { tenant_mailbox: { tenant, mailbox } } }),
  );
  return found?.cursor ?? null;
}

function rowOf({ externalId, parentId, ...rest }: NewEntry) {
  const identity = identityOf(rest.source, externalId);
  return { ...rest, identity, parent: parentId ? identityOf(rest.source, parentId) : null };
}

/** `voidedText` tells the thread that a request which the message led to is void now. */
export function reviseEntry(
  db: Database,
  tenant: string,
  source: string,
  externalId: string,
  content: Pick<EntryContent, 'text' | 'edited'>,
  voidedText: string,
): Promise<Revised> {
  const identity = identityOf(source, externalId);
  return db.transition('revise_entry', tenant, { identity, content, text: voidedText }, revised);
}

export function withdrawEntry(db: Database, tenant: string, source: string, externalId: string): Promise<Revised> {
  return db.transition('revise_entry', tenant, { identity: identityOf(source, externalId) }, revised);
}

/** A hash that outlives erased content, so that a repeated delivery is recognised. */
function identityOf(source: string, externalId: string): string {
  return createHash('sha256').update(`${source}\n${externalId}`).digest('hex');
}

const messagesSchema = z.object({
  kind: z.literal('messages'),
  messages: z.array(z.object({ by: principalSchema, text: z.string(), at: z.number() })),
});

/** Messages of people in a thread, oldest first; the text of an erased one is empty. */
export async function messagesIn(db: Database, tenant: string, thread: number) {
  return (await db.transition('messages_of', tenant, { thread }, messagesSchema)).messages;
}
