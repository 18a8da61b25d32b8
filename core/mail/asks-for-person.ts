import type { Desk } from '../desk/types.ts';
import wordings from './wordings.json' with { type: 'json' };

/** Stands at the end of our own mails, and so in what people quote of them. */
export const BY_ASSISTANT =
  'An assistant wrote this mail. If you would rather hear from a person, answer with "a person, please".';

const asking = wordings.asking.map((wording) =>
  wording.replaceAll('{person}', wordings.person).replaceAll('{ours}', wordings.ours),
);
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
  const lines = linesOf(text);
  const paragraphs = lines.join('\n').split(/\n\s*\n/);
  // A line of a signature or of a form may hold such a word, and so may what follows a colon.
  if (sentencesIn(paragraphs, /(?<=[.!?;])\s/).some((sentence) => ALONE.test(sentence))) return true;
  // A sentence may go on in the next line, and a line may be a sentence without an end.
  return sentencesIn([...lines, ...paragraphs], /(?<=[.!?:;])\s/).some(
    (sentence) =>
      own.some((wording) => isIn(wording, sentence)) ||
      [...sentence.matchAll(ASKING)].some(({ index }) => !isRefused(sentence.slice(0, index))),
  );
}

/** Without the subject, which names things, the lines of attached files, which we mark, and those that the mail quotes. */
function linesOf(text: string): string[] {
  return text
    .replace(/^Subject: .*/, '')
    .replace(OWN_LINE, '')
    .split('\n')
    .filter((line) => !/^\s*[>|]/.test(line));
}

function sentencesIn(parts: string[], ends: RegExp): string[] {
  return parts
    .flatMap((part) => plainly(part).split(ends))
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
