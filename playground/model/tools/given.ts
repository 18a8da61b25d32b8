import { asksWhatStandsIn } from '../words/contents.ts';
import { asksAmongMany } from '../words/degrees.ts';
import { meantBy } from '../words/sayings.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { isWay, type ToolView } from './view.ts';

/** Whether a tool gives what is asked for, by what it is called after and by what it says that it tells. */
export function givesWhatIsAsked(part: string, view: ToolView): number {
  return servesSaying(part, view) + givesThing(part, view) + givesContents(part, view) + givesSeveral(part, view);
}

/** "Which articles", "list the invoices": what a tool's name says that it gives. */
function givesThing(part: string, { nouns }: ToolView): number {
  const counted = countOf.exec(part)?.[1];
  if (counted !== undefined && wordsIn(counted).some((one) => nouns.includes(stem(one))))
    return GIVES_IT + (nouns.some((one) => counting.has(one)) ? COUNTS_IT : 0);
  const some = someOf.exec(part)?.slice(1) ?? [];
  if (some.some((one) => one && nouns.includes(stem(one.toLowerCase())))) return GIVES_IT;
  const noun = asked.exec(part)?.[1];
  if (noun === undefined) return 0;
  return nouns.some((one) => one === stem(noun.toLowerCase())) ? GIVES_IT : 0;
}
const asked = /^(?:and )?(?:which|what|how many|any|(?:show|give|list)(?: me)?)\s+(?:all |the |of )*(\p{L}+)/iu;
/** "Has she got any open orders?" */
const someOf = /^(?:has|have|did|does|do|are|is)\b.*\bany\s+(\p{L}+)(?:\s+(\p{L}+))?/iu;
const GIVES_IT = 0.6;
const countOf = /^(?:and |so )?how many ((?:\p{L}+ ?){1,3})/iu;
const counting = new Set(['count', 'counts', 'metrics', 'statistics', 'stats', 'summary', 'totals'].map(stem));
const COUNTS_IT = 0.3;

/** "The cheapest room", "which orders are late": nobody says of which one, so a tool that must be told it is not meant. */
function givesSeveral(part: string, { params, needsOne }: ToolView): number {
  // By a way that takes plain words it may be told of some, too.
  const byWords = params.some((param) => isWay(param) && !param.shape);
  const ids = params.filter(({ shape, required }) => shape && (required || (needsOne && !byWords)));
  const saysWhose = /\d|\S\s\p{Lu}|@/u.test(part) || /\b(?:i|my|me)\b/i.test(part);
  return ids.length > 0 && asksAmongMany(part) && !saysWhose ? -GIVES_SEVERAL : 0;
}
const GIVES_SEVERAL = 2;

/** Tools that serve whoever plans are for persons only where they say so. */
function servesSaying(part: string, { meta, name, about }: ToolView): number {
  if (!meta) return 0;
  return meantBy(part).filter((one) => name.includes(one) || about.includes(one)).length > 1 ? 4.5 : 0;
}

/** "What was on the biggest bill?" is told by what shows one of them with its lines. */
function givesContents(part: string, { params, nouns, about }: ToolView): number {
  const isOfOne = params.some(({ required, shape }) => required && shape);
  const inside = isOfOne && about.some((one) => contents.has(one)) ? asksWhatStandsIn(part) : undefined;
  return inside?.some((word) => nouns.includes(stem(word))) ? GIVES_IT : 0;
}
const contents = new Set('line item content position part'.split(' ').map(stem));
