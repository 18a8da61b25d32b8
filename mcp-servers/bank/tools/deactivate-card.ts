import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, asDay, day, replayed } from '../../fields.ts';
import { type Card, card, findCard, named, notTheirs } from '../cards.ts';
import { cardId, cardStatus, deactivationReason, userId } from '../fields.ts';

const inputSchema = z.strictObject({
  user_id: userId,
  card_id: cardId,
  reason: deactivationReason.describe('For example "stolen"'),
});
type Asked = z.infer<typeof inputSchema>;

const state = z.object({ status: cardStatus, deactivated_on: day.nullable() });
const outputSchema = z.object({ user_id: userId, card, before: state, after: state, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function deactivateCard(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'deactivate_card',
    {
      title: 'Deactivate a card',
      description:
        "Stops one of the customer's own cards at once and for good: nothing activates it again, a new one has to be " +
        'issued. get_account_details lists the cards. For example {"user_id": "user_001", "card_id": "CARD-0001", "reason": "stolen"}.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'bank', tool: 'deactivate_card', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => deactivate(tx, db.tenant, args)));
    },
  );
}

async function deactivate(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { user_id, card_id, reason } = asked;
  const found = await findCard(tx, tenant, asked, 'lock');
  if (!found) return refused(`${await notTheirs(tx, tenant, asked)} Nothing was deactivated.`);
  const { now, card: old } = found;
  if (old.status === 'deactivated') return refused(already(old));
  await tx.bankCard.update({
    where: { tenant_id: { tenant, id: card_id } },
    data: { status: 'deactivated', deactivatedAt: now, deactivationReason: reason },
  });
  const before = { status: old.status, deactivated_on: old.deactivated_on };
  const after = { status: 'deactivated' as const, deactivated_on: asDay(now) };
  const text = `${named(old)} of ${user_id} was deactivated for good (${reason}). The customer needs a new card.`;
  const shown = { ...old, ...after, deactivation_reason: reason };
  return done(text, { user_id, card: shown, before, after, idempotent_replay: false });
}

function already(card: Card): string {
  return `${named(card)} has been deactivated since ${card.deactivated_on} (${card.deactivation_reason}) and stays so. Nothing was changed.`;
}
