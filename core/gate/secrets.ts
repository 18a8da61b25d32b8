import { wellFormed } from '../text.ts';
import { canonical, isRecord, readJson } from './canonical.ts';
import { compilePattern } from './patterns.ts';

type Schema = Record<string, unknown>;
export type Path = string[];

/** Shown in place of a secret. No tool ever gets it. */
export const DOTS = '••••••';

/** Finds the paths of secret values by the schema; a doubtful value counts as secret. */
export function secretPaths(schema: Schema, args: Record<string, unknown>): Path[] {
  if (!mayHoldSecrets(schema)) return [];
  const found = new Map<string, Path>();
  const seen = new Map<string, Set<unknown>>();
  // Null is no secret, and conditions must see it unchanged after sealing.
  const add = (path: Path) => {
    if (valueAt(args, path) !== null) found.set(JSON.stringify(path), path);
  };
  walk(schema, args, []);
  return [...found.values()];

  function walk(rule: unknown, value: unknown, path: Path): void {
    if (!isRecord(rule) || isKnown(rule, path)) return;
    if (isMarked(rule)) {
      if (path.length > 0) add(path);
      else for (const key of Object.keys(args)) add([key]);
      return;
    }
    for (const other of joined(rule, schema)) walk(other, value, path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      const rules = Array.isArray(value) ? itemRules(rule, Number(key)) : memberRules(rule, key);
      for (const other of rules) walk(other, member, [...path, key]);
    }
  }

  /** Schemas may refer to themselves. */
  function isKnown(rule: unknown, path: Path): boolean {
    const at = JSON.stringify(path);
    const known = seen.get(at) ?? new Set();
    seen.set(at, known);
    return known.has(rule) || !known.add(rule);
  }
}

const suspects = new WeakMap<Schema, boolean>();

/** A quick check, since most schemas have no secret and we search every call several times. */
function mayHoldSecrets(schema: Schema): boolean {
  let may = suspects.get(schema);
  if (may === undefined) {
    may = /"(?:writeOnly|x-secret)":true|"format":"password"|"\$(?:dynamicRef|ref)"/.test(JSON.stringify(schema));
    suspects.set(schema, may);
  }
  return may;
}

function isMarked(rule: Schema): boolean {
  return rule.writeOnly === true || rule.format === 'password' || rule['x-secret'] === true;
}

/** A reference that cannot be resolved may mean a secret. */
const UNKNOWN = { writeOnly: true };

/** Other schemas that apply to the same value. */
function joined(rule: Schema, root: Schema): unknown[] {
  const lists = [rule.allOf, rule.anyOf, rule.oneOf].filter((list) => Array.isArray(list)).flat();
  const references = [rule.$ref, rule.$dynamicRef].filter((one) => typeof one === 'string');
  const dependent = isRecord(rule.dependentSchemas) ? Object.values(rule.dependentSchemas) : [];
  return [
    ...lists,
    ...references.map((one) => pointedAt(root, one) ?? UNKNOWN),
    ...dependent,
    rule.if,
    rule.then,
    rule.else,
  ];
}

function pointedAt(root: Schema, reference: string): unknown {
  const steps = reference.split('/').slice(1);
  const names = steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
  return reference.startsWith('#') ? valueAt(root, names) : undefined;
}

/** Could this argument, or a part of it, be secret for some value? Yes in doubt. */
export function mayBeSecret(schema: Schema, name: string): boolean {
  if (!mayHoldSecrets(schema)) return false;
  const rules = new Set<unknown>([schema]);
  // This loop also visits rules that are added during it.
  for (const rule of rules) {
    if (isRecord(rule)) for (const other of joined(rule, schema)) rules.add(other);
  }
  return [...rules].some(
    (rule) =>
      isRecord(rule) && (isMarked(rule) || memberRules(rule, name).some((one) => marksWithin(one, schema, new Set()))),
  );
}

function marksWithin(rule: unknown, root: Schema, seen: Set<unknown>): boolean {
  if (typeof rule !== 'object' || rule === null || seen.has(rule)) return false;
  seen.add(rule);
  if (isRecord(rule) && isMarked(rule)) return true;
  const within = isRecord(rule) ? joined(rule, root) : [];
  return [...within, ...Object.values(rule)].some((one) => marksWithin(one, root, seen));
}

function itemRules(rule: Schema, at: number): unknown[] {
  const listed = [rule.prefixItems, rule.items].flatMap((items) => (Array.isArray(items) ? [items[at]] : []));
  return [...listed, rule.items, rule.additionalItems, rule.contains];
}

function memberRules(rule: Schema, key: string): unknown[] {
  const named = isRecord(rule.properties) && Object.hasOwn(rule.properties, key) ? [rule.properties[key]] : [];
  const patterns = isRecord(rule.patternProperties) ? Object.entries(rule.patternProperties) : [];
  const fitting = patterns.filter(([pattern]) => mayFit(pattern, key)).map(([, one]) => one);
  const known = [...named, ...fitting];
  return known.length > 0 ? known : [rule.additionalProperties, rule.unevaluatedProperties];
}

function mayFit(pattern: string, key: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled.kind === 'refused' || compiled.pattern.test(key);
}

