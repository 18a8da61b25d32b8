import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { reads } from '../../fields.ts';
import { card, findCard, inWords, listed, notTheirs } from '../cards.ts';
import { cardId, userId } from '../fields.ts';

const inputSchema = z.strictObject({ user_id: userId, card_id: cardId });
type Asked = z.infer<typeof inputSchema>;

const outputSchema = card.extend({
  in_words: z.string().describe('For example Visa debit ••••7734'),
  user_id: userId,
  name: z.string().describe('Whose card it is'),
});
type Shown = z.infer<typeof outputSchema>;

export function getCard(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_card',
    {
      title: 'Get a card',
      description:
        "One of the customer's own cards: brand, kind, last four digits, status, until when it is good, and, where it is " +
        'deactivated, since when and why. get_account_details lists them. ' +
        'For example {"user_id": "user_001", "card_id": "CARD-0001"}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const row = await findCard(prisma, tenant, asked, 'look');
  if (!row) return refused(`${await notTheirs(prisma, tenant, asked)} Nothing was read.`);
  const { name, card: shown } = row;
  const text = `${listed([shown])} is ${name}'s (${asked.user_id}), good until ${shown.expires}.`;
  return done(text, { ...shown, in_words: inWords(shown), user_id: asked.user_id, name });
}
