import type { Desk } from '../../core/desk/types.ts';
import { shorten } from '../../core/text.ts';
import { type Block, contextBlock, headerBlock } from './list.ts';

/** Two blocks each, beside the lists of a Home tab within its hundred. */
const MOST_DESKS = 7;
const MOST_CHANNELS = 20;
const LONGEST_TITLE = 150;
/** Slack takes 3,000 characters in a text. */
const LONGEST_HOME = 2_500;
/** A command's answer has room for a few only. */
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

/** The same, short, of the desk that answers where somebody asks. */
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
  // What one desk is asked may be no business of the one that answers direct messages, a password above all.
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
