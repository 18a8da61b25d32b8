import { createHash } from 'node:crypto';
import { wellFormedJson } from '../text.ts';

/** What was shown is what runs, so a text that can be read in two ways is refused, never repaired. */
export type Read = { kind: 'ok'; value: unknown } | { kind: 'bad'; value: unknown; problem: string };

const DEEPEST = 100;

export function readJson(raw: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(raw);
    if (/\\u|\p{Cs}/u.test(raw)) value = JSON.parse(wellFormedJson(JSON.stringify(value)));
  } catch {
    return { kind: 'bad', value: raw, problem: 'are not valid JSON; send them as one JSON object' };
  }
  const problem = problemIn(raw);
  return problem === null ? { kind: 'ok', value } : { kind: 'bad', value: raw, problem };
}

const token = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*|[{}[\]]/g;

/** Looks in valid JSON for problems that parsing hides, such as doubled keys and inexact numbers. */
function problemIn(raw: string): string | null {
  const open: Set<string>[] = [];
  for (const { 0: found, 1: colon } of raw.matchAll(token)) {
    const problem =
      colon === undefined
        ? /[-\d]/.test(found[0] ?? '')
          ? numberProblem(found)
          : null
        : keyProblem(found.slice(0, -colon.length), open.at(-1));
    if (problem !== null) return problem;
    if (found === '{' || found === '[') open.push(new Set());
    if (found === '}' || found === ']') open.pop();
    if (open.length > DEEPEST) return `are nested deeper than ${DEEPEST}; send them flatter`;
  }
  return null;
}

const prototypes = new Set(['__proto__', 'constructor', 'prototype']);

function keyProblem(quoted: string, siblings: Set<string> | undefined): string | null {
  const key: unknown = JSON.parse(wellFormedJson(JSON.stringify(JSON.parse(quoted))));
  if (typeof key !== 'string' || prototypes.has(key))
    return `hold the key ${quoted}, which no tool takes; leave it out`;
  if (siblings?.has(key)) return `hold the key ${quoted} twice; send it once`;
  siblings?.add(key);
  return null;
}

function numberProblem(text: string): string | null {
  const number = Number(text);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    return `hold ${text}, which is too large to be exact; send it as text where the tool takes text`;
  }
  if (digitsOf(text) === digitsOf(String(number))) return null;
  return `hold ${text}, which cannot be kept exactly; send it with fewer digits`;
}

/** The significant digits of a decimal number, and the place of its point. */
function digitsOf(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return whole === '' ? text : '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** Canonical JSON of RFC 8785: keys in the order of their UTF-16 units, numbers as JavaScript writes them. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isRecord(value)) {
    const members = Object.keys(value).toSorted();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  const json = typeof value === 'number' && !Number.isFinite(value) ? undefined : JSON.stringify(value);
  if (json === undefined) throw new TypeError(`${String(value)} is not JSON`);
  return json;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The hash that people sign: of the tenant, the tool with its server, the tool's definition and the arguments. */
export function callHash(tenant: string, tool: string, definitionHash: string, canonicalArgs: string): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, tool, definitionHash, canonicalArgs]))
    .digest('hex');
}
