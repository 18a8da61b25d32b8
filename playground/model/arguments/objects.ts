import { findMentions } from '../mentions/find.ts';
import type { Param } from '../tools/params.ts';
import { fillers } from '../words/common.ts';
import { wordsIn } from '../words/stem.ts';
import { measuresOf } from '../words/units.ts';
import type { Candidate } from './candidates.ts';
import type { Fill } from './filled.ts';
import { singular } from './pieces.ts';
import { type Scope, scopeOf } from './scope.ts';

/** An object from a text of its own, where all that must be in it is said there. */
export function fillObject(
  param: Param,
  text: string,
  today: Date,
  about: ReadonlySet<string>,
  fill: Fill,
): Record<string, unknown> | undefined {
  const { args: given, missing } = fill(param.fields, scopeOf(text, today), about);
  const args = inDozens(given, text);
  const [only, ...others] = missing;
  if (only?.type === 'string' && others.length === 0 && !only.strict) {
    const rest = withoutNumbers(text, today);
    const names = wordsIn(rest).some((word) => !fillers.has(word) || word === 'those' || word === 'them');
    return !names ? undefined : oneOfMany({ [only.name]: rest, ...args }, text, param.fields);
  }
  return missing.length > 0 || Object.keys(args).length === 0 ? undefined : oneOfMany(args, text, param.fields);
}

/** "A dozen eggs" is one dozen, where dozens are counted. */
function inDozens(args: Record<string, unknown>, text: string): Record<string, unknown> {
  if (!Object.values(args).includes('dozen') || /\d/.test(text)) return args;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, value === 12 ? 1 : value]));
}

/** The shampoo of "3 shampoos", where the name of a record is wanted; what is measured stays as it was said. */
function oneOfMany(args: Record<string, unknown>, text: string, fields: Param[]): Record<string, unknown> {
  const counted = /^\d+(?:\.\d+)?\s+(.+)$/s.exec(text)?.[1];
  const isRecord = (name: string) =>
    fields.some((field) => field.name === name && /\b(?:id or name|name or id)\b/i.test(field.description));
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      value === counted && isRecord(name) ? singular(String(value)) : value,
    ]),
  );
}

/** What is left of "2 kg of sugar" without the quantity. */
function withoutNumbers(text: string, today: Date): string {
  let rest = text;
  for (const one of findMentions(text, today).toReversed()) {
    if (one.kind !== 'number') continue;
    const unit =
      measuresOf(one.unit).length > 0 || /^(?:packs?|pieces?|pcs?|box(?:es)?|bottles?|units?|x)$/.test(one.unit)
        ? one.unit
        : '';
    const end = unit === '' ? one.end : rest.toLowerCase().indexOf(unit, one.start) + unit.length;
    rest = `${rest.slice(0, one.start)} ${rest.slice(end)}`;
  }
  return rest
    .replace(/^\s*(?:of|x)\s+/i, '')
    .replace(/^\s*(?:the|a|an)\s+/i, '')
    .trim();
}

export function objectCandidates(param: Param, scope: Scope, about: ReadonlySet<string>, fill: Fill): Candidate[] {
  const written = literal(scope.text);
  if (written) return [{ ...written, score: 0.9 }];
  if (param.fields.length === 0) return [];
  const { args, missing, score } = fill(param.fields, scope, about);
  if (Object.keys(args).length === 0 || missing.length > 0) return [];
  return [{ value: args, start: 0, end: scope.text.length, score: Math.min(0.8, score), shared: true }];
}

/** An object written out: {'math': 90, "history": 82}. */
function literal(text: string): { value: unknown; start: number; end: number } | undefined {
  const start = text.indexOf('{');
  const end = text.indexOf('}', start) + 1;
  if (start < 0 || end <= start || end - start > 4_000) return undefined;
  for (const json of [text.slice(start, end), text.slice(start, end).replaceAll("'", '"')]) {
    try {
      return { value: JSON.parse(json), start, end };
    } catch {}
  }
  return undefined;
}
