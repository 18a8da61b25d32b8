import { useEffect, useRef } from 'react';
import { BehindPane } from './behind/behind.tsx';
import { focusComposer } from './composer/field.ts';
import { useKnown, useMe, usePage, usePlace } from './context.tsx';
import { FaultsPane } from './faults/faults.tsx';
import { FormDialog } from './forms/form.tsx';
import { Announcer } from './frame/announcer.tsx';
import { Complaint } from './frame/complaint.tsx';
import { useRegions } from './frame/regions.ts';
import { Sidebar } from './frame/sidebar.tsx';
import { TopBar } from './frame/top.tsx';
import { act } from './link/post.ts';
import { MailPane } from './mail/pane.tsx';
import { MailSide } from './mail/side.tsx';
import { ChannelPane } from './panes/channel.tsx';
import { HomePane } from './panes/home.tsx';
import { ThreadPane } from './panes/thread.tsx';
import type { ChannelInfo } from './protocol.ts';
import { NEW, placeAtFirst, type Route } from './state/route.ts';

export function App() {
  const { route } = usePage();
  const channels = useKnown((state) => state.channels);
  const form = useKnown((state) => state.forms.at(-1));
  const place = usePlace();
  const channel = place?.kind === 'channel' ? channels.find(({ id }) => id === place.channel) : undefined;
  useRegions();
  useEscape();
  useFocusKept(route);
  useSeenPlace(place, channel);
  useOpened(place, channel);
  return (
    <div className="page">
      <TopBar />
      <div className="app" data-front={frontOf(route)}>
        <Sidebar />
        <main className="pane pane-main" data-region="main" aria-label={channel ? channel.name : 'Countersign'}>
          {channel && <ChannelPane channel={channel} />}
          {place?.kind === 'home' && <HomePane />}
          {place?.kind === 'mail' && <MailPane who={place.who} />}
          {channels.length > 0 && place?.kind === 'channel' && !channel && <NotHere />}
        </main>
        {channel && route.thread && (
          <aside className="pane pane-side" data-region="thread" aria-label="Thread">
            <ThreadPane channel={channel} thread={route.thread} />
          </aside>
        )}
        {place?.kind === 'mail' && route.thread && (
          <aside
            className="pane pane-side"
            data-region="thread"
            aria-label={route.thread === NEW ? 'New mail' : 'Mails'}
          >
            <MailSide key={`${place.who} ${route.thread}`} who={place.who} thread={route.thread} />
          </aside>
        )}
        {route.tool && (
          <aside
            className="pane pane-tool"
            data-region="tool"
            aria-label={route.tool === 'behind' ? 'Behind the scenes' : 'Faults'}
          >
            {route.tool === 'behind' ? <BehindPane /> : <FaultsPane />}
          </aside>
        )}
      </div>
      {form && <FormDialog key={`${form.id}${JSON.stringify(form.view).length}`} form={form} />}
      <Announcer />
      <Complaint />
    </div>
  );
}

function NotHere() {
  return (
    <div className="beginning">
      <h2>You cannot see this channel</h2>
      <p>The person you act as is not in it. Choose another channel, or act as somebody else.</p>
    </div>
  );
}

/** On a phone one pane is shown at a time. */
function frontOf({ place, thread, tool }: Route): string {
  if (tool) return 'tool';
  if (thread) return 'side';
  return place ? 'main' : 'list';
}

/** Esc closes what was opened last, but not while somebody is writing. */
function useEscape(): void {
  const { go, route } = usePage();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('.overlay, .popover')) return;
      if (holdsText(event.target)) return;
      if (route.tool) go({ ...route, tool: undefined });
      else if (route.thread) go({ ...route, thread: undefined });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [go, route]);
}

function holdsText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['radio', 'checkbox'].includes(target.type) && target.value !== '';
  return target instanceof HTMLTextAreaElement && target.value !== '';
}

/** Moves the focus to the message field when the focused part was closed. */
function useFocusKept(route: Route): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is going elsewhere that may lose the focus.
  useEffect(() => {
    if (document.activeElement === document.body) focusComposer(document.querySelector('.pane-main'));
  }, [route]);
}

/** If the person one acts as from now on cannot see the open channel, their first channel opens instead. */
function useSeenPlace(place: Route['place'], channel: ChannelInfo | undefined): void {
  const { go, route } = usePage();
  const me = useMe();
  const channels = useKnown((state) => state.channels);
  const before = useRef(me);
  useEffect(() => {
    if (channels.length === 0 || me === '') return;
    const isOther = before.current !== '' && before.current !== me;
    before.current = me;
    if (isOther && place?.kind === 'channel' && !channel)
      go({ ...route, place: placeAtFirst(channels), thread: undefined });
  }, [me, channels, place, channel, go, route]);
}

/** Tells the bot that somebody opened its Home tab, or the conversation with it. */
function useOpened(place: Route['place'], channel: ChannelInfo | undefined): void {
  const user = useMe();
  const isOpen = useKnown((state) => state.link.kind === 'open');
  const tab = place?.kind === 'home' ? 'home' : channel?.kind === 'im' ? 'messages' : null;
  useEffect(() => {
    if (isOpen && user !== '' && tab) void act('open', { user, tab });
  }, [isOpen, user, tab]);
}
