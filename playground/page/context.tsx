import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { act } from './link/post.ts';
import { useStore } from './link/store.ts';
import type { Person } from './protocol.ts';
import type { Session } from './session.ts';
import { placeAtFirst, type Route, readRoute, writeRoute } from './state/route.ts';
import type { State } from './state/state.ts';
import type { Reader } from './text/dates.ts';

export type Page = Session & {
  route: Route;
  go(route: Route): void;
  /** Shows for some seconds why something was not done, and reads it out to screen readers. */
  complain(why: string): void;
  complaint: string | null;
};

const PageContext = createContext<Page | null>(null);
const COMPLAINT_MS = 8_000;

export function PageProvider({ session, children }: { session: Session; children: ReactNode }) {
  const hash = useSyncExternalStore(onHash, () => location.hash);
  const [complaint, setComplaint] = useState<string | null>(null);
  useEffect(() => {
    const timer = complaint === null ? undefined : setTimeout(() => setComplaint(null), COMPLAINT_MS);
    return () => clearTimeout(timer);
  }, [complaint]);
  const page = useMemo(
    () => ({
      ...session,
      route: readRoute(hash),
      go(route: Route) {
        location.hash = writeRoute(route);
      },
      complain: setComplaint,
      complaint,
    }),
    [session, hash, complaint],
  );
  return <PageContext value={page}>{children}</PageContext>;
}

function onHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('A part of the page stands outside of it.');
  return page;
}

/** The shown place; on a wide screen the first channel stands beside the list. */
export function usePlace(): Route['place'] {
  const { route } = usePage();
  const channels = useKnown((state) => state.channels);
  return route.place ?? placeAtFirst(channels);
}

export function useKnown<Part>(select: (state: State) => Part): Part {
  return useStore(usePage().store, select);
}

export function useMe(): string {
  return useKnown((state) => state.hello?.me ?? '');
}

export function usePerson(id: string): Person | undefined {
  return useKnown((state) => state.people[id]);
}

/** Drawn again every half minute, so that "5 minutes ago" stays true. */
export function useReader(): Reader {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return useMemo(() => ({ now }), [now]);
}

/** Where a pressed button stands: in a message, or in a form or a Home tab with the values filled in so far. */
export type Pressed = { channel: string; ts: string } | { view_id: string; values?: Record<string, string | null> };

/** Presses a button, and complains if that failed. */
export function useClick(place: Pressed | null): (action: string, value?: string) => Promise<boolean> {
  const { complain } = usePage();
  const user = useMe();
  return async (action_id, value) => {
    if (!place) return false;
    const clicked = await act('click', { user, ...place, action_id, ...(value === undefined ? {} : { value }) });
    if (clicked.kind === 'refused') complain(clicked.why);
    if (clicked.kind === 'ok' && clicked.body.shown === 'failed')
      complain('The bot did not answer in time. Try again.');
    return clicked.kind === 'ok' && clicked.body.shown !== 'failed';
  };
}
