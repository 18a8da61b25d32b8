import type { StoryRow } from '../protocol.ts';

export type Kind = StoryRow['kind'];
/** Rows that belong together: an event (a message, a signature) and its consequences. */
export type Chapter = { key: string; rows: StoryRow[] };

const begins: ReadonlySet<Kind> = new Set(['entry', 'signature']);

export function chaptersOf(rows: StoryRow[]): Chapter[] {
  const chapters: Chapter[] = [];
  for (const row of rows) {
    const current = chapters.at(-1);
    if (!current || begins.has(row.kind)) chapters.push({ key: row.id, rows: [row] });
    else current.rows.push(row);
  }
  return chapters;
}

/** A job that comes several times in a row is one line with its count. */
export type Repeated = { row: StoryRow; times: number };

export function mergeRepeats(rows: StoryRow[]): Repeated[] {
  const merged: Repeated[] = [];
  for (const row of rows) {
    const last = merged.at(-1);
    if (last && last.row.kind === row.kind && last.row.title === row.title && row.kind === 'job') last.times += 1;
    else merged.push({ row, times: 1 });
  }
  return merged;
}

export type Tally = { kind: Kind; count: number; worst: StoryRow['state'] };

const kinds: Kind[] = ['entry', 'job', 'turn', 'model', 'call', 'approval', 'signature', 'reply', 'audit'];
const order: StoryRow['state'][] = ['ok', 'running', 'waiting', 'refused', 'unknown', 'failed'];

/** Counts each kind of row, and gives the worst state among them. */
export function talliesOf(rows: StoryRow[]): Tally[] {
  return kinds.flatMap((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind);
    const states = ofKind.map(({ state }) => state);
    if (states.length === 0) return [];
    const worst = states.reduce((one, other) => (order.indexOf(other) > order.indexOf(one) ? other : one));
    return [{ kind, count: ofKind.filter(({ of }) => of === undefined).length, worst }];
  });
}
