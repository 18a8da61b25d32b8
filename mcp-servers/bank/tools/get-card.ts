import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { defineTool } from '../../kit/tool.ts';
import { card, findCard, inWords, listed, notTheirs } from '../cards.ts';
import { cardId, userId } from '../fields.ts';

export const getCard = defineTool({
  name: 'get_card',
  title: 'Get a card',
  description:
    "One of the customer's own cards: brand, kind, last four digits, status, until when it is good, and, where it is " +
    'deactivated, since when and why. get_account_details lists them. ' +
    'For example {"user_id": "user_001", "card_id": "CARD-0001"}.',
  does: 'reads',
  input: z.strictObject({ user_id: userId, card_id: cardId }),
  output: card.extend({
    in_words: z.string().describe('For example Visa debit ••••7734'),
    user_id: userId,
    name: z.string().describe('Whose card it is'),
  }),
  async run(db, asked) {
    const row = await findCard(db, asked, 'look');
    if (!row) return notTheirs(db, asked);
    const { name, card: shown } = row;
    const text = `${listed([shown])} is ${name}'s (${asked.user_id}), good until ${shown.expires}.`;
    return done(text, { ...shown, in_words: inWords(shown), user_id: asked.user_id, name });
  },
});
