import { fieldsIn, stringIn } from '../blocks/read.ts';
import type { PageMessage } from '../protocol.ts';
import { isReply } from '../state/rows.ts';
import type { State } from '../state/state.ts';

/** What a newcomer does in the first minute; each step is ticked off by what really happened. */
export type Step = 'mention' | 'answer' | 'ask' | 'sign' | 'done';
export const steps: Step[] = ['mention', 'answer', 'ask', 'sign', 'done'];

export function stepsDone(state: State, since: string): Step[] {
  const bot = state.hello?.botUserId ?? '';
  const messages = messagesSince(state, since);
  const cards = cardsSince(state, since);
  const heads = cards.map(headOf);
  const isSigned = heads.some((head) => /^(Approved|Done|Failed|Rejected)/.test(head));
  // Colleagues get cards about mails there, too.
  const isAsked = isSigned || cards.some(({ blocks }) => JSON.stringify(blocks ?? []).includes('"approval.'));
  const happened: Record<Step, boolean> = {
    mention: messages.some((message) => asksBot(message, bot, state)),
    answer: messages.some((message) => message.user === bot && isReply(message) && message.streaming !== true),
    ask: isAsked,
    sign: isSigned,
    done: heads.some((head) => head.startsWith('Done')),
  };
  return steps.filter((step) => happened[step]);
}

function messagesSince({ logs }: State, since: string): PageMessage[] {
  return Object.values(logs)
    .flatMap(({ messages }) => Object.values(messages))
    .filter(({ ts, deleted }) => ts > since && !deleted);
}

function cardsSince(state: State, since: string): PageMessage[] {
  const { hello } = state;
  return messagesSince(state, since).filter(
    ({ user, channel }) => user === hello?.botUserId && channel === hello.approvalsChannel,
  );
}

/** The person who decided on the first card since then, as the card shows them. */
export function decidedBy(state: State, since: string): string | undefined {
  const cards = cardsSince(state, since).sort((one, other) => one.ts.localeCompare(other.ts));
  const [signer] = cards.flatMap(({ blocks = [] }) =>
    [...JSON.stringify(blocks).matchAll(/(?:Approved|Rejected) by <@(\w+)>/g)].map(([, user]) => user),
  );
  return signer;
}

/** Who wrote to the bot last, as far as the person one acts as has seen. */
export function lastAsker(state: State): string | undefined {
  const bot = state.hello?.botUserId ?? '';
  return Object.values(state.logs)
    .flatMap(({ messages }) => Object.values(messages))
    .filter((message) => !message.deleted && asksBot(message, bot, state))
    .sort((one, other) => one.ts.localeCompare(other.ts))
    .at(-1)?.user;
}

function asksBot({ user, text, channel }: PageMessage, bot: string, { channels }: State): boolean {
  if (user === bot) return false;
  return text.includes(`<@${bot}>`) || channels.find(({ id }) => id === channel)?.kind === 'im';
}

/** The title of a card. */
function headOf({ blocks = [], text }: PageMessage): string {
  const header = fieldsIn(blocks).find(({ type }) => type === 'header');
  return header ? stringIn((header.text as { text?: unknown } | undefined)?.text) || text : '';
}
