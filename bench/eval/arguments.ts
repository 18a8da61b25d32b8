import type { Pattern, WantedArguments } from './cases.ts';
import { dayAt, isoDay } from './days.ts';

type Args = Record<string, unknown>;

/** The first wrong argument, in words; null if all are right. */
export function wrongArgument(wanted: WantedArguments, args: Args, today: Date): string | null {
  const at = Object.keys(wanted).find((name) => !fits(wanted[name]!, given(args, name), today));
  if (at === undefined) return null;
  return `${at} is ${JSON.stringify(args[at]) ?? 'missing'}, not ${show(wanted[at]!, today)}`;
}

function given(args: Args, name: string): unknown {
  const value = Object.hasOwn(args, name) ? args[name] : undefined;
  return value === null || value === '' ? undefined : value;
}

function fits(pattern: Pattern, value: unknown, today: Date): boolean {
  if (typeof pattern !== 'object') return sameValue(pattern, value);
  if (Array.isArray(pattern)) return fitsList(pattern, value, today);
  if ('any' in pattern) return true;
  if ('absent' in pattern) return value === undefined;
  if ('one_of' in pattern) return (pattern.one_of as Pattern[]).some((one) => fits(one, value, today));
  if ('like' in pattern) return typeof value === 'string' && new RegExp(String(pattern.like), 'isu').test(value);
  if ('day' in pattern) return value === isoDay(dayAt(today, Number(pattern.day)));
  if (typeof value !== 'object' || value === null) return false;
  return wrongArgument(pattern as WantedArguments, value as Args, today) === null;
}

/** Each pattern takes an element of its own; leftover elements are wrong. */
function fitsList(patterns: Pattern[], value: unknown, today: Date): boolean {
  if (!Array.isArray(value) || value.length !== patterns.length) return false;
  const [first, ...others] = patterns;
  if (first === undefined) return true;
  return value.some((one, at) => fits(first, one, today) && fitsList(others, value.toSpliced(at, 1), today));
}

function sameValue(wanted: string | number | boolean, value: unknown): boolean {
  if (typeof wanted === 'boolean') return value === wanted || (value === undefined && !wanted);
  if (typeof wanted === 'number') return typeof value !== 'boolean' && value !== undefined && Number(value) === wanted;
  return typeof value === 'string' && bare(value) === bare(wanted);
}

function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[‘’"“”']/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.,;:!?]+|[\s.,;:!?]+$/g, '');
}

/** Arguments that fit, so that an expected call can be made. */
export function sampleOf(wanted: WantedArguments, today: Date): Args {
  const filled = Object.entries(wanted).map(([name, pattern]) => [name, sample(pattern, today)] as const);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

function sample(pattern: Pattern, today: Date): unknown {
  if (typeof pattern !== 'object') return pattern;
  if (Array.isArray(pattern)) return pattern.map((one) => sample(one, today));
  if ('absent' in pattern) return undefined;
  if ('any' in pattern) return pattern.as;
  if ('one_of' in pattern) return sample((pattern.one_of as Pattern[])[0]!, today);
  if ('like' in pattern) return pattern.as;
  if ('day' in pattern) return isoDay(dayAt(today, Number(pattern.day)));
  return sampleOf(pattern as WantedArguments, today);
}

function show(pattern: Pattern, today: Date): string {
  if (typeof pattern === 'object' && 'like' in pattern) return `like ${pattern.like}`;
  if (typeof pattern === 'object' && 'absent' in pattern) return 'left out';
  if (typeof pattern === 'object' && 'one_of' in pattern)
    return (pattern.one_of as Pattern[]).map((one) => show(one, today)).join(' or ');
  return JSON.stringify(sample(pattern, today));
}
