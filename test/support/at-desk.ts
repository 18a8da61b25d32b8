import { type App, until } from './app.ts';
import { query } from './door.ts';

/** Where what needs a signature is shown. */
export const room = 'C0APPROVALS';

export type Card = { ts: string; place: string; shown: string };

/** A desk's channel, where people ask and are answered, and the room where others sign. */
export function atDesk(of: () => App, channel: string) {
  const questions = new Set<string>();

  function cardIn(place: string, thread: string | undefined, words: string[], besides: Card[]): Promise<Card> {
    return until(() => {
      const cards = of()
        .slack.messages(place, thread)
        .map(({ ts, blocks }) => ({ ts, place, shown: JSON.stringify(blocks ?? '') }));
      return cards.find(
        ({ ts, shown }) => besides.every((card) => card.ts !== ts) && words.every((word) => shown.includes(word)),
      );
    }, `a card with ${words}`);
  }

  return {
    /** What was asked here so far. */
    questions,
    /** In a new thread, or in one that there is; gives the thread. */
    async ask(text: string, { thread, user = 'U0LISA' }: { thread?: string; user?: string } = {}): Promise<string> {
      questions.add(text);
      const where = thread ? { thread_ts: thread } : {};
      const said = thread ? text : `<@${of().slack.botUserId}> ${text}`;
      const { ts } = await of().slack.say({ user, channel, text: said, ...where });
      return thread ?? ts;
    },
    /** Waits for an answer there that is finished and fits. */
    async botSays(thread: string, what: RegExp): Promise<string> {
      const replies = () => of().replies(channel, thread);
      const look = () => replies().find(({ text, streaming }) => !streaming && what.test(text));
      return (await until(look, `${what} in the thread`)).text;
    },
    /** The card there that asks for a yes, once one by word counts as well: it does when the card is known to be shown. */
    async question(thread: string, ...words: string[]): Promise<Card> {
      const card = await cardIn(channel, thread, ['"approval.yes"', ...words], []);
      const shown = `select 1 from countersign.cards where message = '${card.ts}'`;
      const isKnown = async () => (await query(of().context.databaseUrl, shown)).length > 0 || undefined;
      await until(isKnown, `the card ${card.ts} to be known as shown`);
      return card;
    },
    cardInThread: (thread: string, ...words: string[]) => cardIn(channel, thread, words, []),
    cardInRoom: (words: string[], besides: Card[] = []) => cardIn(room, undefined, words, besides),
    press(user: string, action: string, { ts, place }: Card) {
      return of().slack.click({ user, channel: place, ts, action_id: `approval.${action}` });
    },
    /** What only this person is told when they press it. */
    async refused(user: string, action: string, { ts, place }: Card): Promise<string> {
      const before = of().slack.ephemerals(user).length;
      await of().slack.click({ user, channel: place, ts, action_id: `approval.${action}` });
      return (await until(() => of().slack.ephemerals(user)[before], `a word to ${user} alone`)).text;
    },
    /** Rejects it with a reason. */
    async reject(user: string, reason: string, { ts, place }: Card): Promise<void> {
      await of().slack.click({ user, channel: place, ts, action_id: 'approval.reject' });
      const form = await until(() => of().slack.openViews(user).at(-1), 'the form for the reason');
      await of().slack.submitView({ user, view_id: form.id, values: { reason } });
    },
    /** Changes one argument of it. */
    async edit(user: string, argument: RegExp, value: string, { ts, place }: Card): Promise<void> {
      await of().slack.click({ user, channel: place, ts, action_id: 'approval.edit' });
      const form = await until(() => of().slack.openViews(user).at(-1), 'the form for a change');
      const blocks = form.view.blocks as { block_id: string }[];
      const field = blocks.find((block) => argument.test(JSON.stringify(block)))?.block_id ?? '';
      await of().slack.submitView({ user, view_id: form.id, values: { [field]: value } });
    },
    sql: <Row = Record<string, unknown>>(text: string) =>
      query<Row & Record<string, unknown>>(of().context.databaseUrl, text),
  };
}
