import type { ToolView } from '../tools/view.ts';
import { fillers, prepositions, questionWords } from './common.ts';
import { plainWords } from './plain.ts';
import { stem } from './stem.ts';
import { synonymsOf } from './synonyms.ts';
import { measuresOf } from './units.ts';
import { isVerb } from './verbs.ts';

/** What a name may stand behind. Behind a verb of being or having, one word alone is more likely a plain one. */
const opening =
  /\b(?:(of|at|by|for|with|from|about)|who is|how is|find(?: me)?|does|did|has|have|is|are|and|to)\s+(?=\p{Ll})/giu;
const word = /^[\p{Ll}\d&'’.-]+/u;
const plain =
  /^(?:everything|everyone|everybody|anything|anyone|anybody|something|someone|somebody|nothing|course|example|free|mistake|work|home|lunch|night|morning|yesterday|tomorrow|tonight|lately|recently|sure|good|bad|late|still|yet|ever|really|currently|soon|already|ok|so|far|total|full|person|other|least|twice|once|times?|days?|weeks?|months?|years?|today|back|away|done|doing|going|asap|ago|else|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|own|long|often|far|biggest|latest|newest|oldest|highest|lowest|cheapest|wrong|right|true|possible|ready|available|came|comes?|went|goes|got|gone|arrived|left|bad|owes?|costs?|means?|stand|stands)$/;
const LONGEST_CARELESS = 160;
const MOST_WORDS = 4;

/** Names that were typed without capitals get them, but for those in what somebody says behind a colon. */
export function withCapitals(text: string, views: ToolView[]): string {
  const colon = text.search(/:\s/);
  return colon < 0 ? capitalised(text, views) : capitalised(text.slice(0, colon), views) + text.slice(colon);
}

/** Names are words that no tool here knows, where a name may stand. */
function capitalised(text: string, views: ToolView[]): string {
  if (text.length > LONGEST_CARELESS || /\p{Ll}.*(?<!^|[.!?:]\s)\b\p{Lu}\p{Ll}/u.test(text)) return text;
  const known = new Set(views.flatMap(({ name, about, takes }) => [...name, ...about, ...takes]));
  let result = text;
  for (const match of text.matchAll(opening)) {
    const start = match.index + match[0].length;
    const run = runFrom(text.slice(start), match[1] !== undefined);
    const sure = /^(?:who is|find)/i.test(match[0]) && run.length > 1;
    const unknown = sure ? run : run.filter((one) => isUnknown(one, known));
    if (unknown.length === 0 || (run.length === 1 && (match[1] === undefined || unknown[0]!.length < 4))) continue;
    const said = run.join(' ');
    if (text.slice(start, start + said.length) !== said) continue;
    result =
      result.slice(0, start) +
      said.replace(/(?<=^|\s)\p{Ll}/gu, (one) => one.toUpperCase()) +
      result.slice(start + said.length);
  }
  return result;
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
  return fillers.has(one) || prepositions.has(one) || questionWords.has(one) || plain.test(one) || /\d/.test(one);
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
