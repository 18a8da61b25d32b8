import type { OpenView, SlackMessage } from '../../playground/slack/workspace.ts';
import { type App, until } from '../support/app.ts';

const room = 'C0APPROVALS';

/** What colleagues see of customers' mail in the desk's channel, and do there. */
export function colleaguesOf(of: () => App) {
  const cards = () => of().slack.messages(room);
  const shown = ({ blocks }: SlackMessage) => JSON.stringify(blocks ?? '');
  const pressing = (user: string, action: string, { ts }: SlackMessage) =>
    of().slack.click({ user, channel: room, ts, action_id: `mail.${action}` });

  async function form(user: string, action: 'edit' | 'write', card: SlackMessage): Promise<OpenView> {
    const known = of().slack.openViews(user).length;
    await pressing(user, action, card);
    return until(() => of().slack.openViews(user)[known], 'the form for a mail');
  }

  async function submit(user: string, { id }: OpenView, text: string): Promise<string> {
    await of().slack.submitView({ user, view_id: id, values: { text } });
    return JSON.stringify(
      of()
        .slack.openViews(user)
        .find((one) => one.id === id)?.view ?? '',
    );
  }

  return {
    cards,
    shown,
    /** The card that shows all of these words. */
    card: (...words: string[]): Promise<SlackMessage> =>
      until(
        () => cards().find((one) => words.every((word) => shown(one).includes(word))),
        `a card with ${words}`,
        20_000,
      ),
    /** The same card as it is now, once it shows these words. */
    async cardSays({ ts }: SlackMessage, ...words: string[]): Promise<string> {
      const found = await until(() => {
        const now = cards().find((one) => one.ts === ts);
        return now && words.every((word) => shown(now).includes(word)) ? now : undefined;
      }, `the card to say ${words}`);
      return shown(found);
    },
    /** A message below a card. */
    below: ({ ts }: SlackMessage, word: string): Promise<SlackMessage> =>
      until(
        () =>
          of()
            .slack.messages(room, ts)
            .find((one) => shown(one).includes(word)),
        `${word} below the card`,
      ),
    press: pressing,
    /** What only this person is told when they press it. */
    async refused(user: string, action: string, card: SlackMessage): Promise<string> {
      const before = of().slack.ephemerals(user).length;
      await pressing(user, action, card);
      return (await until(() => of().slack.ephemerals(user)[before], `a word to ${user} alone`)).text;
    },
    form,
    /** Sends a form, and gives what the person sees after it. */
    submit,
    /** Fills in the form of a card and sends it. */
    async write(user: string, action: 'edit' | 'write', card: SlackMessage, text: string): Promise<void> {
      await submit(user, await form(user, action, card), text);
    },
  };
}
