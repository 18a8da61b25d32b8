import type { Param } from '../tools/params.ts';
import { pronouns } from '../words/common.ts';
import { valuesOfKind } from '../words/kinds.ts';
import { addressCandidates } from './address.ts';
import type { Candidate } from './candidates.ts';
import { currencyCandidates } from './currencies.ts';
import { dateCandidates } from './dates.ts';
import { idCandidates } from './ids.ts';
import { mentioned } from './mentioned.ts';
import { newNames } from './new-names.ts';
import { numbersAsText } from './numbers-as-text.ts';
import { verbObjects } from './objects-of-verbs.ts';
import { personCandidates } from './people.ts';
import { restCandidates } from './rest.ts';
import { byLabel, byPreposition } from './said-phrases.ts';
import type { Scope } from './scope.ts';
import { secretCandidates } from './secrets.ts';
import { isTelling } from './telling.ts';
import { unitCandidates } from './units.ts';

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
  if (param.secret || param.label.includes('password'))
    return secretCandidates(scope).filter(({ value }) => !isCodeOfThing(String(value)));

  const found = [
    ...newNames(param, scope),
    ...ofKind(param, scope),
    ...mentioned(param, scope, about),
    ...byLabel(param, scope, about),
    ...byPreposition(param, scope, about),
    ...numbersAsText(param, scope),
    ...restCandidates(param, scope),
    ...(isReason(param)
      ? []
      : verbObjects(param, scope).filter(
          (one) => isTelling(String(one.value), param, about) && !(param.role === 'text' && isName(one, scope)),
        )),
    ...personCandidates(param, scope),
  ];
  if (param.role === 'text') return found.filter(({ value }) => isText(String(value)));
  return searches.has(param.role) ? found.map(ofOwner) : found;
}
const searches = new Set(['query', 'title', 'person']);

/** Of "Ann Berg's last order" it is Ann Berg who can be searched for. */
function ofOwner(candidate: Candidate): Candidate {
  const owner = /^((?:\p{Lu}[\p{L}.-]*\s?)+)['’]s\s+\p{Ll}/u.exec(String(candidate.value))?.[1];
  return owner === undefined ? candidate : { ...candidate, value: owner, end: candidate.start + owner.length };
}

/** What is done to a thing is no reason for it. */
function isReason({ label }: Param): boolean {
  return label.some((word) => /^(?:reason|why|cause|justification)$/.test(word));
}

/** Whom something is done to is no reason for it. */
function isName({ start, end }: Candidate, { mentions }: Scope): boolean {
  return mentions.some((one) => one.kind === 'name' && one.start === start && one.end === end);
}

/** "ORD-1002", "order ORD-1002", a number or a lone pronoun is no reason and no message. */
function isText(value: string): boolean {
  const words = value.split(/\s+/);
  const isBeforeId = (at: number) => /^#?\p{L}+[-_]\d/u.test(words[at + 1] ?? '');
  return words.some(
    (word, at) => /\p{L}{2}/u.test(word) && !/\d/.test(word) && !isBeforeId(at) && !pronouns.has(word.toLowerCase()),
  );
}

function isIdOnly(param: Param): boolean {
  return param.label.includes('id') || param.role === 'id' || param.shape?.fromNumber !== undefined;
}

function ofKind(param: Param, scope: Scope): Candidate[] {
  return valuesOfKind(param.stems, scope.text).map(({ text, start, end }) => ({
    value: text,
    start,
    end,
    score: 0.72,
  }));
}

/** CARD-0007 is the id of something, and nobody's secret. */
function isCodeOfThing(value: string): boolean {
  return /^\p{Lu}{2,}[-_]\d+$|^\p{Ll}{3,}_\d+$/u.test(value);
}
