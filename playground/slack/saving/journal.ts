import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from '../changes.ts';
import type { State } from '../state-type.ts';
import type { Change, Channel } from '../types.ts';
import type { Counters, Row, Store } from './types.ts';

export type Journal = {
  /** Resolves once all changes until now are kept; fails if that takes too long. */
  saved(): Promise<void>;
  close(): Promise<void>;
};

/** Changes that nobody waits for, such as a growing text, are written together. */
const IDLE_MS = 150;
const RETRY_MS = 500;
const PATIENCE_MS = 5_000;
const TAKEN_OVER = 'Another process took this workspace over.';

/** News of a store: another process has taken it over, or, once per batch, it does not answer. */
export type StoreListener = { onTakenOver(): void; onTrouble(error: unknown): void };

/** Saves each changed record as it is at that moment, in the order of the changes. */
export function openJournal(state: State, store: Store, { onTakenOver, onTrouble }: StoreListener): Journal {
  const changed = new Map<string, () => Row>();
  let kept: Counters = { ...store.saved.counters };
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let end: 'open' | 'closing' | 'taken_over' = 'open';
  const ends = (how: typeof end) => end === how;

  subscribe(state, (change) => {
    const record = recordOf(state, change);
    if (!record) return;
    changed.delete(record.key);
    changed.set(record.key, record.row);
    idle ??= setTimeout(() => void write().catch(() => {}), IDLE_MS).unref();
  });

  const isKept = () => changed.size === 0 && kept.lastMicros === state.lastMicros && kept.ids === state.ids;

  /** Saves one batch at a time; a change during one waits for the next. */
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
    for (let tries = 1; ; tries += 1) {
      const outcome = await store.save(rows, counters).catch((error: unknown) => {
        if (tries === 1) onTrouble(error);
        return 'failed' as const;
      });
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

type Changed = { key: string; row: () => Row };

/** The changed records as they are when written; skips everything that a restart ends anyway. */
function recordOf(state: State, change: Change): Changed | undefined {
  switch (change.kind) {
    case 'message': {
      const { message } = change;
      return { key: `message ${message.channel} ${message.ts}`, row: () => ({ kind: 'message', message }) };
    }
    case 'ephemeral':
      return { key: `ephemeral ${change.ephemeral.ts}`, row: () => change };
    case 'form':
      return { key: `form ${change.form.id}`, row: () => change };
    case 'form_closed':
      return { key: `form ${change.form.id}`, row: () => ({ kind: 'form_closed', id: change.form.id }) };
    case 'home': {
      const { user } = change;
      return { key: `home ${user}`, row: () => ({ kind: 'home', home: { user, view: state.homes.get(user)! } }) };
    }
    case 'prompts': {
      const { channel } = change;
      const row = (): Row => ({ kind: 'prompts', channel, suggested: state.prompts.get(channel)! });
      return { key: `prompts ${channel}`, row };
    }
    case 'channel':
      return { key: `channel ${change.channel.id}`, row: () => channelRow(state, change.channel) };
    case 'user':
      return { key: `person ${change.user}`, row: () => personRow(state, change.user) };
    case 'user_group':
      return { key: `group ${change.id}`, row: () => ({ ...change, users: state.userGroups.get(change.id)! }) };
    case 'file':
      return { key: `file ${change.file.id}`, row: () => ({ ...change, bytes: state.bytes.get(change.file.id) }) };
    case 'delivery':
      return { key: `delivery ${change.body.event_id}`, row: () => change };
    case 'delivered':
      return { key: `delivery ${change.eventId}`, row: () => change };
    case 'status':
    case 'acknowledged':
      return undefined;
  }
}

function channelRow(state: State, { log: _log, byTs: _byTs, replies: _replies, ...channel }: Channel): Row {
  return { kind: 'channel', channel, number: [...state.channels.keys()].indexOf(channel.id) };
}

function personRow(state: State, id: string): Row {
  return { kind: 'person', user: state.users.get(id)!, number: [...state.users.keys()].indexOf(id) };
}

/** Copies the records, because the workspace goes on changing them during the write. */
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
