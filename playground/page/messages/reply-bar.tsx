import { Button } from 'react-aria-components';
import { useKnown, useMe, usePage, useReader } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { useStore } from '../link/store.ts';
import { Avatar } from '../parts.tsx';
import type { PageMessage } from '../protocol.ts';
import { threadKey } from '../state/state.ts';
import { isThreadNew } from '../state/unread.ts';
import { dateText, timeOfTs } from '../text/dates.ts';

/** Stands below the first message of a thread: the number of replies, and what the bot is doing there. */
export function ReplyBar({ message }: { message: PageMessage }) {
  const { channel, replyCount = 0, latestReply, replyUsers = [] } = message;
  const thread = message.thread_ts ?? message.ts;
  const page = usePage();
  const me = useMe();
  const reader = useReader();
  const status = useKnown((state) => state.statuses[threadKey(channel, thread)]);
  const isNew = useStore(page.reads, (reads) => isThreadNew(message, me, reads, page.since));
  if (replyCount === 0 && !status) return null;
  const last = {
    seconds: Math.floor(timeOfTs(latestReply ?? message.ts) / 1000),
    format: '{date_short_pretty} at {time}',
  };
  const words = `${replyCount} ${replyCount === 1 ? 'reply' : 'replies'}`;
  return (
    <Button className="reply-bar" data-new={isNew} onPress={() => page.go({ ...page.route, thread, tool: undefined })}>
      {replyUsers.slice(0, 4).map((user) => (
        <Avatar key={user} user={user} size={24} />
      ))}
      {replyCount > 0 && <span className="reply-count">{words}</span>} {isNew && <span className="reply-new">New</span>}{' '}
      {status ? (
        <span className="status-words">
          <span className="spinner" /> Countersign {status}
        </span>
      ) : (
        <span className="reply-last">
          <span className="reply-when">Last reply {dateText({ ...last, fallback: '' }, reader)}</span>
          <span className="reply-view">View thread</span>
        </span>
      )}
      <span className="unseen">, open thread</span>
      <Icon name="right" size={14} />
    </Button>
  );
}
