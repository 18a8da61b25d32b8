import { useEffect, useMemo } from 'react';
import { Composer } from '../composer/composer.tsx';
import { useKnown, useMe, usePage, useReader } from '../context.tsx';
import { MessageList, useEditing } from '../messages/list.tsx';
import { IconButton, PaneHead } from '../parts.tsx';
import type { ChannelInfo } from '../protocol.ts';
import { rowsOf, threadOf } from '../state/rows.ts';
import { emptyLog, threadKey } from '../state/state.ts';
import { lastOf } from './channel.tsx';
import { useMarkRead, useReadTo } from './read.ts';

export function ThreadPane({ channel, thread }: { channel: ChannelInfo; thread: string }) {
  const { go, route } = usePage();
  const me = useMe();
  const close = () => go({ ...route, thread: undefined });
  const place = { channel: channel.id, thread };
  return (
    <>
      <PaneHead title="Thread" about={channel.kind === 'im' ? 'Countersign' : `#${channel.name}`} onBack={close}>
        <IconButton
          icon="layers"
          label="Behind the scenes of this thread"
          onPress={() => go({ ...route, tool: 'behind', watched: place })}
        />
        <IconButton className="pane-close" icon="close" label="Close thread" onPress={close} />
      </PaneHead>
      <ThreadMessages key={`${me}${threadKey(channel.id, thread)}`} channel={channel} thread={thread} />
    </>
  );
}

function ThreadMessages({ channel, thread }: { channel: ChannelInfo; thread: string }) {
  const { send } = usePage();
  const me = useMe();
  const reader = useReader();
  const key = threadKey(channel.id, thread);
  const log = useKnown((state) => state.logs[channel.id] ?? emptyLog);
  const isOpen = useKnown((state) => state.link.kind === 'open');
  const status = useKnown((state) => state.statuses[key]);
  const all = useKnown((state) => state.ephemerals);
  const dismissed = useKnown((state) => state.dismissed);
  const readTo = useReadTo(key);
  const [editing, edit] = useEditing(key);
  const isWhole = log.whole.has(thread);
  useEffect(() => {
    if (isOpen && !isWhole) send({ type: 'thread', channel: channel.id, thread });
  }, [isOpen, isWhole, send, channel.id, thread]);
  const messages = useMemo(() => threadOf(log, thread), [log, thread]);
  const rows = useMemo(() => {
    const ephemerals = all.filter(
      (one) => one.channel === channel.id && one.thread_ts === thread && !dismissed.has(one.ts),
    );
    return rowsOf({ messages, ephemerals, reader, readTo, me, thread });
  }, [messages, all, dismissed, channel.id, thread, reader, readTo, me]);
  useMarkRead(key, isWhole ? messages.at(-1)?.ts : undefined);
  return (
    <>
      <MessageList rows={rows} label="Messages of the thread" inThread editing={editing} onEdit={edit} />
      <p className="status-line" role="status">
        {status && (
          <>
            <span className="spinner" /> Countersign {status}
          </>
        )}
      </p>
      <Composer channel={channel.id} thread={thread} label="Reply…" onEditLast={() => edit(lastOf(messages, me))} />
    </>
  );
}
