import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { useKnown, usePage, usePlace } from '../context.tsx';
import { Guide } from '../guide/guide.tsx';
import { Icon, type IconName } from '../icons.tsx';
import { useStore } from '../link/store.ts';
import { Avatar } from '../parts.tsx';
import type { ChannelInfo } from '../protocol.ts';
import { TEAM } from '../protocol.ts';
import { withBehindPane } from '../state/route.ts';
import { type Unread, unreadOf } from '../state/unread.ts';

export function Sidebar() {
  const channels = useKnown((state) => state.channels);
  const { route, go } = usePage();
  const hasMail = useKnown((state) => Boolean(state.hello?.mail));
  const rooms = channels.filter(({ kind }) => kind === 'channel' || kind === 'group');
  const direct = channels.filter(({ kind }) => kind === 'im' || kind === 'mpim');
  const place = usePlace();
  const shown = place?.kind === 'channel' ? place.channel : null;
  const open = (channel: string) => go({ ...route, place: { kind: 'channel', channel }, thread: undefined });
  return (
    <nav className="sidebar" aria-label="Channels and direct messages" data-region="sidebar">
      <p className="workspace-name">Countersign playground</p>
      <Group title="Channels">
        {rooms.map((channel) => (
          <ChannelItem key={channel.id} channel={channel} isShown={shown === channel.id} onOpen={open} />
        ))}
      </Group>
      <Group title="Apps">
        {direct.map((channel) => (
          <ChannelItem key={channel.id} channel={channel} isShown={shown === channel.id} onOpen={open} />
        ))}
        <li>
          <SideButton
            icon="home"
            label="Home of Countersign"
            isShown={place?.kind === 'home'}
            onPress={() => go({ ...route, place: { kind: 'home' }, thread: undefined })}
          />
        </li>
      </Group>
      {hasMail && (
        <Group title="Support inbox">
          <li>
            <SideButton
              icon="mail"
              label="Mail"
              isShown={place?.kind === 'mail'}
              onPress={() => go({ ...route, place: { kind: 'mail', who: TEAM }, thread: undefined })}
            />
          </li>
        </Group>
      )}
      <Group title="Look inside">
        <li>
          <SideButton
            icon="layers"
            label="Behind the scenes"
            isShown={route.tool === 'behind'}
            onPress={() => go(route.tool === 'behind' ? { ...route, tool: undefined } : withBehindPane(route, place))}
          />
        </li>
        <li>
          <SideButton
            icon="bolt"
            label="Faults"
            isShown={route.tool === 'faults'}
            onPress={() => go({ ...route, tool: route.tool === 'faults' ? undefined : 'faults' })}
          />
        </li>
      </Group>
      <Guide />
    </nav>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="side-group" aria-label={title}>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

type ItemProps = { channel: ChannelInfo; isShown: boolean; onOpen: (channel: string) => void };

function ChannelItem({ channel, isShown, onOpen }: ItemProps) {
  const unread = useUnread(channel.id);
  const isDirect = channel.kind === 'im';
  const bot = useKnown((state) => state.hello?.botUserId ?? '');
  const name = isDirect ? 'Countersign' : channel.name;
  return (
    <li>
      <Button
        className="side-item"
        aria-current={isShown ? 'page' : undefined}
        data-unread={unread.isUnread && !isShown}
        aria-label={`${isDirect ? 'Direct message with ' : ''}${name}${unreadWords(unread, isShown)}`}
        onPress={() => onOpen(channel.id)}
      >
        {isDirect ? <Avatar user={bot} size={20} /> : <Icon name={channel.kind === 'group' ? 'lock' : 'hash'} />}
        <span className="side-name">{name}</span>
        {unread.count > 0 && !isShown && <span className="badge">{unread.count}</span>}
      </Button>
    </li>
  );
}

function unreadWords({ isUnread, count }: Unread, isShown: boolean): string {
  if (isShown || !isUnread) return '';
  return count > 0 ? `, ${count} unread for you` : ', unread';
}

function useUnread(channel: string): Unread {
  const page = usePage();
  const log = useKnown((state) => state.logs[channel]);
  const info = useKnown((state) => state.channels);
  const reads = useStore(page.reads, (known) => known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what of the state it looks at.
  return useMemo(() => unreadOf(page.store.get(), channel, reads, page.since), [log, info, reads, channel, page]);
}

type SideButtonProps = { icon: IconName; label: string; isShown: boolean; onPress: () => void };

function SideButton({ icon, label, isShown, onPress }: SideButtonProps) {
  return (
    <Button className="side-item" aria-current={isShown ? 'page' : undefined} onPress={onPress}>
      <Icon name={icon} />
      <span className="side-name">{label}</span>
    </Button>
  );
}
