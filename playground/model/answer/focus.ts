import { stemsOf } from '../meaning/words.ts';
import type { Result } from '../types.ts';
import { separatorsOutside } from './outside.ts';
import { DATE, EMAIL, ID, MONEY, PHONE } from './values.ts';

/** What a question asks for: its words, without ids and without those that ask for anything, and the kind of value. */
export type Wanted = {
  stems: Set<string>;
  kinds: RegExp[];
  /** One thing is asked for: what else was found may be left out. */
  single: boolean;
};

const ANYTHING = stemsOf(
  'about all also any anything article complete could current detail details do everything find full give got had has have info information know list look me more need now one please pull record records see show tell thing up us want would',
);

const KINDS: [asked: RegExp, kind: RegExp][] = [
  [/\be-?mail\b/i, EMAIL],
  [/\b(?:phone|telephone|call (?:him|her|them))\b/i, PHONE],
  [/\b(?:how much|balance|owes?|owed|cost|costs|price|total|amount|spent|spend|paid|worth|come to)\b/i, MONEY],
  [/\b(?:when|what day|which day|date|since when|until when)\b/i, DATE],
];

export const NOTHING: Wanted = { stems: new Set(), kinds: [], single: false };
const SEVERAL = /\b(?:and|or|both|also|plus|as well|compare|everything|all)\b|,/i;
const ASKS =
  /\?|\b(?:what|who|where|when|how)(?:['’]?s)?\b|\b(?:whom|whose|which|why|show|tell me|list|find|look up|i need|i want)\b|^\W*(?:please )?(?:is|are|was|were|does|do|did|has|have|check|get|give|read)\b/i;

/** "Show me the whole text", "read the mail to me": nothing of it is to be left out. */
const WHOLE =
  /\b(?:whole|full|entire|complete|exact) (?:text|message|e?mail|content|wording|note|thing)\b|\bword for word\b|^\W*(?:please )?(?:read|open)\b|\bwhat does (?:it|the \p{L}+) say\b/iu;

function isOfMails(call: Pick<Result, 'tool'> | undefined): boolean {
  return /(?:^|_)e?mails?(?:_|$)/.test(call?.tool.name.split('__').at(-1) ?? '');
}

/** Whoever wants something done asks for no value. */
export function wantedIn(question: string, call?: Pick<Result, 'tool' | 'arguments'>): Wanted {
  if (!ASKS.test(question) || WHOLE.test(question)) return NOTHING;
  // What the tool is called after is the whole of what it says.
  // What it was given is no answer either.
  const given = Object.values(call?.arguments ?? {}).filter((value) => typeof value === 'string');
  const whole = stemsOf([call?.tool.name.split('__').at(-1)?.replaceAll('_', ' '), ...given].join(' '));
  const bare = question.replace(new RegExp(ID.source, 'g'), ' ');
  return {
    stems: new Set([...stemsOf(bare)].filter((stem) => !ANYTHING.has(stem) && !whole.has(stem) && !/^\d+$/.test(stem))),
    single: !SEVERAL.test(question),
    // Where emails are what is shown, nobody asks for an address by that word.
    kinds: KINDS.filter(([asked]) => asked.test(question)).flatMap(([, kind]) =>
      kind === EMAIL && isOfMails(call) ? [] : kind,
    ),
  };
}

/** How well a piece of a text, or the name of a field, answers what is wanted. */
export function fitOf(text: string, { stems }: Pick<Wanted, 'stems'>): number {
  return [...stemsOf(text)].filter((stem) => stems.has(stem) || [...stems].some((one) => isFormOf(stem, one))).length;
}

/** What is refundable is asked for as a refund. */
function isFormOf(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return (
    short.length >= 5 &&
    long.startsWith(short) &&
    /^(?:abl|ibl|ment|al|ation|ion|ity|er|or)e?$/.test(long.slice(short.length))
  );
}

export type Clause = { text: string; at: number };

/** What is as long as this in bold is loud, and tells nothing apart. */
function bold(text: string): string {
  return text.length > LONGEST_BOLD ? text : `**${text}**`;
}

/** The pieces of a sentence between its commas, semicolons and colons. */
export function clausesOf(sentence: string): Clause[] {
  const cuts = separatorsOutside(sentence, /[,;:] |: |\.$/);
  const starts = [0, ...cuts.map(({ at, length }) => at + length)];
  return starts
    .map((at, i) => ({ at, text: sentence.slice(at, cuts[i]?.at ?? sentence.length) }))
    .filter(({ text }) => text.trim() !== '');
}

const LONGEST_BOLD = 110;

/** What a sentence begins with says what it is about. */
export function firstClause(sentence: string): string {
  return clausesOf(sentence)[0]?.text ?? sentence;
}

/** How well the label of a section fits: `Steps: …`. */
export function labelOf(section: string, wanted: Wanted): number {
  const label = /^([A-Z]\w*(?: \w+){0,3}): \S/.exec(section)?.[1];
  return label === undefined ? 0 : fitOf(label, wanted);
}

/** The sentence with what was asked for in bold; of a long one, only that. Undefined where nothing of it was asked for. */
export function stressed(sentence: string, wanted: Wanted, long: number): string | undefined {
  const [about, ...clauses] = clausesOf(sentence);
  const subject = stemsOf(about?.text ?? '');
  const own = { stems: new Set([...wanted.stems].filter((stem) => !subject.has(stem))) };
  const fits = clauses.map(({ text }) => fitOf(text, own));
  const scores = clauses.map(({ text }, at) => (fits[at] ? (fits[at] ?? 0) + (kindIn(text, wanted) ? 0.5 : 0) : 0));
  const best = Math.max(0, ...scores);
  const fitting = clauses.filter(({ text }, at) => best > 0 && scores[at] === best && text.length <= LONGEST_BOLD);
  const telling = fitting.filter(
    (one) => !fitting.some((other) => other !== one && other.text.startsWith(`${one.text} `)),
  );
  const chosen = telling.map((clause) => withSeries(clause, sentence));
  // What fits nearly everything tells nothing apart.
  if (chosen.length === 0 || chosen.length > 3) return undefined;
  if (sentence.length <= long || !about || !wanted.single) return inBold(sentence, chosen);
  return shortened(about, chosen);
}

/** Behind a colon begins a series, "critical 15 minutes, high 2 hours": it belongs together. */
function withSeries(clause: Clause, sentence: string): Clause {
  const isFirst = sentence.slice(0, clause.at).endsWith(': ') && /\d/.test(clause.text);
  if (!isFirst) return clause;
  const end = sentence.indexOf('; ', clause.at);
  return { at: clause.at, text: sentence.slice(clause.at, end < 0 ? sentence.length : end).replace(/\.$/, '') };
}

/** The sentence with a value of the wanted kind in bold, where it has one. */
export function withKind(sentence: string, wanted: Wanted, long: number): string | undefined {
  const found = kindIn(sentence, wanted);
  if (!found) return undefined;
  const [about, ...clauses] = clausesOf(sentence);
  // Of several days or sums it is not said which one is meant.
  const fitting = clauses.filter(({ text }) => kindIn(text, wanted));
  if (fitting.length > 1 && about && !kindIn(about.text, wanted)) {
    const isMuch =
      wanted.single && sentence.length > long && fitting.length < clauses.length && fitting.length <= MOST_OF_A_KIND;
    return isMuch ? `${about.text}, ${fitting.map(({ text }) => text.trim()).join(', ')}.` : sentence;
  }
  const isLong = wanted.single && sentence.length > long && about && found.index > about.text.length;
  const value = { text: found[0], at: found.index };
  return isLong ? shortened(about, [value]) : inBold(sentence, [value]);
}

const MOST_OF_A_KIND = 5;

function shortened(about: Clause, chosen: Clause[]): string {
  return `${about.text}, ${chosen.map(({ text }) => bold(text.trim())).join(', ')}.`;
}

function kindIn(text: string, { kinds }: Wanted): RegExpExecArray | undefined {
  for (const kind of kinds) {
    const found = new RegExp(kind.source).exec(text);
    if (found) return found;
  }
  return undefined;
}

function inBold(sentence: string, clauses: Clause[]): string {
  const within = (one: Clause) =>
    clauses.some(
      (other) => other !== one && other.at <= one.at && other.at + other.text.length >= one.at + one.text.length,
    );
  const apart = clauses.filter((one) => !within(one));
  return apart.reduceRight((text, { text: clause, at }) => {
    if (/[*`]|:\/\//.test(clause)) return text;
    return `${text.slice(0, at)}${bold(clause)}${text.slice(at + clause.length)}`;
  }, sentence);
}
