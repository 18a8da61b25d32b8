import { z } from 'zod';
import { originLines } from '../../../core/approvals/phrases.ts';
import type { Approval, Seen } from '../../../core/records/approvals.ts';
import { shorten, shortenTelling } from '../../../core/text.ts';
import { DOTS, doubtsOf, escapeOf, literalText, textsIn, visible } from '../text/visible.ts';
import { toolWords } from './parts.ts';

/**
 * `lines` hold one argument each. `seen` are the current values that are checked again before the call, `infoOnly` those
 * that are not. `text` holds everything where that is more than a card can show.
 */
export type ShownArguments =
  | { kind: 'fits'; lines: string[]; seen: string[]; infoOnly: string[]; notes: string[] }
  | { kind: 'too_long'; text: string };

/**
 * Slack takes 3,000 characters in a section, 50 blocks, and about 13,200 characters in all of them, where a quote
 * counts twice. Our limits are lower: nobody reads more than that before they sign.
 */
const LONGEST_LINE = 2_000;
const MOST_LINES = 20;
const LONGEST_TOGETHER = 5_000;
/** Characters that a block needs beside its text. */
const BLOCK_ROOM = 75;

export function shownArguments(approval: Approval): ShownArguments {
  const { canonical, details, tool } = approval;
  const args = z.record(z.string(), z.unknown()).parse(JSON.parse(canonical));
  const names = inOrder(Object.keys(args), details.first);
  const lines = names.map((name) => {
    const value = details.secret.includes(name) ? DOTS : literalText(args[name], isSealed(details.sealed));
    return `${argumentName(name)}: ${value}`;
  });
  const open = names.filter((name) => !details.secret.includes(name));
  const given = Object.fromEntries(open.map((name) => [name, args[name]]));
  const origins = originLines(approval).map((line) => JSON.stringify(line));
  // Shorten the current values where the call would not fit otherwise.
  for (const most of [LONGEST_SEEN, LONGEST_SEEN_AMONG_MANY]) {
    const seen = seenLines(details.seen, true, most);
    const infoOnly = seenLines(details.seen, false, most);
    const all = [...lines, ...seen, ...infoOnly];
    if (fits([...all, ...origins])) return { kind: 'fits', lines, seen, infoOnly, notes: notesOn(given, all) };
  }
  const seen = details.seen.flatMap((one) => linesOf(one, LONGEST_SEEN));
  const notes = notesOn(given, [...lines, ...seen]);
  return { kind: 'too_long', text: `${[visible(tool), ...lines, ...seen, ...notes].join('\n\n')}\n` };
}

/** People may sign a call, in any channel, only if a card can show all of it. */
export function fitsCard(approval: Approval): boolean {
  return shownArguments(approval).kind === 'fits';
}

const LONGEST_BRIEF = 200;

/** The call in one line of code for our Markdown answers, so that people can tell calls apart. */
export function brief(approval: Approval): string {
  const shown = shownArguments(approval);
  const args = shown.kind === 'fits' ? shown.lines.join(', ') : 'too long for a card';
  const line = `${toolWords(approval.tool)} (${args || 'without any arguments'})`.replace(/\s*\n[│\s]*/g, ' ');
  return `\`${shorten(line, LONGEST_BRIEF).replace(/[`<]/g, escapeOf)}\``;
}

function inOrder(names: string[], first: string[]): string[] {
  const important = first.filter((name) => names.includes(name));
  return [...important, ...names.filter((name) => !important.includes(name)).sort()];
}

function isSealed(sealed: string[]): (value: object) => boolean {
  return (value) => {
    const [[key, id] = [], ...others] = Object.entries(value);
    return key === '$sealed' && others.length === 0 && sealed.includes(String(id));
  };
}

function argumentName(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : literalText(name, () => false);
}

/** The gate stores a little less of a value. */
const LONGEST_SEEN = 1_600;
const LONGEST_SEEN_AMONG_MANY = 300;

function seenLines(seen: Seen[], compared: boolean, most: number): string[] {
  return seen.filter((one) => one.compared === compared).flatMap((one) => linesOf(one, most));
}

function linesOf({ field, words, value, before }: Seen, most: number): string[] {
  const name = words === undefined ? argumentName(field) : visible(words);
  const now = bare(shortenTelling(value, most));
  if (before === undefined) return [`${name}: ${now}`];
  const then = bare(shortenTelling(before, most));
  const line = `${name}: ${then} → now ${now}`;
  return fits([line]) ? [line] : [`${name}, before: ${then}`, `${name}, now: ${now}`];
}

/** Quotes the text only where it could be misread without quotes. */
function bare(text: string): string {
  const isPlain = text !== '' && text === text.trim() && text === visible(text) && !/["\\→│]/.test(text);
  return isPlain ? text : literalText(text, () => false);
}

const MOST_NOTES = 5;
const LONGEST_NOTE = 150;

function notesOn(args: Record<string, unknown>, shown: string[]): string[] {
  const doubts = Object.entries(args).flatMap(([name, value]) =>
    [name, ...textsIn(value)]
      .flatMap(doubtsOf)
      .map((doubt) => shorten(`${argumentName(name)}: ${doubt}`, LONGEST_NOTE)),
  );
  const escapes = shown.some((line) => line.includes('\\u{'));
  return [
    ...doubts.slice(0, MOST_NOTES),
    ...(doubts.length > MOST_NOTES ? [`and ${doubts.length - MOST_NOTES} more like these`] : []),
    ...(escapes ? ['\\u{…} stands for an invisible character, or for one that covers others'] : []),
  ];
}

function fits(lines: string[]): boolean {
  const sizes = lines.map((line) => JSON.stringify(line).length + BLOCK_ROOM);
  const together = sizes.reduce((sum, size) => sum + size, 0);
  return lines.length <= MOST_LINES && Math.max(0, ...sizes) <= LONGEST_LINE && together <= LONGEST_TOGETHER;
}