export function valueAt(value: unknown, [first, ...rest]: Path): unknown {
  if (first === undefined) return value;
  if (Array.isArray(value)) return valueAt(value[Number(first)], rest);
  return isRecord(value) && Object.hasOwn(value, first) ? valueAt(value[first], rest) : undefined;
}

/** A copy with another value at this path. */
export function withValueAt<T>(value: T, path: Path, put: unknown): T {
  const copy = structuredClone(value);
  const holder = valueAt(copy, path.slice(0, -1));
  const last = path.at(-1);
  if (last !== undefined && Array.isArray(holder)) holder[Number(last)] = put;
  else if (last !== undefined && isRecord(holder)) holder[last] = put;
  return copy;
}

export function dotted(path: Path): string {
  return path.join('.');
}

export function isAmong(paths: Path[], path: Path): boolean {
  return paths.some((one) => JSON.stringify(one) === JSON.stringify(path));
}

/** The arguments as the model wrote them, without secrets; `{}` where the text cannot be read. */
export function rawShown(raw: string, schema: Schema): string {
  if (raw.trim() === '' || !mayHoldSecrets(schema)) return raw;
  const { kind, value } = readJson(raw);
  if (kind === 'bad' || !isRecord(value)) return '{}';
  const paths = secretPaths(schema, value);
  return paths.length === 0 ? raw : canonical(masked(value, paths));
}

export function masked<T>(args: T, paths: Path[]): T {
  return paths.reduce((shown, path) => withValueAt(shown, path, DOTS), args);
}

/** The secret texts in arguments, refused ones included: they must not stay in the entry that they came in. */
export function secretsIn(raw: string, schema: Schema): string[] {
  if (!mayHoldSecrets(schema)) return [];
  const args = looselyRead(raw);
  return isRecord(args) ? secretPaths(schema, args).flatMap((path) => literalsOf(valueAt(args, path))) : [];
}

function looselyRead(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

const telling = /pass(?:word|wd|phrase|code)|secret|token|credential|api[_-]?key|^pin$/i;

/** The same without the tool's schema: finds secrets by the names of the arguments. */
export function rawGuessed(raw: string): string {
  const { kind, value } = readJson(raw);
  if (kind === 'bad') return telling.test(raw) ? '{}' : raw;
  const named = tellingPaths(value, []);
  return named.length === 0 ? raw : canonical(masked(value, named));
}

function tellingPaths(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    telling.test(key) ? [[...path, key]] : tellingPaths(member, [...path, key]),
  );
}

/** All texts within a secret value. */
export function literalsOf(secret: unknown): string[] {
  if (typeof secret === 'string') return secret === '' ? [] : [wellFormed(secret)];
  if (typeof secret === 'number' || typeof secret === 'bigint') return [String(secret)];
  return typeof secret === 'object' && secret !== null ? Object.values(secret).flatMap(literalsOf) : [];
}

/** Shorter ones also occur inside other words. */
const SHORTEST_INSIDE = 4;

/** Removes secrets from a text, also in the forms in which JSON and Slack write them. */
export function scrub(text: string, literals: string[]): string {
  return formsOf(literals).reduce((left, form) => left.replace(patternOf(form), DOTS), text);
}

/** The same for an unfinished text: holds back an end that may become a secret. */
export function scrubSoFar(text: string, literals: string[]): string {
  const held = Math.max(0, ...formsOf(literals).map((form) => begunAtEnd(text, form)));
  return scrub(text.slice(0, text.length - held), literals);
}

function begunAtEnd(text: string, form: string): number {
  let length = Math.min(form.length, text.length);
  while (length > 0 && !text.endsWith(form.slice(0, length))) length -= 1;
  return length;
}

/** The longest first. */
function formsOf(literals: string[]): string[] {
  const forms = new Set(literals.flatMap((one) => [one, one.trim(), JSON.stringify(one).slice(1, -1), inMarkup(one)]));
  return [...forms].filter((form) => form !== '').toSorted((a, b) => b.length - a.length);
}

function inMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function patternOf(form: string): RegExp {
  const exact = form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(form.length < SHORTEST_INSIDE ? `(?<![\\p{L}\\p{N}])${exact}(?![\\p{L}\\p{N}])` : exact, 'gu');
}

/** The same for all texts in a record; numbers and keys stay. */
export function scrubTexts(value: unknown, literals: string[]): unknown {
  if (typeof value === 'string') return scrub(value, literals);
  if (Array.isArray(value)) return value.map((item) => scrubTexts(item, literals));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, scrubTexts(member, literals)]));
}

/** The same for arguments as the model wrote them. */
export function scrubRaw(raw: string, literals: string[]): string {
  if (scrub(raw, literals) === raw) return raw;
  const { kind, value } = readJson(raw);
  return kind === 'ok' ? canonical(scrubTexts(value, literals)) : scrub(raw, literals);
}

/** The same for a tool's answer, with its numbers and keys. */
export function scrubValue(value: unknown, literals: string[]): unknown {
  if (typeof value === 'string') return scrub(value, literals);
  if (typeof value === 'number') return literals.includes(String(value)) ? DOTS : value;
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, literals));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [scrub(key, literals), scrubValue(member, literals)]),
  );
}
