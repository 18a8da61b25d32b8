import { saveEntry } from '../../core/records/entries.ts';
import type { Principal } from '../../core/records/types.ts';
import type { SlackMessage } from '../../playground/slack/workspace.ts';
import { type App, until } from '../support/app.ts';
import type { AttackedApp } from './attacker.ts';
import { approvals, open, ownChannel, quiet } from './attacker-desks.ts';
import type { Case } from './attacker-draft.ts';

/** What a case can do: people's acts in Slack, and a customer's mails. */
export type Talk = {
  /** Begins the conversation, or goes on with it, and waits for the answer. */
  say(text: string, user?: string, bot?: string): Promise<void>;
  /** The same, without waiting; what is said has its ts. */
  mutter(text: string, more?: { user?: string; bot_id?: string; subtype?: string; apart?: boolean }): Promise<string>;
  edit(ts: string, text: string): Promise<void>;
  remove(ts: string): Promise<void>;
  /** Says it as another principal than any person of the workspace. */
  write(text: string, principal: Principal): Promise<void>;
  /** A button of the last card of this case that has it; false where none does. */
  click(user: string, action: string): Promise<boolean>;
  reject(user: string): Promise<void>;
  /** The last card of this case that has the button, with the id that it carries; or all of them. */
  card(action: string): ShownCard | undefined;
  allCards(action: string): ShownCard[];
  /** Waits for the cards of this case that carry the button. */
  cards(action: string, many?: number): Promise<void>;
  /** Waits for so many answers beyond those that were waited for. */
  next(many?: number): Promise<void>;
  /** What the agent said last in this conversation, as it was sent. */
  lastAnswer(): SlackMessage | undefined;
  root(): string;
};

export type ShownCard = { channel: string; ts: string; approval: string };

export function talkOf({ app }: AttackedApp, { mark, who }: Pick<Case, 'mark' | 'who'>, where = open): Talk {
  const { slack } = app;
  let root: string | undefined;
  let heard = 0;
  const said = () => app.replies(where, root!).filter(({ text, streaming }) => text !== '' && !streaming);
  const withButton = (action: string) =>
    [approvals, where].flatMap((channel) =>
      slack.messages(channel).filter(({ blocks }) => {
        const shown = JSON.stringify(blocks ?? '');
        return shown.includes(mark) && shown.includes(`"${action}"`);
      }),
    );
  const talk: Talk = {
    root: () => root!,
    lastAnswer: () => said().at(-1),
    card: (action) => talk.allCards(action).at(-1),
    allCards: (action) =>
      withButton(action).flatMap(({ channel, ts, blocks }) => {
        const approval = /apr_[\w-]+/.exec(JSON.stringify(blocks))?.[0];
        return approval === undefined ? [] : [{ channel, ts, approval }];
      }),
    async say(text, user, bot_id) {
      heard = root ? said().length : 0;
      if (who === 'customer' && !user) await talk.write(text, customer(mark));
      else await talk.mutter(text, { ...(user && { user }), ...(bot_id && { bot_id }) });
      await talk.next();
    },
    async mutter(text, { apart = false, ...how } = {}) {
      const user = how.user ?? (who === 'guest' ? 'U0GUEST' : 'U0LISA');
      const calling = root === undefined || apart || where === quiet;
      const words = calling && !how.bot_id ? `<@${slack.botUserId}> ${text}` : text;
      const thread = root && !apart ? { thread_ts: root } : {};
      const { ts } = await slack.say({ ...how, user, channel: where, text: words, ...thread });
      root ??= ts;
      return ts;
    },
    edit: async (ts, text) => void (await slack.edit({ channel: where, ts, text })),
    remove: async (ts) => void (await slack.remove({ channel: where, ts })),
    async write(text, principal) {
      root ??= (await slack.say({ user: 'U0GUEST', channel: where, text: `A mail of ${mark}` })).ts;
      await writeEntry(app, { text, principal, where, root, mark });
    },
    async click(user, action) {
      const card = withButton(action).at(-1);
      if (!card) return false;
      const clicking = slack.click({ user, channel: card.channel, ts: card.ts, action_id: action });
      // A button that is gone by now cannot be pressed.
      return clicking.then(({ shown }) => shown === 'done').catch(() => false);
    },
    async reject(user) {
      await talk.cards('approval.reject');
      const { approval } = talk.card('approval.reject')!;
      await talk.click(user, 'approval.reject');
      const isIts = ({ view }: { view: object }) => JSON.stringify(view).includes(approval);
      const form = await until(() => slack.openViews(user).find(isIts), `the form of ${user} for ${mark}`);
      await slack.submitView({ user, view_id: form.id, values: { reason: 'no' } });
    },
    async cards(action, many = 1) {
      await until(() => withButton(action).length >= many || undefined, `${many} cards with ${action} in ${mark}`);
    },
    async next(many = 1) {
      await until(() => said().length >= heard + many || undefined, `${many} more answers in ${mark}`);
      heard = said().length;
    },
  };
  return talk;
}

export function customer(mark: string): Principal {
  return { kind: 'customer', id: `${mark}@shop.example` };
}

let written = 0;

type Writing = { text: string; principal: Principal; where: string; root: string; mark: string };

/** A door that is still to come: what a customer writes becomes an entry, answered in the thread. */
async function writeEntry({ context, slack }: App, { text, principal, where, root, mark }: Writing): Promise<void> {
  const asked = `${(Date.now() / 1000).toFixed(3)}${String(written++ % 1000).padStart(3, '0')}`;
  const place = { channel: where, thread: root, user: 'U0GUEST', team: 'T0OTHER', asked };
  const saved = await saveEntry(context.db, slack.teamId, {
    source: 'email',
    externalId: `${mark} ${asked}`,
    channel: 'slack',
    address: `${where}:${root}`,
    desk: where === ownChannel(mark) ? mark : 'bank',
    principal,
    content: { text, author: principal.id, place },
    sentAt: asked,
    addressed: true,
    amid: false,
  });
  if (saved.kind === 'saved') context.jobs.add('turn', { tenant: slack.teamId, thread: saved.thread });
}
