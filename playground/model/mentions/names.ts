import { fillers, prepositions, questionWords } from '../words/common.ts';
import { isCountry, isState, regionsAndCountries } from '../words/places.ts';
import { plainWords } from '../words/plain.ts';
import { isVerb } from '../words/verbs.ts';
import type { TextSaid } from './types.ts';

const capital = /(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{N}'’&]*(?:[-.][\p{L}\p{N}]+)*\.?/gu;
const between =
  /^(?:\s|\s(?:of|de|la|le|du|von|van|der|den|bin|al|y|the|of the|&)\s|,?\s(?=(?:Inc|Ltd|LLC|Jr|Sr)\b))$/u;

/** Runs of words with capitals: people, places, companies, titles. */
export function namesIn(text: string): TextSaid[] {
  const words = [...text.matchAll(capital)].map((match) => trimDot(text, match));
  const runs: { start: number; end: number }[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (
      last &&
      between.test(text.slice(last.end, word.start)) &&
      !breaksRun(text, last) &&
      !endsBefore(text, last, word)
    )
      last.end = word.end;
    else runs.push({ ...word });
  }
  return runs
    .map((run) => withoutOpening(text, run))
    .filter((run) => run.end > run.start)
    .map((run) => withNumber(text, withRegion(text, run)))
    .filter((run, at, all) => at === 0 || run.start >= all[at - 1]!.end)
    .map(({ start, end }) => ({ kind: 'name' as const, text: text.slice(start, end), start, end }));
}

function trimDot(text: string, match: RegExpMatchArray): { start: number; end: number } {
  const start = match.index!;
  const word = match[0];
  const initials = /^(?:\p{Lu}\.)+$/u.test(word) || /^(?:St|Dr|Mr|Mrs|Ms|Jr|Sr|Inc|Co|Ltd|F\.C|D\.C)\.$/u.test(word);
  const ends = word.endsWith('.') && !(initials && /^\s*[\p{L},]/u.test(text.slice(start + word.length) || ' .'));
  return { start, end: start + word.length - (ends && !/^(?:\p{Lu}\.){2,}$/u.test(word) ? 1 : 0) };
}

/** "Liverpool F.C. Include its statistics": what follows the dot opens a sentence. */
function endsBefore(text: string, last: { end: number }, word: { start: number; end: number }): boolean {
  return text[last.end - 1] === '.' && isPlain(text.slice(word.start, word.end));
}

function breaksRun(text: string, { start, end }: { start: number; end: number }): boolean {
  return beginsSentence(text, start) && isPlain(text.slice(start, end));
}

function isPlain(word: string): boolean {
  const lower = word.toLowerCase().replace(/['’]s$/, '');
  return (
    fillers.has(lower) ||
    questionWords.has(lower) ||
    prepositions.has(lower) ||
    isVerb(lower) ||
    plainWords.has(lower) ||
    adverbs.test(lower)
  );
}

const adverbs =
  /^(?:lastly|finally|firstly|secondly|thirdly|additionally|furthermore|moreover|afterwards|however|suddenly|later|once|imagine|suppose|assuming|consider|considering|hey|dear|sorry|sure|great|well|maybe|perhaps|if|when|while|although|because|since|according|regarding|instead|otherwise|meanwhile|both|each|there|here|yes|no|ok|okay|fourth|fifth|let's)$/;

function beginsSentence(text: string, at: number): boolean {
  return /(?:^|[.!?:;\n"'“(]|[-–]\s)\s*$/.test(text.slice(Math.max(0, at - 4), at));
}

/** "Find Lisa Park" is about Lisa Park: what opens a sentence and is a plain word is no part of a name. */
function withoutOpening(text: string, run: { start: number; end: number }): { start: number; end: number } {
  let { start } = run;
  for (let turn = 0; turn < 3; turn += 1) {
    const word = /^\S+/.exec(text.slice(start, run.end))?.[0] ?? '';
    const opens = start !== run.start || beginsSentence(text, start);
    const always = /^(?:I|I'm|I've|I'd|I'll|A|My|Can|Could|Please|What|Who|Which|How|Is|Are|And|Also|Then)$/.test(word);
    if (word === '' || !(always || (opens && isPlain(word)))) break;
    start += word.length;
    while (start < run.end && /\s/.test(text[start]!)) start += 1;
  }
  let end = run.end;
  if (/['’]s$/.test(text.slice(start, end))) end -= 2;
  else if (isBarePossessive(text, start, end)) end -= 1;
  return { start, end };
}

const namesInS =
  /^(?:[A-Z][a-z]+(?:ss|us|is|as|os|es)|Charles|Lars|Jens|Hans|Nils|Mats|Fritz|Niels|Edwards|Williams|Adams|Rogers|Sanders|Evans|Roberts|Windows|Teams|Sheets|Docs|Maps|Sports|News|Systems)$/;

/** "Jons plate" and "Mayas tickets" are his and hers. */
function isBarePossessive(text: string, start: number, end: number): boolean {
  const word = text.slice(start, end);
  if (/\s/.test(word) || !/^\p{Lu}\p{Ll}+s$/u.test(word) || namesInS.test(word)) return false;
  return /^\s(?:plate|desk|list|queue|hands|name|issues?|tasks?|tickets?|cases?|orders?|bills?|account|balance|address|email|phone|number|appointments?|meetings?|calendar|invoices?)\b/.test(
    text.slice(end, end + 20),
  );
}

/** "Windows 10" and "S&P 500" are one name each. */
function withNumber(text: string, run: { start: number; end: number }): { start: number; end: number } {
  const number = /^ \d{1,4}(?=[.,;?!]?(?:$|\s(?:and|or|in|on|at|for|with|is)\b))/.exec(
    text.slice(run.end, run.end + 30),
  );
  const single = !/\s/.test(text.slice(run.start, run.end));
  const months =
    /^(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/;
  if (
    !number ||
    !single ||
    months.test(text.slice(run.start, run.end)) ||
    /\bin\s*(?:the\s*)?$/.test(text.slice(0, run.start))
  )
    return run;
  return { start: run.start, end: run.end + number[0].length };
}

/** "Paris, France" and "Austin, TX" are one place; "Paris, London" are two. */
function withRegion(text: string, run: { start: number; end: number }): { start: number; end: number } {
  const next = /^,\s*(\p{Lu}[\p{L}.]*(?:\s\p{Lu}[\p{L}.]*){0,2})/u.exec(text.slice(run.end, run.end + 40));
  if (!next || isCountry(text.slice(run.start, run.end))) return run;
  const words = next[1]!.split(/\s/);
  for (let count = words.length; count > 0; count -= 1) {
    const region = words.slice(0, count).join(' ');
    const bare = region.replace(/\.$/, '').toLowerCase();
    const isCode = /^\p{Lu}{2,3}\.?$/u.test(region) || /^(?:\p{Lu}\.){2}$/u.test(region) || bare === 'd.c';
    // Two states one after the other are two places.
    const isRegion = regionsAndCountries.has(bare) && !(isState(text.slice(run.start, run.end)) && isState(region));
    if (!isCode && !isRegion) continue;
    const at = text.indexOf(region, run.end);
    const dot = region.endsWith('.') && !/^(?:\p{Lu}\.){2}$/u.test(region) ? 1 : 0;
    return { start: run.start, end: at + region.length - dot };
  }
  return run;
}
