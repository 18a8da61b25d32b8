import type { Hello, Shown } from './frames.ts';
import type { Line } from './line.ts';

export type Card = {
  channel: string;
  ts: string;
  kind: 'confirm' | 'sign' /** What it is to do. */;
  title: string;
  lines: string[];
};

const BUTTONS = {
  confirm: { yes: 'approval.yes', no: 'approval.no' },
  sign: { yes: 'approval.approve', no: 'approval.reject' },
};

/** A card that somebody can still decide; null where it is none, or decided. */
export function cardIn(channel: string, { ts, card = [], buttons = [] }: Shown): Card | null {
  const kind = buttons.includes(BUTTONS.confirm.yes) ? 'confirm' : buttons.includes(BUTTONS.sign.yes) ? 'sign' : null;
  const lines = card.filter((line) => !/^\[.*\] \S+$/.test(line));
  return kind && { channel, ts, kind, title: lines[0]?.replace(/^[^:]*: /, '') ?? '', lines };
}

/** What this person can decide: questions of their own conversation, and what they may sign. */
export async function openCards(
  line: Line,
  place: { channel: string; thread: string } | null,
  { approvalsChannel }: Hello,
  maySign: boolean,
): Promise<Card[]> {
  const here = place ? await cardsAt(line, place.channel, place.thread) : [];
  const there = approvalsChannel && maySign ? await cardsAt(line, approvalsChannel) : [];
  return [...here.filter(({ kind }) => kind === 'confirm' || maySign), ...there];
}

async function cardsAt(line: Line, channel: string, thread?: string): Promise<Card[]> {
  const shown = await line.messages(channel, thread);
  return shown.flatMap((message) => cardIn(channel, message) ?? []);
}

export function buttonOf({ kind }: Card, verdict: 'yes' | 'no'): string {
  return BUTTONS[kind][verdict];
}

export function indented(lines: string[]): string {
  return lines.map((line) => `  ${line}`.trimEnd()).join('\n');
}
