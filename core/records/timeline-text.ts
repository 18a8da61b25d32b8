import { shorten } from '../text.ts';
import type { ApprovalRecord, EntryRecord, ThreadRecords } from './whole-thread.ts';

/** One row of a conversation's history. */
export type TimelineRow = {
  id: string;
  /** The row that this one continues. */
  of?: string;
  /** Milliseconds since 1970, by the database's clock. */
  at: number;
  kind: 'entry' | 'turn' | 'model' | 'call' | 'approval' | 'signature' | 'reply' | 'audit';
  title: string;
  detail?: string;
  facts: Fact[];
  state: 'running' | 'waiting' | 'ok' | 'refused' | 'failed' | 'unknown';
};
export type Fact = { name: string; value: string };

/** `accountName` gives the name of an account in its channel. */
export type TimelineSource = ThreadRecords & { accountName(account: string): string };

const LONGEST_DETAIL = 400;
const LONGEST_VALUE = 300;
const DIGEST = 12;

export function detailOf(text: string | null | undefined): { detail?: string } {
  const trimmed = text?.trim();
  return trimmed ? { detail: shorten(trimmed, LONGEST_DETAIL) } : {};
}

/** Leaves out facts without a value. */
export function factsOf(given: Record<string, string | number | null | undefined>): Fact[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === null || value === undefined || value === ''
      ? []
      : [{ name, value: shorten(String(value), LONGEST_VALUE) }],
  );
}

/** A tool's own name, without the server's name before it. */
export function toolOf(name: string): string {
  return name.split('__').at(-1) ?? name;
}

export function durationOf(from: number | null, to: number | null): string | null {
  if (from === null || to === null) return null;
  const ms = to - from;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function momentOf(ms: number | null): string | null {
  if (ms === null) return null;
  return new Date(ms).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

export function shortHash(hash: string): string {
  return hash.slice(0, DIGEST);
}

const channels: Record<string, string> = { slack: 'Slack', email: 'the mail server', web: 'the browser' };

export function channelOf({ channel }: ThreadRecords): string {
  return channels[channel] ?? channel;
}

export function turnNumber({ turns }: ThreadRecords, id: number | null): number | null {
  return turns.find((turn) => turn.id === id)?.number ?? null;
}

export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const principals: Record<string, string> = {
  staff: 'staff: a member of this workspace',
  customer: 'customer: reaches their own records only',
  service: 'service: a program',
  anonymous: 'someone unknown',
};

export function principalText({ principalKind }: Pick<EntryRecord, 'principalKind'>): string {
  return principals[principalKind] ?? principalKind;
}

export function signedOf({ signatures }: ApprovalRecord): number {
  return signatures.filter(({ verdict }) => verdict === 'approve').length;
}
