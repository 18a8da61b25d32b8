import type { NumberSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { stem } from '../words/stem.ts';
import { measuresOf } from '../words/units.ts';
import type { Candidate } from './candidates.ts';
import { cueAround } from './cues.ts';
import { movementFit, signOf, thresholdFit } from './movements.ts';
import { wordBefore } from './phrases.ts';
import type { Scope } from './scope.ts';

/** Words of a parameter that tell what it measures. */
const measureWords: [string, string][] = [
  ['time', 'time duration period year month week day hour minute second age term'],
  [
    'money',
    'price amount cost budget salary income money fee payment fund value principal investment revenue balance asset equity dividend deposit loan rent profit debt earning expense dollar usd',
  ],
  [
    'length',
    'distance height width length radius diameter side base depth altitude elevation meter metre cm kilometer km mile feet foot inch',
  ],
  ['mass', 'mass weight kg kilogram gram pound'],
  ['temperature', 'temperature temp celsius fahrenheit kelvin'],
  ['speed', 'speed velocity'],
  ['acceleration', 'acceleration gravity'],
  ['area', 'area'],
  ['volume', 'volume'],
  ['electric', 'charge current voltage resistance'],
  ['frequency', 'frequency'],
  ['pressure', 'pressure'],
  ['amount', 'mole'],
];
const measureByStem = new Map<string, string>();
for (const [measure, list] of measureWords) for (const word of list.split(' ')) measureByStem.set(stem(word), measure);

const low = new Set(['min', 'minimum', 'start', 'from', 'lower', 'low', 'begin', 'initial', 'a', 'first']);
const high = new Set(['max', 'maximum', 'end', 'to', 'upper', 'high', 'stop', 'final', 'limit', 'b', 'second']);

export function numberCandidates(param: Param, scope: Scope): Candidate[] {
  const numbers = scope.mentions.filter((one): one is NumberSaid => one.kind === 'number');
  const still = /\b(?:(?:from|at) rest|stationary|dropped|standstill)\b/i.exec(scope.text);
  const isFirstSpeed =
    param.stems.some((one) => speeds.has(one)) && param.label.some((one) => /^(?:initial|start|starting|u)$/.test(one));
  const atRest =
    still && isFirstSpeed
      ? [{ value: 0, start: still.index, end: still.index + still[0].length, score: 0.85, shared: true }]
      : [];
  const cues = cuesOf(param, scope, numbers);
  const said = numbers.map((said, at) => ({
    value: valueFor(param, said) * signOf(param, scope),
    start: said.start,
    end: said.end,
    score: scoreOf(param, scope, said, numbers, cues[at]!),
  }));
  return [...atRest, ...said];
}
const speeds = new Set(['velocity', 'speed'].map(stem));

function scoreOf(param: Param, scope: Scope, said: NumberSaid, all: NumberSaid[], cue: number): number {
  let score = 0.25 + cue * 0.55;
  const unit = stem(said.unit);
  if (said.unit !== '' && param.stems.includes(unit)) score += 0.35;
  else if (isOfPeople(said.unit) && param.label.some(isOfPeople)) score += 0.35;
  else if (said.unit !== '' && param.about.includes(unit)) score += 0.15;
  score += measureFit(param, said);
  // "The two sides 4 and 5" says how many values follow.
  if (/^\p{L}/u.test(said.text) && all.some((one) => /^\D?\d/.test(one.text)) && !param.stems.includes(unit))
    score -= 0.35;
  if (
    isCount(param) &&
    /\b(?:last|first|top|latest|newest|recent|next|best)\s*$/i.test(
      scope.text.slice(Math.max(0, said.start - 10), said.start),
    )
  )
    score += 0.5;
  score += boundFit(param, scope, said, all) + movementFit(param, scope, said) + thresholdFit(param, scope, said);
  score += priceFit(param, scope, said);
  // The 30 of "30 days" counts days.
  if (isCount(param) && measuresOf(said.unit).includes('time') && !param.stems.includes(unit)) score -= 0.4;
  const isYear =
    Number.isInteger(said.value) && said.value >= 1000 && said.value <= 2200 && said.unit.length < 3 && !said.currency;
  const wantsYear = param.stems.includes('year') && !/s$/.test(param.label.at(-1) ?? '');
  if (wantsYear) score += isYear ? 0.5 : -0.3;
  else if (
    isYear &&
    /^(?:in|of|year|since|from|by|for)$/.test(wordBefore(scope, said.start)) &&
    !param.about.includes('year')
  )
    score -= 0.2;
  if (param.type === 'integer' && !Number.isInteger(valueFor(param, said))) score -= 0.4;
  const value = valueFor(param, said) * signOf(param, scope);
  if ((param.max !== undefined && value > param.max) || (param.min !== undefined && value < param.min)) score -= 0.6;
  return score;
}

/** "They cost 345 a dozen": a price, where one is wanted. */
function priceFit({ label }: Param, { text }: Scope, { start, end }: NumberSaid): number {
  if (!label.some((word) => /^(?:price|cost|rate|fee|fare)$/.test(word))) return 0;
  const isCost =
    /\b(?:costs?|prices?d?(?: is| of| to| at)?|charged?|worth)(?: is| are)?\s+(?:now\s+|only\s+)?[$€£]?$/i.test(
      text.slice(Math.max(0, start - 24), start),
    ) ||
    /\b(?:prices?|costs?|rate|fee|fare) (?:of|for) [^,.;:\d]{2,40} (?:(?:is|are|goes|becomes)(?: now| up)?(?: to)?|to) [$€£]?$/i.test(
      text.slice(Math.max(0, start - 70), start),
    );
  const isEach = /^\s*(?:an?|per|each|apiece|\/)(?![\p{L}])/iu.test(text.slice(end));
  return (isCost ? 0.45 : 0) + (isEach ? 0.25 : 0);
}

/** What stands in a row is named by what names the first of it. */
function cuesOf(param: Param, scope: Scope, all: NumberSaid[]): number[] {
  const cues: number[] = [];
  for (const [at, said] of all.entries()) {
    const others = all.filter((one) => one !== said);
    const own = cueAround(param, scope, said.start, said.end, others);
    const before = all[at - 1];
    const joins =
      before && /^\s?\p{L}{0,12}\s?(?:,|and|, and|&|or)\s?$/u.test(scope.text.slice(before.end, said.start));
    cues.push(joins && at < MOST_IN_A_ROW ? Math.max(own, cues[at - 1]! * 0.97) : own);
  }
  return cues;
}
const MOST_IN_A_ROW = 40;

function isOfPeople(word: string): boolean {
  return /^(?:people|persons?|adults?|guests?|passengers?|seats?|travell?ers?|pax|participants?|attendees?|tickets?)$/.test(
    word,
  );
}

function isCount({ label, description }: Param): boolean {
  return (
    label.some((word) => /^(?:limit|count|top|num|number|n|results|size)$/.test(word)) ||
    /^(?:how many|(?:the )?(?:maximum )?number of)\b/i.test(description)
  );
}

function measureFit(param: Param, said: NumberSaid): number {
  const has = said.percent ? ['percent'] : said.currency || said.unit === 'money' ? ['money'] : measuresOf(said.unit);
  const named = new Set(param.stems.map((one) => measureByStem.get(one)).filter((one) => one !== undefined));
  const told = new Set(param.about.map((one) => measureByStem.get(one)).filter((one) => one !== undefined));
  const wantsShare = /percent|rate|probab|ratio|interest|tax|discount|share/.test(
    [...param.label, ...param.about].join(' '),
  );
  if (said.percent) return wantsShare ? 0.4 : named.size > 0 ? -0.25 : -0.1;
  if (has.length === 0) return 0;
  if (has[0] === 'money' && param.label.includes('price')) return 0.45;
  if (has.some((one) => named.has(one))) return 0.3;
  if (has.some((one) => told.has(one))) return 0.2;
  // An amount may be of anything.
  const isPlainAmount = param.stems.every(
    (one) => !measureByStem.has(one) || one === stem('amount') || one === stem('value'),
  );
  return named.size > 0 && !isPlainAmount ? -0.3 : -0.05;
}

function boundFit(param: Param, scope: Scope, said: NumberSaid, all: NumberSaid[]): number {
  const isLow = param.label.some((one) => low.has(one));
  const isHigh = param.label.some((one) => high.has(one));
  if (isLow === isHigh) return 0;
  const before = `${wordBefore(scope, said.start, 2)} ${wordBefore(scope, said.start)}`;
  const atLeast =
    /\b(?:from|between|least|over|above|minimum|than|starting|after)$/.test(before) && !/less than$/.test(before);
  const atMost =
    /\b(?:to|under|below|most|maximum|until|up to|exceed|within)$/.test(before) || /less than$/.test(before);
  const behindLow =
    /\b(?:and|-|–)$/.test(before) && all.some((one) => one.end < said.start && said.start - one.end < 20);
  if (isLow) return atLeast ? 0.3 : atMost || behindLow ? -0.25 : 0;
  return atMost || behindLow ? 0.3 : atLeast ? -0.25 : 0;
}

const seconds: Record<string, number> = {
  second: 1,
  sec: 1,
  s: 1,
  minute: 60,
  min: 60,
  hour: 3_600,
  hr: 3_600,
  h: 3_600,
  day: 86_400,
  week: 604_800,
};
const months: Record<string, number> = { month: 1, year: 12, yr: 12, decade: 120 };
const metres: Record<string, number> = {
  mm: 0.001,
  cm: 0.01,
  centimeter: 0.01,
  m: 1,
  meter: 1,
  metre: 1,
  km: 1_000,
  kilometer: 1_000,
  kilometre: 1_000,
};
const tables = [seconds, months, metres];

/** The number as the schema wants it: 5% is 0.05 of a rate, 3 minutes are 180 where seconds are asked for. */
function valueFor(param: Param, said: NumberSaid): number {
  if (said.percent) return wantsFraction(param, said.value) ? round(said.value / 100) : said.value;
  if (said.currency && /\bin cents\b/i.test(param.description)) return Math.round(said.value * 100);
  const wanted = /\bin (?:the )?([a-z]+)\b/gi;
  const from = said.unit.replace(/s$/, '') || said.unit;
  const named = param.label.filter((word) => seconds[word.replace(/s$/, '')] || months[word.replace(/s$/, '')]);
  for (const unit of [...named, ...[...param.description.matchAll(wanted)].map((match) => match[1]!)]) {
    const to = unit.toLowerCase().replace(/s$/, '');
    for (const table of tables) {
      const [a, b] = [table[from], table[to]];
      if (a && b && a !== b) return round((said.value * a) / b);
    }
  }
  return said.value;
}

function wantsFraction(param: Param, value: number): boolean {
  if (param.type === 'integer') return false;
  const text = `${param.name} ${param.description}`.toLowerCase();
  if (/percent(?!.{0,20}decimal)|0 to 100|0-100/.test(text) && !/decimal|0 to 1\b|between 0 and 1\b/.test(text))
    return false;
  return (
    Math.abs(value) <= 100 &&
    /rate|ratio|probab|interest|decimal|fraction|growth|return|yield|between 0 and 1/.test(text)
  );
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}
