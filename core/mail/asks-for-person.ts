import type { Desk } from '../desk/types.ts';
import wordings from './wordings.json' with { type: 'json' };

/** Stands at the end of our own mails, and so in what people quote of them. */
export const BY_ASSISTANT =
  'An assistant wrote this mail. If you would rather hear from a person, answer with "a person, please".';

const asking = wordings.asking.map((wording) => wording.replaceAll('{person}', wordings.person));
const ASKING = new RegExp(edged(asking.join('|')), 'gu');
const ALONE = new RegExp(
  `^(?:${wordings.alone.join('|')})(?:,? (?:please|bitte|svp|por favor|per favore|graag))?$`,
  'u',
);
/** Only right before it, in the same clause. */
const REFUSING = new RegExp(`${edged(wordings.refusing.join('|'))}(?: \\p{L}+){0,3}$`, 'u');
/** Mail programs break a line where they like. */
const OWN_LINE = new RegExp(
  BY_ASSISTANT.split(' ')
    .map((word) => word.replace(/[.?]/g, '\\$&'))
    .join('[\\s>]+'),
  'g',
);

/**
 * Does this mail ask for a person, in the wordings of every desk or in this desk's own? Code alone decides that, before
 * any model reads the mail.
 */
export function asksForPerson({ email }: Desk, text: string): boolean {
  const own = email.handOver.map((wording) => plainly(wording));
  return sentencesIn(text).some(
    (sentence) =>
      own.some((wording) => isIn(wording, sentence)) ||
      ALONE.test(sentence) ||
      [...sentence.matchAll(ASKING)].some(({ index }) => !isRefused(sentence.slice(0, index))),
  );
}

/** Not that of attached files, whose lines we mark, nor that of lines that the mail quotes. */
function sentencesIn(text: string): string[] {
  const lines = text
    .replace(OWN_LINE, '')
    .split('\n')
    .filter((line) => !/^\s*[>|]/.test(line));
  // A sentence may go on in the next line, and a line may be a sentence without an end.
  const paragraphs = lines.join('\n').split(/\n\s*\n/);
  return [...lines, ...paragraphs]
    .flatMap((part) => plainly(part).split(/(?<=[.!?:;])\s/))
    .map((sentence) => sentence.replace(/[.!?:;\s]+$/, '').trim());
}

function plainly(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}

function isRefused(before: string): boolean {
  const clause = before.split(/,|\bbut\b|\bsondern\b|\bmais\b|\bpero\b/).at(-1) ?? '';
  return REFUSING.test(clause.trimEnd());
}

function isIn(wording: string, sentence: string): boolean {
  const at = ` ${sentence.replace(/[^\p{L}\p{N}' ]+/gu, ' ').replace(/ +/g, ' ')} `;
  return at.includes(
    ` ${wording
      .replace(/[^\p{L}\p{N}' ]+/gu, ' ')
      .replace(/ +/g, ' ')
      .trim()} `,
  );
}

function edged(alternatives: string): string {
  return `(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`;
}
