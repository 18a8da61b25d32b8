/** Returns the same value with every secret in it hidden, at any depth. */
export type Redact = <T>(value: T) => T;

const hidden = '[hidden]';

type Shape = [RegExp, string];

const tokens: Shape = [/\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{6,}/gi, hidden];
const credentials: Shape = [/(\w:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/g, `$1:${hidden}@`];

const secretName = String.raw`[\w.-]*(?:token|secret|password|passwd|api_?key|authorization|cookie)[\w.-]*`;
// In a log we may hide too much: also hide a value whose name suggests a secret.
const lineShapes: Shape[] = [
  [new RegExp(String.raw`("${secretName}"\s*:\s*)"(?:[^"\\]|\\.)*"`, 'gi'), `$1"${hidden}"`],
  [new RegExp(String.raw`(\\"${secretName}\\"\s*:\s*)\\"(?:(?!\\").)*\\"`, 'gi'), `$1\\"${hidden}\\"`],
  [/\b(Bearer|Basic) [\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/\bsk-[\w-]{6,}/gi, hidden],
  tokens,
  credentials,
];

// In records, hide nothing else: "basic information", an item SK-100234 and a page's token must stay.
const storedShapes: Shape[] = [
  [/\b(Bearer|Basic) (?=[\w.~+/=-]*\d)[\w.~+/=-]{16,}/gi, `$1 ${hidden}`],
  [/\bsk-(?=[\w-]*\d)[\w-]{16,}/g, hidden],
  tokens,
  credentials,
];

/** Cleans whole JSON lines of a log: a secret may also be in a message or a stack. */
export function lineScrubber(secrets: readonly string[]): (line: string) => string {
  return scrubber(lineShapes, secrets.map(asInJson));
}

/** Cleans what we store or show: hides known secrets word for word, and text that can only be a secret. */
export function redactor(secrets: readonly string[]): Redact {
  const scrub = scrubber(storedShapes, [...new Set([...secrets, ...secrets.map(asInJson)])]);
  return <T>(value: T) => within(value, scrub) as T;
}

function within(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => within(item, scrub));
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrub(key), within(item, scrub)]));
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function scrubber(shapes: Shape[], secrets: string[]): (text: string) => string {
  // Skip short values, which occur in ordinary words. Longest first: one secret may contain another.
  const literals = secrets.filter((secret) => secret.length >= 8).sort((a, b) => b.length - a.length);
  return (text) => {
    // Known secrets first: a pattern may end in the middle of one.
    const known = literals.reduce((rest, literal) => rest.replaceAll(literal, hidden), text);
    return shapes.reduce((rest, [shape, instead]) => rest.replace(shape, instead), known);
  };
}

function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
