import { z } from 'zod';
import type { Database } from './database.ts';
import { type ChannelPlace, placeSchema } from './types.ts';

/** What stands in a conversation, the oldest first, in short. */
const exchangeSchema = z.object({ by: z.enum(['customer', 'agent', 'colleague']), text: z.string() });
export type Exchange = z.infer<typeof exchangeSchema>;

/** Why a conversation was handed over: the customer's words, the agent's reason, or the desk that answers no mail. */
const whySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asked') }),
  z.object({ kind: z.literal('agent'), reason: z.string() }),
  z.object({ kind: z.literal('off') }),
]);
export type WhyHandedOver = z.infer<typeof whySchema>;

/** What a card shows beside the draft. */
const detailsSchema = z.object({
  /** The customer's last words. */
  asked: z.object({ text: z.string(), author: z.string() }),
  subject: z.string(),
  verified: z.enum(['yes', 'no']),
  /** Of a conversation that was handed over. */
  why: whySchema.optional(),
  earlier: z.array(exchangeSchema),
  /** Requests for signatures and for a yes that are not over, in a line each. */
  open: z.array(z.string()),
});
export type MatterDetails = z.infer<typeof detailsSchema>;

const kindSchema = z.enum(['draft', 'hand_over']);

/** Something that waits for colleagues: the draft of an answer, or a conversation that the agent has handed over. */
const matterSchema = z.object({
  id: z.string(),
  kind: kindSchema,
  thread: z.number(),
  desk: z.string(),
  state: z.enum(['open', 'sent', 'discarded', 'withdrawn', 'returned']),
  details: detailsSchema,
  /** What the agent wrote, and what went out in its place where a colleague changed it. */
  draft: z.string().nullable(),
  sent: z.string().nullable(),
  openedAt: z.number(),
  decidedBy: z.string().nullable(),
  decidedAt: z.number().nullable(),
  cards: z.array(
    z.object({
      id: z.number(),
      kind: kindSchema,
      channel: z.string(),
      place: placeSchema,
      message: z.string().nullable(),
    }),
  ),
});
export type Matter = z.infer<typeof matterSchema>;
export { matterSchema };

export type NewMatter = Pick<Matter, 'id' | 'kind' | 'desk' | 'details' | 'draft'> & {
  cards: { kind: Matter['kind']; channel: string; place: ChannelPlace }[];
};

/** One mail of a conversation that was handed over, for a card of its own. */
export const cameSchema = z.object({
  by: z.enum(['customer', 'colleague', 'outcome']),
  account: z.string(),
  text: z.string(),
});
export type Came = z.infer<typeof cameSchema>;

/** What becomes of the reply of a turn. `held` is the hand-over that is open, and `came` is shown below its card. */
export type MailEnd = { held: string | null } & (
  | { kind: 'send' }
  | { kind: 'draft'; matter: NewMatter }
  | { kind: 'hand_over'; matter: NewMatter; tells: boolean }
  | { kind: 'none'; came: Came[] }
);

const found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('found'), matter: matterSchema }),
]);

export async function getMatter(db: Database, tenant: string, matter: string): Promise<Matter | null> {
  const got = await db.transition('get_matter', tenant, { matter }, found);
  return got.kind === 'found' ? got.matter : null;
}

const open = z.object({ kind: z.literal('matters'), matters: z.array(matterSchema) });

/** The open matters of a thread: at most one of each kind. */
export async function openMatters(db: Database, tenant: string, thread: number): Promise<Matter[]> {
  return (await db.transition('open_matters', tenant, { thread }, open)).matters;
}

const done = z.object({
  kind: z.literal('done'),
  thread: z.number(),
  /** The mail that goes out now. */
  reply: z.number().nullable(),
  cards: z.array(z.number()),
});

const moved = z.discriminatedUnion('kind', [
  done,
  /** Somebody else was faster. */
  z.object({ kind: z.literal('decided'), matter: matterSchema }),
  z.object({ kind: z.literal('none') }),
]);
export type MatterMoved = z.infer<typeof moved>;

/** The person, the account that pressed, and the identity of the entry that tells the thread of it. */
type By = { person: string; account: string; identity: string };

export function sendDraft(db: Database, tenant: string, given: By & { matter: string; text: string }) {
  return db.transition('send_draft', tenant, given, moved);
}

/** `text` tells later turns that the customer did not get the draft. */
export function discardDraft(db: Database, tenant: string, given: By & { matter: string; text: string }) {
  return db.transition('discard_draft', tenant, given, moved);
}

export function giveBack(db: Database, tenant: string, given: Omit<By, 'identity'> & { matter: string }) {
  return db.transition('give_back', tenant, given, moved);
}

const written = z.discriminatedUnion('kind', [
  done,
  z.object({ kind: z.literal('duplicate') }),
  z.object({ kind: z.literal('none') }),
]);

/** A mail of a colleague to the customer of a thread. */
export function writeToCustomer(db: Database, tenant: string, given: By & { thread: number; text: string }) {
  return db.transition('write_to_customer', tenant, given, written);
}

const noted = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('noted'), threads: z.array(z.number()), cards: z.array(z.number()) }),
  /** Another reader has moved the cursor. */
  z.object({ kind: z.literal('moved') }),
]);

/** A mail that a colleague sent from the mailbox itself, noted in the transaction that moves the mailbox's cursor past it. */
export function takeColleagueMail(
  db: Database,
  tenant: string,
  moved: { mailbox: string; from: string; to: string },
  mail: { conversation: string; recipients: string[]; identity: string; account: string; text: string },
): Promise<z.infer<typeof noted>> {
  return db.transition('take_colleague_mail', tenant, { ...moved, ...mail }, noted);
}

/** Audits that a person tried to answer a customer and may not. */
export async function noteMailRefusal(
  db: Database,
  tenant: string,
  { thread, account, card, why }: { thread: number; account: string; card: string; why: string },
): Promise<void> {
  const payload = { event: 'mail.refused', thread, content: { by: account, why, card } };
  await db.transition('note_audit', tenant, payload, z.object({ kind: z.literal('ok') }));
}
