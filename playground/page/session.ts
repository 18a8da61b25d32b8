import { keep, readKept } from './link/kept.ts';
import { type Live, openLive } from './link/live.ts';
import { createStore, type Store } from './link/store.ts';
import type { PageFrame, ServerFrame } from './protocol.ts';
import { reduce } from './state/reduce.ts';
import { type Happened, initialState, type State } from './state/state.ts';
import type { Reads } from './state/unread.ts';

/** One page of one browser: its state, its connection to the server, and the person it acts as. */
export type Session = {
  store: Store<State, Happened>;
  send(frame: PageFrame): void;
  actAs(user: string): void;
  /** Hides an ephemeral message, also after a reload. */
  dismiss(ts: string): void;
  reads: Store<Reads, { key: string; ts: string } | { user: string }>;
  /** Messages older than this browser's first visit count as read. */
  since: string;
};

export function openSession(): Session {
  const store = createStore<State, Happened>(
    { ...initialState, dismissed: new Set(readKept<string[]>('dismissed', [])) },
    reduce,
  );
  const reads = createStore<Reads, { key: string; ts: string } | { user: string }>({}, readsAfter);
  let live: Live | undefined;

  function connect(user: string | null): void {
    live?.close();
    live = openLive(user, {
      frame,
      opened: () => {},
      lost: () => store.tell({ type: 'link', link: { kind: 'lost' } }),
      refused: () => {
        if (user !== null) connect(null);
      },
    });
  }

  function frame(heard: ServerFrame): void {
    store.tell(heard);
    if (heard.type === 'hello') {
      reads.tell({ user: heard.me });
      for (const { id } of heard.channels) live?.send({ type: 'history', channel: id });
    }
    if (heard.type === 'channel' && store.get().logs[heard.channel.id] === undefined) {
      live?.send({ type: 'history', channel: heard.channel.id });
    }
  }

  connect(startingUser());
  return {
    store,
    reads,
    since: firstVisit(),
    send: (asked) => live?.send(asked),
    dismiss(ts) {
      store.tell({ type: 'dismissed', ts });
      keep('dismissed', [...store.get().dismissed]);
    },
    actAs(user) {
      keep('me', user, 'tab');
      keep('me', user);
      store.tell({ type: 'acting_as', user });
      reads.tell({ user });
      connect(user);
    },
  };
}

/** Each tab may act as somebody else; a new one begins with the person used last, or with the one its address names. */
function startingUser(): string | null {
  const named = new URLSearchParams(location.search).get('as');
  if (named) keep('me', named, 'tab');
  return named ?? readKept<string | null>('me', null, 'tab') ?? readKept<string | null>('me', null);
}

function firstVisit(): string {
  const kept = readKept<string | null>('since', null);
  const since = kept ?? (Date.now() / 1000).toFixed(6);
  if (kept === null) keep('since', since);
  return since;
}

let reader = '';

function readsAfter(reads: Reads, happened: { key: string; ts: string } | { user: string }): Reads {
  if ('user' in happened) {
    reader = happened.user;
    return readKept<Reads>(`reads.${reader}`, {});
  }
  const { key, ts } = happened;
  if ((reads[key] ?? '') >= ts) return reads;
  const after = { ...reads, [key]: ts };
  keep(`reads.${reader}`, after);
  return after;
}
