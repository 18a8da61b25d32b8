import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, subscribe } from '../changes.ts';
import type { Channel, State } from '../state.ts';
import type { Counters, Row, Store } from './types.ts';

export type Journal = {
  /** Done when all that has changed until now is kept; fails when that takes too long. */
  saved(): Promise<void>;
  close(): Promise<void>;
};

/** What nobody waits for, such as a growing text, is written together. */
const IDLE_MS = 150;
const RETRY_MS = 500;
const PATIENCE_MS = 5_000;
const TAKEN_OVER = 'Another process took this workspace over.';

/** Keeps each record that changes, as it is at that moment, in the order of the changes. */
export function openJournal(state: State, store: Store, onTakenOver: () => void): Journal {
  const changed = new Map<string, () => Row>();
  let kept: Counters = { ...store.saved.counters };
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let end: 'open' | 'closing' | 'taken_over' = 'open';
  const ends = (how: typeof end) => end === how;

  subscribe(state, (change) => {
    const [key, row] = recordOf(state, change);
    if (!row) return;
    changed.delete(key);
    changed.set(key, row);
    idle ??= setTimeout(() => void write().catch(() => {}), IDLE_MS).unref();
  });

  const isKept = () => changed.size === 0 && kept.lastMicros === state.lastMicros && kept.ids === state.ids;

  /** One at a time; who comes during one waits for the next. */
  function write(): Promise<void> {
    if (writing) {
      next ??= writing
        .catch(() => {})
        .then(() => {
          next = undefined;
          return write();
        });
      return next;
    }
    if (isKept()) return Promise.resolve();
    writing = writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  async function writeAll(): Promise<void> {
    clearTimeout(idle);
    idle = undefined;
    const rows = [...changed.values()].map((row) => copied(row()));
    const counters = { lastMicros: state.lastMicros, ids: state.ids };
    changed.clear();
    for (;;) {
      const outcome = await store.save(rows, counters).catch(() => 'failed' as const);
      if (outcome === 'saved') break;
      if (outcome === 'taken_over') {
        if (ends('open')) onTakenOver();
        end = 'taken_over';
        throw new Error(TAKEN_OVER);
      }
      if (!ends('open')) throw new Error('The last changes of the workspace could not be kept.');
      await sleep(RETRY_MS, undefined, { ref: false });
    }
    kept = counters;
    for (const row of rows) if (row.kind === 'file') state.bytes.delete(row.file.id);
  }

  return {
    async saved() {
      if (ends('taken_over')) throw new Error(TAKEN_OVER);
      if (isKept() && !writing) return;
      await within(PATIENCE_MS, write());
    },
    async close() {
      if (ends('open')) end = 'closing';
      clearTimeout(idle);
      await within(PATIENCE_MS, write()).catch(() => {});
      await store.close();
    },
  };
}

/** The key of the record, and how it stands when it is written. */
function recordOf(state: State, change: Change): [key: string, row: (() => Row) | undefined] {
  switch (change.kind) {
    case 'message': {
      const { message } = change;
      return [`message ${message.channel} ${message.ts}`, () => ({ kind: 'message', message })];
    }
    case 'ephemeral':
      return [`ephemeral ${change.ephemeral.ts}`, () => change];
    case 'form':
      return [`form ${change.form.id}`, () => change];
    case 'form_closed':
      return [`form ${change.form.id}`, () => ({ kind: 'form_closed', id: change.form.id })];
    case 'home': {
      const { user } = change;
      return [`home ${user}`, () => ({ kind: 'home', home: { user, view: state.homes.get(user)! } })];
    }
    case 'prompts': {
      const { channel } = change;
      return [`prompts ${channel}`, () => ({ kind: 'prompts', channel, suggested: state.prompts.get(channel)! })];
    }
    case 'channel':
      return [`channel ${change.channel.id}`, () => channelRow(state, change.channel)];
    case 'user':
      return [`person ${change.user}`, () => personRow(state, change.user)];
    case 'user_group':
      return [`group ${change.id}`, () => ({ ...change, users: state.userGroups.get(change.id)! })];
    case 'file':
      return [`file ${change.file.id}`, () => ({ ...change, bytes: state.bytes.get(change.file.id) })];
    case 'delivery':
      return [`delivery ${change.body.event_id}`, () => change];
    case 'delivered':
      return [`delivery ${change.eventId}`, () => change];
    case 'status':
    case 'acknowledged':
      return ['', undefined];
  }
}

function channelRow(state: State, { log: _log, byTs: _byTs, replies: _replies, ...channel }: Channel): Row {
  return { kind: 'channel', channel, number: [...state.channels.keys()].indexOf(channel.id) };
}

function personRow(state: State, id: string): Row {
  return { kind: 'person', user: state.users.get(id)!, number: [...state.users.keys()].indexOf(id) };
}

/** The workspace goes on changing its records while they are written. */
const copied = (row: Row): Row => structuredClone(row);

async function within(ms: number, work: Promise<void>): Promise<void> {
  const late = new AbortController();
  const patience = sleep(ms, undefined, { signal: late.signal, ref: false }).then(() => {
    throw new Error(`It was not kept within ${ms} ms.`);
  });
  try {
    await Promise.race([work, patience]);
  } finally {
    late.abort();
    await patience.catch(() => {});
  }
}
