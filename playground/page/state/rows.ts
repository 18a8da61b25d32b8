import type { Ephemeral } from '../../slack/types.ts';
import type { PageMessage } from '../protocol.ts';
import { dayOf, dayTitle, type Reader, timeOfTs } from '../text/dates.ts';
import type { ChannelLog } from './state.ts';

/** One row of a list of messages. */
export type Row =
  | { kind: 'day'; key: string; title: string }
  | { kind: 'new'; key: string }
  | { kind: 'replies'; key: string; count: number }
  | { kind: 'message'; key: string; message: PageMessage; follows: boolean }
  | { kind: 'ephemeral'; key: string; ephemeral: Ephemeral };

/** The first messages of a channel's threads; a deleted one stays while it has replies. */
export function rootsOf({ messages }: ChannelLog): PageMessage[] {
  return Object.values(messages)
    .filter((message) => isInChannel(message) && (!message.deleted || (message.replyCount ?? 0) > 0))
    .sort(byTs);
}

export function threadOf({ messages }: ChannelLog, thread: string): PageMessage[] {
  const root = messages[thread];
  const replies = Object.values(messages).filter(
    (message) => isReply(message) && message.thread_ts === thread && !message.deleted,
  );
  return [...(root ? [root] : []), ...replies.sort(byTs)];
}

/** A reply stands in its thread only, unless it was also sent to the channel. */
export function isInChannel(message: PageMessage): boolean {
  return !isReply(message) || message.subtype === 'thread_broadcast';
}

export function isReply({ ts, thread_ts }: PageMessage): boolean {
  return thread_ts !== undefined && thread_ts !== ts;
}

function byTs(one: { ts: string }, other: { ts: string }): number {
  return one.ts < other.ts ? -1 : 1;
}

type Listed = {
  messages: PageMessage[];
  ephemerals: Ephemeral[];
  reader: Reader;
  /** The newest ts that was read before; later messages of others stand below the line "New". */
  readTo?: string;
  me: string;
  /** Set in a thread, where the count of replies stands below the first message. */
  thread?: string;
};

const TOGETHER_MS = 5 * 60_000;

export function rowsOf({ messages, ephemerals, reader, readTo, me, thread }: Listed): Row[] {
  const all = [
    ...messages.map((message) => ({ ts: message.ts, message })),
    ...ephemerals.map((ephemeral) => ({ ts: ephemeral.ts, ephemeral })),
  ].sort(byTs);
  const firstNew = readTo && messages.find(({ ts, user }) => ts > readTo && user !== me)?.ts;
  const rows: Row[] = [];
  let day = '';
  let before: PageMessage | undefined;
  for (const one of all) {
    const at = timeOfTs(one.ts);
    const today = dayOf(at, reader);
    if (today !== day && !thread) rows.push({ kind: 'day', key: today, title: dayTitle(at, reader) });
    if (one.ts === firstNew) rows.push({ kind: 'new', key: 'new' });
    if ('ephemeral' in one) {
      rows.push({ kind: 'ephemeral', key: `e${one.ts}`, ephemeral: one.ephemeral });
      before = undefined;
    } else {
      const isBroken = today !== day || one.ts === firstNew;
      rows.push({
        kind: 'message',
        key: one.ts,
        message: one.message,
        follows: !isBroken && follows(before, one.message),
      });
      before = one.message;
      if (one.ts === thread && messages.length > 1) {
        rows.push({ kind: 'replies', key: 'replies', count: messages.length - 1 });
        before = undefined;
      }
    }
    day = today;
  }
  return rows;
}

/** True for a message by the same person shortly after, which shows neither face nor name again. */
function follows(before: PageMessage | undefined, message: PageMessage): boolean {
  if (!before || before.user !== message.user || before.deleted) return false;
  if ((before.replyCount ?? 0) > 0) return false;
  return timeOfTs(message.ts) - timeOfTs(before.ts) < TOGETHER_MS;
}
