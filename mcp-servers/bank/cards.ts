import { z } from 'zod';
import { Prisma } from '../../prisma/client/client.ts';
import { type Refused, refused } from '../kit/answers.ts';
import type { Tables } from '../kit/database.ts';
import { day } from '../kit/fields.ts';
import { cardId, cardStatus, deactivationReason, masked } from './fields.ts';
import { noSuchUser } from './users.ts';

/** How every tool shows a card. */
export const card = z.object({
  id: cardId,
  brand: z.string(),
  kind: z.enum(['debit', 'credit']),
  number: z.string().describe('Only its last four digits, for example ••••7734'),
  status: cardStatus,
  expires: z.string().describe('Month and year, for example 01/2029'),
  deactivated_on: day.nullable(),
  deactivation_reason: deactivationReason.nullable(),
});
export type Card = z.infer<typeof card>;

export type CardRow = Omit<Card, 'number'> & { last_four: string };

export function showCard({ last_four, ...row }: CardRow): Card {
  const { id, brand, kind, ...rest } = row;
  return { id, brand, kind, number: masked(last_four), ...rest };
}

export function inWords({ brand, kind, number }: Card): string {
  return `${brand} ${kind} ${number}`;
}

export function cardTitle(card: Card): string {
  return `${card.id} (${inWords(card)})`;
}

export function listed(cards: Card[]): string {
  return cards
    .map((card) => `${cardTitle(card)} ${card.status}${card.deactivated_on ? ` since ${card.deactivated_on}` : ''}`)
    .join(', ');
}

type Input = { user_id: string; card_id: string };
/** `now` is the time of the transaction. */
export type Found = { name: string; now: Date; card: Card };

/** The card with that id if it is this customer's; `lock` locks it to the end of the transaction. */
export async function findCard(
  { prisma, tenant }: Tables,
  { user_id, card_id }: Input,
  hold: 'look' | 'lock',
): Promise<Found | undefined> {
  const [row] = await prisma.$queryRaw<(CardRow & { name: string; now: Date })[]>`
    select c.id, c.brand, c.kind, c.last_four, c.status, to_char(c.expires, 'MM/YYYY') as expires,
      to_char(c.deactivated_at at time zone 'UTC', 'YYYY-MM-DD') as deactivated_on, c.deactivation_reason,
      u.name, now() as now
    from bank.cards c join bank.users u on u.tenant = c.tenant and u.id = c.user_id
    where c.tenant = ${tenant} and c.id = ${card_id} and c.user_id = ${user_id}
    ${hold === 'lock' ? Prisma.sql`for update of c` : Prisma.empty}`;
  if (!row) return undefined;
  const { name, now, ...card } = row;
  return { name, now, card: showCard(card) };
}

// The answer is the same for another customer's card and for no card.
export async function notTheirs({ prisma, tenant }: Tables, { user_id, card_id }: Input): Promise<Refused> {
  const user = await prisma.bankUser.findUnique({
    where: { tenant_id: { tenant, id: user_id } },
    select: { cards: { select: { id: true }, orderBy: { id: 'asc' } } },
  });
  if (!user) return noSuchUser(user_id);
  const own = user.cards.map(({ id }) => id).join(', ');
  return refused(`${user_id} has no card ${card_id}; their cards are ${own || 'none'}. See get_account_details.`);
}
