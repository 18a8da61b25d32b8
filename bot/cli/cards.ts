import type { Connection } from './connection.ts';
import type { Hello, Shown } from './frames.ts';

export type Card = {
  channel: string;
  ts: string;
  kind: 'confirm' | 'sign';
  /** Names the call. */
  title: string;
  lines: string[];
};

const BUTTONS = {
  confirm: { yes: 'approval.yes', no: 'approval.no' },
  sign: { yes: 'approval.approve', no: 'approval.reject' },
};

/** Reads a message as a card that somebody can still decide; null for any other message. */
export function cardIn(channel: string, { ts, card = [], buttons = [] }: Shown): Card | null {
  const kind = buttons.includes(BUTTONS.confirm.yes) ? 'confirm' : buttons.includes(BUTTONS.sign.yes) ? 'sign' : null;
  const lines = card.filter((line) => !/^\[.*\] \S+$/.test(line));
  return kind && { channel, ts, kind, title: lines[0]?.replace(/^[^:]*: /, '') ?? '', lines };
}

/** The cards that this person can decide: questions of their own conversation, and calls that they may sign. */
export async function openCards(
  connection: Connection,
  place: { channel: string; thread: string } | null,
  { approvalsChannel }: Hello,
  maySign: boolean,
): Promise<Card[]> {
  const here = place ? await cardsAt(connection, place.channel, place.thread) : [];
  const there = approvalsChannel && maySign ? await cardsAt(connection, approvalsChannel) : [];
  return [...here.filter(({ kind }) => kind === 'confirm' || maySign), ...there];
}

async function cardsAt(connection: Connection, channel: string, thread?: string): Promise<Card[]> {
  const shown = await connection.messages(channel, thread);
  return shown.flatMap((message) => cardIn(channel, message) ?? []);
}

export function buttonOf({ kind }: Card, verdict: 'yes' | 'no'): string {
  return BUTTONS[kind][verdict];
}

export function indented(lines: string[]): string {
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}
