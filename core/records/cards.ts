import { z } from 'zod';
import { type Approval, approvalSchema, cardKinds } from './approvals.ts';
import type { Database } from './database.ts';
import { cameSchema, type Matter, matterSchema } from './matters.ts';
import { placeSchema } from './types.ts';

const cardSchema = z.object({
  id: z.number(),
  kind: z.enum([...cardKinds, 'draft', 'hand_over', 'mail']),
  channel: z.string(),
  place: placeSchema,
  /** The channel's id of the message that shows it; null where there is none that we know of. */
  message: z.string().nullable(),
  wanted: z.number(),
  shown: z.number(),
  attempts: z.number(),
  failures: z.number(),
  /** Of a card that shows one mail. */
  content: cameSchema.nullable(),
});
export type Card = z.infer<typeof cardSchema>;

const claimed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), card: cardSchema, approval: z.unknown(), matter: z.unknown() }),
  z.object({ kind: z.literal('busy') }),
]);

/** What a card shows. */
export type Subject = { kind: 'approval'; approval: Approval } | { kind: 'matter'; matter: Matter };

export type ClaimedCard =
  | { kind: 'card'; card: Card; subject: Subject }
  /** Another build wrote what it shows in another form. */
  | { kind: 'unreadable'; card: Card }
  | { kind: 'busy' };

export async function claimCard(db: Database, tenant: string, id: number, holdMs: number): Promise<ClaimedCard> {
  const claim = await db.transition('claim_card', tenant, { card: id, holdMs }, claimed);
  if (claim.kind === 'busy') return claim;
  const { kind, card } = claim;
  if (claim.matter) {
    const matter = matterSchema.safeParse(claim.matter).data;
    return matter ? { kind, card, subject: { kind: 'matter', matter } } : { kind: 'unreadable', card };
  }
  const approval = approvalSchema.safeParse(claim.approval).data;
  return approval ? { kind, card, subject: { kind: 'approval', approval } } : { kind: 'unreadable', card };
}

export type CardResult = { message: string; shown: number } | { message?: string; waitMs: number } | { failed: string };

const recorded = z.object({ kind: z.enum(['ok', 'more', 'lost']) });

/** `more`: the approval changed again meanwhile. */
export function recordCardResult(db: Database, tenant: string, { id, attempts }: Card, result: CardResult) {
  return db.transition('settle_card', tenant, { card: id, attempts, ...result }, recorded);
}

/** Shows in the requester's thread why the card to sign could not be posted, or, with null, that it is posted. */
export async function notePosting(
  db: Database,
  tenant: string,
  approval: string,
  reason: string | null,
): Promise<void> {
  await db.transition('note_posting', tenant, { approval, reason }, z.object({ kind: z.literal('ok') }));
}

const waiting = z.object({ kind: z.literal('cards'), cards: z.array(z.number()) });

export async function waitingCards(db: Database, tenant: string, approvals: string[]): Promise<number[]> {
  return (await db.transition('waiting_cards', tenant, { approvals }, waiting)).cards;
}
