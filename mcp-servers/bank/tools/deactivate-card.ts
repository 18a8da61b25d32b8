import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import { asDay, day } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { type Card, card, cardTitle, findCard, notTheirs } from '../cards.ts';
import { cardId, cardStatus, deactivationReason, userId } from '../fields.ts';

const state = z.object({ status: cardStatus, deactivated_on: day.nullable() });

export const deactivateCard = defineTool({
  name: 'deactivate_card',
  title: 'Deactivate a card',
  description:
    "Stops one of the customer's own cards at once and for good: nothing activates it again, a new one has to be " +
    'issued. get_account_details lists the cards. For example {"user_id": "user_001", "card_id": "CARD-0001", "reason": "stolen"}.',
  does: 'alters',
  input: z.strictObject({
    user_id: userId,
    card_id: cardId,
    reason: deactivationReason.describe('For example "stolen"'),
  }),
  output: z.object({ user_id: userId, card, before: state, after: state }),
  async run(db, asked) {
    const { prisma, tenant } = db;
    const { user_id, card_id, reason } = asked;
    const found = await findCard(db, asked, 'lock');
    if (!found) return notTheirs(db, asked);
    const { now, card: old } = found;
    if (old.status === 'deactivated') return refused(already(old));
    await prisma.bankCard.update({
      where: { tenant_id: { tenant, id: card_id } },
      data: { status: 'deactivated', deactivatedAt: now, deactivationReason: reason },
    });
    const before = { status: old.status, deactivated_on: old.deactivated_on };
    const after = { status: 'deactivated' as const, deactivated_on: asDay(now) };
    const text = `${cardTitle(old)} of ${user_id} was deactivated for good (${reason}). The customer needs a new card.`;
    const shown = { ...old, ...after, deactivation_reason: reason };
    return done(text, { user_id, card: shown, before, after });
  },
});

function already(card: Card): string {
  return `${cardTitle(card)} has been deactivated since ${card.deactivated_on} (${card.deactivation_reason}) and stays so.`;
}
