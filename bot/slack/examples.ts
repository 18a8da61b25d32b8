import type { Desk } from '../../core/desk/types.ts';
import { shorten } from '../../core/text.ts';
import { type Block, contextBlock, headerBlock } from './list.ts';

/** Each takes two blocks; with the lists, a Home tab holds a hundred. */
const MOST_DESKS = 7;
const MOST_CHANNELS = 20;
const LONGEST_TITLE = 150;
/** Slack takes 3,000 characters in one text. */
const LONGEST_HOME = 2_500;
/** The answer to the command has room for a few examples only. */
const LONGEST_ANSWER = 500;

/** What people can ask each desk, and where. */
export function desksBlocks(desks: Desk[]): Block[] {
  const reached = desks.filter(({ slack }) => slack.directMessages || slack.channels.length > 0);
  if (reached.length === 0) return [];
  const isAlone = reached.every(({ slack }) => slack.channels === '*' || slack.channels.length === 0);
  const more = reached.length - MOST_DESKS;
  return [
    headerBlock('What you can ask'),
    ...reached
      .slice(0, MOST_DESKS)
      .flatMap((desk) => [examplesOf(desk, LONGEST_HOME), contextBlock(`ask in ${placesOf(desk, isAlone)}`)]),
    ...(more > 0 ? [contextBlock(`and ${more} more`)] : []),
  ];
}

/** The same in short, for the desk that answers in this channel. */
export function deskBlocks(desk: Desk | undefined): Block[] {
  if (!desk || desk.examples.length === 0) return [];
  return [headerBlock('What you can ask here'), examplesOf(desk, LONGEST_ANSWER)];
}

function placesOf({ slack: { channels, directMessages } }: Desk, isAlone: boolean): string {
  const named = channels === '*' ? [] : channels;
  const more = named.length - MOST_CHANNELS;
  const places = [
    ...(channels === '*' ? [isAlone ? 'every channel that I am in' : 'every other channel that I am in'] : []),
    ...named.slice(0, MOST_CHANNELS).map((id) => `<#${id}>`),
    ...(more > 0 ? [`${more} more`] : []),
    ...(directMessages ? ['direct messages'] : []),
  ];
  // Say so, because another desk may answer direct messages, and should not get what is meant for this one.
  return `${places.join(', ')}${directMessages ? '' : '; not in direct messages'}`;
}

function examplesOf({ title, examples }: Desk, longest: number): Block {
  const lines = examples.map((example) => `• ${inOneLine(example)}`);
  const text = [shorten(inOneLine(title), LONGEST_TITLE), ...linesWithin(lines, longest)].join('\n');
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

function linesWithin(lines: string[], longest: number): string[] {
  let used = 0;
  const fitting = lines.filter((line) => {
    used += line.length + 1;
    return used <= longest;
  });
  const more = lines.length - fitting.length;
  return more > 0 ? [...fitting, `and ${more} more`] : fitting;
}

export function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
