import type { ToolView } from '../tools/view.ts';
import { fillers, prepositions, questionWords } from './common.ts';
import { irregular } from './irregular.ts';
import { plainWords } from './plain.ts';
import { stem, wordsIn } from './stem.ts';
import { synonymsOf } from './synonyms.ts';
import { measuresOf } from './units.ts';
import { isVerb } from './verbs.ts';

/** What a name may stand behind. Behind a verb of being or having, one word alone is more likely a plain one. */
const opening =
  /\b(?:(of|at|by|for|with|from|about)|who is|how is|find(?: me)?|refund|suspend|unsuspend|block|put|bill|charge|remind|give|upgrade|downgrade|does|did|has|have|is|are|and|to)\s+(?=\p{Ll})/giu;
/** "what is mei tanaka's address", and without the mark before what one has: "sofias latest order" */
const owner =
  /(?<=^|\s)(\p{Ll}{3,}(?: \p{Ll}{3,})?)(?:(?=['’]s \p{Ll})|s(?= (?:latest|last|newest|oldest|first|most recent|e-?mail|phone|address|balance|status|tier|plan)\b))/gu;
/** Who does or says something at the beginning of a clause: "lisa parker wants", and one word alone before what only people do. */
const subject =
  /(?<=^|[.,;:!?]\s)(?:(\p{Ll}{3,} \p{Ll}{3,})(?= (?:doesn['’]t|does not|just|is|has|had|would|can['’]t|cannot|lost|bought|ordered|paid|wants?|needs?|called|phoned|wrote|writes|says?|said|asks?|asked)\b)|(\p{Ll}{4,})(?= (?:wants|called|phoned|wrote|writes|says|said|asks|asked)\b))/gu;
const word = /^[\p{Ll}\d&'’.-]+/u;
const plain =
  /^(?:everything|everyone|everybody|anything|anyone|anybody|something|someone|somebody|nothing|course|example|free|mistake|work|home|lunch|night|morning|yesterday|tomorrow|tonight|lately|recently|sure|good|bad|late|still|yet|ever|really|currently|soon|already|ok|so|far|total|full|person|other|least|twice|once|times?|days?|weeks?|months?|years?|today|back|away|done|doing|going|asap|ago|else|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|own|long|often|far|biggest|latest|newest|oldest|highest|lowest|cheapest|wrong|right|true|possible|ready|available|came|comes?|went|goes|got|gone|arrived|left|bad|owes?|costs?|means?|stand|stands|live|lives|living|return|returned|sit|sits)$/;
const LONGEST_CARELESS = 160;
const MOST_WORDS = 4;

/** Names that were typed without capitals get them, but for those in what somebody says behind a colon. */
export function withCapitals(text: string, views: ToolView[]): string {
  const colon = text.search(/:\s/);
  return colon < 0 ? capitalised(text, views) : capitalised(text.slice(0, colon), views) + text.slice(colon);
}

/** Names are words that no tool here knows, where a name may stand. */
function capitalised(given: string, views: ToolView[]): string {
  if (given.length > LONGEST_CARELESS) return given;
  const known = wordsOf(views);
  const text = withSubject(withOwner(given, known), known);
  if (/\p{Ll}.*(?<!^|[.!?:]\s)\b\p{Lu}\p{Ll}/u.test(given)) return text;
  let result = text;
  for (const match of text.matchAll(opening)) {
    const start = match.index + match[0].length;
    const run = withoutChoice(runFrom(text.slice(start), match[1] !== undefined), views);
    const sure = /^(?:who is|find)/i.test(match[0]) && run.length > 1;
    const unknown = sure ? run : run.filter((one) => isUnknown(one, known));
    if (unknown.length === 0 || (run.length === 1 && !standsAlone(match, text, start + run[0]!.length))) continue;
    if (run.length === 1 && unknown[0]!.length < 4) continue;
    const said = run.join(' ');
    if (text.slice(start, start + said.length) !== said) continue;
    result = result.slice(0, start) + capitals(said) + result.slice(start + said.length);
  }
  return result;
}

/** Whose things are asked for has a name. */
function withOwner(text: string, known: ReadonlySet<string>): string {
  return text.replace(owner, (said, words: string) => {
    const all = words.split(' ');
    const run = all.length > 1 && (ends(all[0]!) || plainWords.has(all[0]!)) ? all.slice(1) : all;
    if (run.some((one) => ends(one) || isVerb(one)) || !run.every((one) => isUnknown(one, known))) return said;
    const name = run.join(' ');
    return `${words.slice(0, words.length - name.length)}${capitals(name)}${said === words ? '' : "'s"}`;
  });
}

function withSubject(text: string, known: ReadonlySet<string>): string {
  return text.replace(subject, (said) => {
    const isName = said.split(' ').every((one) => !ends(one) && !isVerb(one) && isUnknown(one, known));
    return isName ? capitals(said) : said;
  });
}

function capitals(name: string): string {
  return name.replace(/(?<=^|\s)\p{Ll}/gu, (one) => one.toUpperCase());
}

/** "Of yuki", "where does yuki live": one word alone is a name behind a preposition, or before what somebody does. */
function standsAlone(match: RegExpMatchArray, text: string, end: number): boolean {
  if (match[1] !== undefined) return true;
  const next = /^\s+([a-z]+)\b/.exec(text.slice(end))?.[1] ?? '';
  return (
    /^(?:does|did|has)\s/i.test(match[0]) &&
    (isVerb(next) || /^(?:live|owe|have|need|want|return|spend|paid|ordered|bought)s?$/.test(next))
  );
}

/** The words of tools, without what is quoted there as an example. */
function wordsOf(views: ToolView[]): Set<string> {
  const words = new Set(views.flatMap(({ name, about }) => [...name, ...about]));
  for (const { params } of views)
    for (const { description, stems, choices } of params) {
      for (const one of stems) words.add(one);
      for (const one of choices) for (const part of one.stems) words.add(part);
      for (const one of wordsIn(description.replace(/"[^"]*"|\bfor example\b.*/gi, ' '))) words.add(stem(one));
    }
  return words;
}

/** "Is ann berg diamond": what a tool takes as a value ends the name. */
function withoutChoice(run: string[], views: ToolView[]): string[] {
  const last = stem(run.at(-1) ?? '');
  const isChoice = views.some(({ params }) =>
    params.some(({ choices }) => choices.some(({ stems }) => stems.length === 1 && stems[0] === last)),
  );
  return isChoice && run.length > 1 ? run.slice(0, -1) : run;
}

function runFrom(rest: string, behindPreposition: boolean): string[] {
  const run: string[] = [];
  for (const token of rest.split(/\s+/).slice(0, MOST_WORDS)) {
    const bare = word.exec(token)?.[0]?.replace(/['’.-]+$/, '') ?? '';
    if (
      token.includes('@') ||
      bare === '' ||
      ends(bare) ||
      (run.length > 0 && isVerb(bare) && !(behindPreposition && run.length < 1))
    )
      break;
    run.push(bare);
    if (bare !== token || /['’]s$/.test(bare)) break;
  }
  return run;
}

function ends(one: string): boolean {
  return (
    fillers.has(one) ||
    prepositions.has(one) ||
    questionWords.has(one) ||
    plain.test(one) ||
    Object.hasOwn(irregular, one) ||
    /\d|n['’]t$/.test(one)
  );
}

function isUnknown(one: string, known: ReadonlySet<string>): boolean {
  const root = stem(one);
  return (
    !known.has(root) &&
    !plainWords.has(one) &&
    synonymsOf(root).size === 0 &&
    measuresOf(one).length === 0 &&
    !isVerb(one)
  );
}
