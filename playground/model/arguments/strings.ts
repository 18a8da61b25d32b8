import type { TextSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { fillers, prepositions, pronouns } from '../words/common.ts';
import { valuesOfKind } from '../words/kinds.ts';
import { countryOfCity, regionsAndCountries, stateCode, stateOfCity } from '../words/places.ts';
import { plainWords } from '../words/plain.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { currenciesIn, measuresOf } from '../words/units.ts';
import { isVerb } from '../words/verbs.ts';
import { addressCandidates } from './address.ts';
import type { Candidate } from './candidates.ts';
import { cueAround } from './cues.ts';
import { dateCandidates } from './dates.ts';
import { idCandidates } from './ids.ts';
import { verbObjects } from './objects-of-verbs.ts';
import { personCandidates } from './people.ts';
import { linkBefore, phraseBefore, phraseFrom, wordBefore } from './phrases.ts';
import { restCandidates } from './rest.ts';
import type { Scope } from './scope.ts';
import { secretCandidates } from './secrets.ts';
import { takesTopic } from './topics.ts';
import { unitCandidates } from './units.ts';

const fromWords = new Set([
  'from',
  'start',
  'origin',
  'source',
  'departure',
  'begin',
  'starting',
  'base',
  'pickup',
  'initial',
  'old',
  'current',
  'src',
]);
const toWords = new Set([
  'to',
  'end',
  'destination',
  'target',
  'arrival',
  'dropoff',
  'final',
  'new',
  'dest',
  'ending',
  'where',
]);
const tooPlain = new Set('id name type number value of the a an is to in for by from with on at'.split(' ').map(stem));

/** Texts that an argument may take: what is quoted, named, or said in a phrase that speaks of it. */
export function stringCandidates(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const address = addressCandidates(param, scope);
  if (address.length > 0) return address;
  if (param.shape) {
    const ids = idCandidates(param, scope);
    if (ids.length > 0 || isIdOnly(param)) return ids;
  }
  if (param.role === 'date' || param.role === 'time') {
    const days = dateCandidates(param, scope);
    if (days.length > 0 || param.format) return days;
  }
  if (param.role === 'unit') return unitCandidates(param, scope);
  if (param.role === 'currency') return currencyCandidates(param, scope);
  if (param.secret || param.label.includes('password')) return secretCandidates(scope);

  const found = [
    ...ofKind(param, scope),
    ...mentioned(param, scope, about),
    ...byLabel(param, scope, about),
    ...byPreposition(param, scope, about),
    ...numbersAsText(param, scope),
    ...restCandidates(param, scope),
    ...verbObjects(param, scope).filter(({ value }) => isTelling(String(value), param, about)),
    ...personCandidates(param, scope),
  ];
  return param.role === 'text' ? found.filter(({ value }) => isText(String(value))) : found;
}

/** An id, a number or a lone pronoun is no reason and no message. */
function isText(value: string): boolean {
  const words = value.split(/\s+/);
  return words.some((word) => /\p{L}{2}/u.test(word) && !/\d/.test(word) && !pronouns.has(word.toLowerCase()));
}

function isIdOnly(param: Param): boolean {
  return param.label.includes('id') || param.role === 'id' || param.shape?.fromNumber !== undefined;
}

function mentioned(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const texts = scope.mentions.filter(
    (one): one is TextSaid => 'text' in one && one.kind !== 'number' && one.kind !== 'date' && one.kind !== 'list',
  );
  return texts.flatMap((said) => {
    const fit = kindFit(param, said);
    if (fit <= 0 || (said.kind === 'name' && !isTelling(said.text, param, about))) return [];
    if (
      said.kind === 'name' &&
      isBySomeone(param) &&
      !param.stems.some((one) => scope.tokens.some(({ stem: other }) => other === one && one !== 'by'))
    )
      return [];
    const cue = cueAround(
      param,
      scope,
      said.start,
      said.end,
      texts.filter((one) => one !== said),
    );
    const holds = wordsIn(said.text).some((word) => !tooPlain.has(stem(word)) && param.stems.includes(stem(word)));
    const place = direction(param, scope, said) + (holds && cue < 0.8 ? 0.25 : 0);
    return [{ value: asPlace(param, said.text), start: said.start, end: said.end, score: fit + cue * 0.35 + place }];
  });
}

/** A parameter such as directed_by or written_by: a name is meant only where that deed is told. */
function isBySomeone({ label }: Param): boolean {
  return label.length > 1 && label.at(-1) === 'by' && /ed$|en$/.test(label.at(-2)!);
}

function kindFit(param: Param, said: TextSaid): number {
  const { role } = param;
  switch (said.kind) {
    case 'email':
      return role === 'email' || param.label.some((word) => /^(?:to|cc|bcc|recipients?)$/.test(word))
        ? 1.1
        : role === 'person' || role === 'query'
          ? 0.6
          : 0.05;
    case 'url':
      return role === 'url' ? 1.1 : 0.2;
    case 'phone':
      return role === 'phone' ? 1.1 : role === 'id' ? 0.55 : role === 'query' ? 0.5 : role === 'person' ? 0.3 : 0.1;
    case 'formula':
      return role === 'formula' ? 1.1 : 0.05;
    case 'code':
      if (/[/.]/.test(said.text)) return role === 'path' ? 1 : 0.5;
      if (role === 'url' && param.label.some((word) => /^(?:hostname|host|server|machine|node)$/.test(word))) return 1;
      return role === 'id' ? 0.75 : role === 'query' ? 0.4 : role === 'text' ? 0.05 : 0.3;
    case 'quoted':
      if (role === 'person' && said.text.split(/\s+/).length > 4) return 0.1;
      return role === 'title' || role === 'query' || role === 'text' ? 0.8 : role === 'formula' ? 0.7 : 0.6;
    case 'name':
      return nameFit(param, said.text);
  }
}

function nameFit(param: Param, name: string): number {
  const isRegion = regionsAndCountries.has(name.toLowerCase()) || /,\s/.test(name);
  switch (param.role) {
    case 'place':
      if (/^(?:country|state|nation)$/.test(param.label.at(-1) ?? ''))
        return isRegion && !/,\s/.test(name) ? 0.8 : isRegion ? 0.5 : 0.25;
      if (param.label.at(-1) === 'city' && regionsAndCountries.has(name.toLowerCase())) return 0.3;
      return isRegion ? 0.65 : 0.42;
    case 'person':
      return isRegion ? 0.2 : 0.55;
    case 'id':
      return 0.32;
    case 'title':
    case 'query':
      return 0.45;
    case 'text':
    case 'formula':
    case 'unit':
    case 'url':
    case 'email':
      return 0.05;
    default:
      return 0.4;
  }
}

/** "San Francisco" is "San Francisco, CA" where the schema shows places so. */
function asPlace(param: Param, name: string): string {
  const shown = `${param.description} ${param.examples.join(' ')}`;
  const isStateCode =
    /^(?:state|province)$/.test(param.label.at(-1) ?? '') &&
    /abbreviat|two[- ]letter|2[- ]letter|state code|\b["'(]?(?:CA|NY|TX)\b/.test(shown);
  if (isStateCode) return stateCode(name) ?? name;
  if (param.role !== 'place' || name.includes(',')) return name;
  const wantsState =
    /\p{L}, [A-Z]{2}\b|city,? (?:and )?state|state abbreviation|\(city, state/iu.test(shown) &&
    !/city name only|just the city/i.test(shown);
  if (!wantsState) return name;
  const state = stateOfCity(name);
  if (state !== undefined) return `${name}, ${state}`;
  const country = /country/i.test(shown) ? countryOfCity(name) : undefined;
  return country === undefined ? name : `${name}, ${country}`;
}

/** From and to, in and by: which way the word before a value points. */
function direction(param: Param, scope: Scope, { start }: { start: number }): number {
  const before = linkBefore(scope, start);
  const wantsFrom = param.label.some((one) => fromWords.has(one));
  const wantsTo = !wantsFrom && param.label.some((one) => toWords.has(one));
  const second = before === 'and' && /\bbetween\b/i.test(scope.text.slice(0, start));
  if (wantsFrom) return before === 'from' || before === 'between' ? 0.35 : before === 'to' || second ? -0.35 : 0;
  if (wantsTo)
    return before === 'to' || before === 'into' || second
      ? 0.35
      : before === 'from' || before === 'between'
        ? -0.35
        : 0;
  if (param.role === 'place')
    return /^(?:in|at|near|around|for|from|to|within|of|visit|visiting)$/.test(before)
      ? 0.2
      : before === 'by' || before === 'with'
        ? -0.15
        : 0;
  if (param.role === 'container') return /^(?:in|on|from|at|within)$/.test(before) ? 0.25 : -0.05;
  if (param.role === 'person')
    return /^(?:by|with|to|for|starring|from)$/.test(before)
      ? 0.15
      : before === 'in' || before === 'at' || before === 'near'
        ? -0.25
        : 0;
  return before === 'in' || before === 'near' || before === 'at' ? -0.12 : 0;
}

function ofKind(param: Param, scope: Scope): Candidate[] {
  return valuesOfKind(param.stems, scope.text).map(({ text, start, end }) => ({
    value: text,
    start,
    end,
    score: 0.72,
  }));
}

function currencyCandidates(param: Param, scope: Scope): Candidate[] {
  const found = currenciesIn(scope.text);
  return found.map(({ code, start, end }) => {
    const sign = /[$€£¥₹]/.test(scope.text.slice(start, end));
    const before = sign ? wordBefore(scope, start) : wordBefore(scope, start).replace(/^\d.*/, 'amount');
    const wantsFrom = param.label.some((one) => fromWords.has(one));
    const wantsTo = param.label.some((one) => toWords.has(one));
    const asked = /\bhow (?:many|much)\s*$/i.test(scope.text.slice(0, start));
    const points = asked || /^(?:to|into|in)$/.test(before) ? 'to' : 'from';
    const fit = wantsFrom ? (points === 'from' ? 0.3 : -0.3) : wantsTo ? (points === 'to' ? 0.3 : -0.2) : 0.1;
    return { value: code, start, end, score: 0.6 + fit };
  });
}

/** "the Darwin model", "species African elephant", "name: Sugar". */
function byLabel(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const telling = param.stems.filter((one) => !tooPlain.has(one));
  return scope.tokens.flatMap((token, at) => {
    if (!telling.includes(token.stem)) return [];
    const link =
      /^(?:is|of|named|called|as|to|was|be|titled|are|for)$/.test(scope.tokens[at + 1]?.lower ?? '') &&
      !/[,;.?!]/.test(scope.tokens[at + 1]?.gap ?? '')
        ? 1
        : 0;
    const marked = /[:=]/.test(scope.tokens[at + 1]?.gap ?? '');
    const broken = !marked && /[,;.?!()]/.test(scope.tokens[at + 1]?.gap ?? '');
    const behind = broken ? undefined : phraseFrom(scope, at + 1 + link);
    const before = phraseBefore(scope, at);
    const strong = link === 1 && /^(?:is|named|called|titled|as)$/.test(scope.tokens[at + 1]!.lower);
    return [
      ...(behind && isTelling(behind.text, param, about)
        ? [{ ...spanned(behind), score: strong || marked ? 0.7 : link ? 0.5 : 0.42 }]
        : []),
      ...(before && param.role !== 'id' && isTelling(before.text, param, about)
        ? [{ ...spanned(before), score: 0.48 }]
        : []),
    ];
  });
}

const prepositionsOf: Partial<Record<Param['role'], [words: RegExp, score: number]>> = {
  place: [/^(?:in|at|near|around|from|to|for|within)$/, 0.42],
  person: [/^(?:by|with|to|for|of|from)$/, 0.36],
  query: [/^(?:about|for|on|regarding|of|with)$/, 0.46],
  title: [/^(?:named|called|titled|about|of|for)$/, 0.4],
  text: [/^(?:about|saying|that|because)$/, 0.4],
  language: [/^(?:in|to|into)$/, 0.45],
  unit: [/^(?:in|to)$/, 0.4],
};

function byPreposition(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const [words, base] = prepositionsOf[param.role] ?? [/^(?:of|for|on|about|in|with|named|called|using|to)$/, 0.34];
  return scope.tokens.flatMap((token, at) => {
    const next = scope.tokens[at + 1];
    if (!prepositions.has(token.lower) || !words.test(token.lower) || !next || next.gap.trim() !== '') return [];
    if (
      (param.role === 'place' || param.role === 'person') &&
      (/ing$/.test(next.lower) || plainWords.has(next.lower)) &&
      !/^\p{Lu}/u.test(next.text)
    )
      return [];
    if (token.lower === 'to' && isVerb(next.lower) && !/^\p{Lu}/u.test(next.text)) return [];
    const phrase = phraseFrom(scope, at + 1);
    if (!phrase || !isTelling(phrase.text, param, about) || /^\d/.test(phrase.text)) return [];
    return [
      { ...spanned(phrase), score: base + direction(param, scope, { start: scope.tokens[at + 1]!.start }) * 0.6 },
    ];
  });
}

function numbersAsText(param: Param, scope: Scope): Candidate[] {
  const numbers = scope.mentions.filter((one) => one.kind === 'number');
  if (param.role === 'person' || param.role === 'text' || param.role === 'query' || param.role === 'title') return [];
  return numbers.flatMap((said) => {
    const cue = cueAround(
      param,
      scope,
      said.start,
      said.end,
      numbers.filter((one) => one !== said),
    );
    const year = param.stems.includes('year') && /^[12]\d{3}$/.test(said.text) ? 0.5 : 0;
    const called =
      param.role === 'id' &&
      /\b(?:id|number|no\.?|code|#|numbered)\s*(?:is\s*)?[:#]?\s*$/i.test(
        scope.text.slice(Math.max(0, said.start - 14), said.start),
      )
        ? 0.5
        : 0;
    const score = 0.05 + cue * 0.5 + year + called + (param.role === 'id' ? 0.1 : 0);
    const span = param.stems.includes(stem('duration')) || param.stems.includes(stem('period'));
    const value = span && measuresOf(said.unit).includes('time') ? `${said.text} ${said.unit}` : said.text;
    return score > 0.3 || (span && value !== said.text)
      ? [{ value, start: said.start, end: said.end, score: value === said.text ? score : 0.7 }]
      : [];
  });
}

/** A phrase that only repeats what the tool or the parameter is about is no value. */
export function isTelling(phrase: string, param: Param, about: ReadonlySet<string>): boolean {
  const isSearched = param.role === 'query' || takesTopic(param);
  const words = wordsIn(phrase).filter((word) => !fillers.has(word) && !(isSearched && plainWords.has(word)));
  // "milk went bad" and "take them out" are no names.
  if (
    param.role === 'person' &&
    phrase === phrase.toLowerCase() &&
    wordsIn(phrase).some((word) => plainWords.has(word) || pronouns.has(word))
  )
    return false;
  const stems = words.map(stem);
  return stems.length > 0 && !stems.every((one) => about.has(one) || param.stems.includes(one));
}

function spanned({ text, start, end }: { text: string; start: number; end: number }): Omit<Candidate, 'score'> {
  return { value: text, start, end };
}
