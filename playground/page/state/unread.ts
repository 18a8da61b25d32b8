import type { PageMessage } from '../protocol.ts';
import { isReply } from './rows.ts';
import { type State, threadKey } from './state.ts';

/** The newest ts that each person has read, by channel and by thread. */
export type Reads = Readonly<Record<string, string>>;
export type Unread = { isUnread: boolean; count: number };

/** A channel with news is bold; news for me is counted: a mention, a direct message, a reply in a thread of mine. */
export function unreadOf(state: State, channel: string, reads: Reads, since: string): Unread {
  const me = state.hello?.me ?? '';
  const info = state.channels.find(({ id }) => id === channel);
  const messages = state.logs[channel]?.messages ?? {};
  const isDirect = info?.kind === 'im' || info?.kind === 'mpim';
  const news = Object.values(messages).filter(
    (message) => isNew(message, channel, reads, since) && message.user !== me,
  );
  const roots = news.filter((message) => !isReply(message));
  const forMe = news.filter((message) => isForMe(message, messages, me, isDirect));
  return { isUnread: roots.length > 0 || forMe.length > 0, count: forMe.length };
}

function isNew(message: PageMessage, channel: string, reads: Reads, since: string): boolean {
  const key = isReply(message) ? threadKey(channel, message.thread_ts ?? '') : channel;
  return !message.deleted && message.ts > (reads[key] ?? since);
}

function isForMe(message: PageMessage, messages: Record<string, PageMessage>, me: string, isDirect: boolean): boolean {
  if (mentions(message, me)) return true;
  if (!isReply(message)) return isDirect;
  const root = messages[message.thread_ts ?? ''];
  return root?.user === me || (root?.replyUsers ?? []).includes(me);
}

function mentions({ text, blocks }: PageMessage, user: string): boolean {
  const mention = `<@${user}>`;
  return text.includes(mention) || (blocks !== undefined && JSON.stringify(blocks).includes(mention));
}

/** The thread has replies that I have not seen, and I take part in it. */
export function isThreadNew(root: PageMessage, me: string, reads: Reads, since: string): boolean {
  const mine = root.user === me || (root.replyUsers ?? []).includes(me);
  return mine && (root.latestReply ?? '') > (reads[threadKey(root.channel, root.ts)] ?? since);
}
