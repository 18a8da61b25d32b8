import type { Database } from './database.ts';
import { approvalRows, auditRows, callRows } from './timeline-calls.ts';
import type { TimelineRow } from './timeline-text.ts';
import { entryRows, replyRows, turnRows } from './timeline-turns.ts';
import { readThread, type ThreadLocation, type ThreadRecords } from './whole-thread.ts';

/** The history of a conversation in order, and the ids that jobs about it carry. */
export type Timeline = {
  rows: TimelineRow[];
  marks: { thread: number; approvals: string[]; replies: number[]; cards: number[] };
};

export async function timelineOf(
  db: Database,
  tenant: string,
  location: ThreadLocation,
  accountName: (account: string) => string,
): Promise<Timeline | null> {
  const records = await readThread(db, tenant, location);
  if (!records) return null;
  const source = { ...records, accountName };
  const rows = [entryRows, turnRows, callRows, approvalRows, replyRows, auditRows].flatMap((rowsOf) => rowsOf(source));
  return { rows: rows.sort(inOrder), marks: marksOf(records) };
}

/** Rows of one commit have the same time, so order them by kind. */
const order: TimelineRow['kind'][] = ['entry', 'turn', 'model', 'call', 'approval', 'signature', 'reply', 'audit'];

function inOrder(a: TimelineRow, b: TimelineRow): number {
  return a.at - b.at || order.indexOf(a.kind) - order.indexOf(b.kind);
}

function marksOf({ id: thread, approvals, replies }: ThreadRecords): Timeline['marks'] {
  return {
    thread,
    approvals: approvals.map(({ id }) => id),
    replies: replies.map(({ id }) => id),
    cards: approvals.flatMap(({ cards }) => cards),
  };
}
