import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import { fillParams } from './fill.ts';
import { type Scope, scopeOf } from './scope.ts';

/** An object from a text of its own, where all that must be in it is said there. */
export function fillObject(
  param: Param,
  text: string,
  today: Date,
  about: ReadonlySet<string>,
): Record<string, unknown> | undefined {
  const { args, missing } = fillParams(param.fields, scopeOf(text, today), about);
  return missing.length > 0 || Object.keys(args).length === 0 ? undefined : args;
}

export function objectCandidates(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const written = literal(scope.text);
  if (written) return [{ ...written, score: 0.9 }];
  if (param.fields.length === 0) return [];
  const { args, missing, score } = fillParams(param.fields, scope, about);
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
