import { useCallback, useMemo } from 'react';
import { Composer } from '../composer/composer.tsx';
import { Prompts } from '../composer/prompts.tsx';
import { useKnown, useMe, usePage, useReader } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { MessageList, useEditing } from '../messages/list.tsx';
import { PaneHead } from '../parts.tsx';
import type { ChannelInfo, PageMessage } from '../protocol.ts';
import { rootsOf, rowsOf } from '../state/rows.ts';
import { emptyLog } from '../state/state.ts';
import { useMarkRead, useReadTo } from './read.ts';
import { DirectTabs } from './tabs.tsx';

export function ChannelPane({ channel }: { channel: ChannelInfo }) {
  const { go, route } = usePage();
  const me = useMe();
  const isDirect = channel.kind === 'im';
  const title = isDirect ? 'Countersign' : channel.name;
  return (
    <>
      <PaneHead
        title={
          <>
            {!isDirect && <Icon name={channel.kind === 'group' ? 'lock' : 'hash'} />} {title}
          </>
        }
        about={[channel.desk?.title, channel.shared && 'shared with another company'].filter(Boolean).join(' · ')}
        onBack={() => go({ ...route, place: null, thread: undefined })}
      >
        {isDirect && <DirectTabs channel={channel.id} shown="messages" />}
      </PaneHead>
      <ChannelMessages key={`${me}${channel.id}`} channel={channel} />
    </>
  );
}

function ChannelMessages({ channel }: { channel: ChannelInfo }) {
  const { send } = usePage();
  const me = useMe();
  const reader = useReader();
  const log = useKnown((state) => state.logs[channel.id] ?? emptyLog);
  const all = useKnown((state) => state.ephemerals);
  const dismissed = useKnown((state) => state.dismissed);
  const readTo = useReadTo(channel.id);
  const [editing, edit] = useEditing(channel.id);
  const roots = useMemo(() => rootsOf(log), [log]);
  const rows = useMemo(() => {
    const ephemerals = all.filter((one) => one.channel === channel.id && !one.thread_ts && !dismissed.has(one.ts));
    return rowsOf({ messages: roots, ephemerals, reader, readTo, me });
  }, [roots, all, dismissed, channel.id, reader, readTo, me]);
  useMarkRead(channel.id, roots.at(-1)?.ts);
  const oldest = roots[0]?.ts;
  const askForMore = useCallback(() => {
    if (log.past === 'more' && oldest) send({ type: 'history', channel: channel.id, before: oldest });
  }, [log.past, oldest, send, channel.id]);
  const name = channel.kind === 'im' ? 'Countersign' : `#${channel.name}`;
  return (
    <>
      {rows.length === 0 ? (
        <Beginning channel={channel} isLoading={log.past === 'unknown'} />
      ) : (
        <MessageList
          rows={rows}
          label={`Messages in ${name}`}
          inThread={false}
          editing={editing}
          onEdit={edit}
          onStart={askForMore}
        />
      )}
      <Prompts channel={channel} />
      <Composer channel={channel.id} label={`Message ${name}`} onEditLast={() => edit(lastOf(roots, me))} />
    </>
  );
}

export function lastOf(messages: PageMessage[], user: string): string | null {
  return messages.findLast((message) => message.user === user && !message.deleted)?.ts ?? null;
}

function Beginning({ channel, isLoading }: { channel: ChannelInfo; isLoading: boolean }) {
  if (isLoading) return <div className="beginning" aria-busy="true" />;
  const name = channel.kind === 'im' ? 'your conversation with Countersign' : `#${channel.name}`;
  return (
    <div className="beginning">
      <h3>This is the very beginning of {name}</h3>
      {channel.desk ? (
        <p>
          {channel.desk.title} answers here.{' '}
          {channel.kind === 'im' ? 'Write a message below.' : 'Mention @countersign, and it answers in a thread.'}
        </p>
      ) : (
        <p>Nothing has been said here yet.</p>
      )}
    </div>
  );
}
