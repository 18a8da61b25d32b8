/** Gives the same value with every secret in it hidden, however deep it lies. */
export type Redact = <T>(value: T) => T;

const hidden = '[hidden]';

type Shape = [RegExp, string];

const tokens: Shape = [/\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{6,}/gi, hidden];
const credentials: Shape = [/(\w:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/g, `$1:${hidden}@`];

const secretName = String.raw`[\w.-]*(?:token|secret|password|passwd|api_?key|authorization|cookie)[\w.-]*`;
// A log may lose a word too many: what stands beside a telling name is hidden as well.
const lineShapes: Shape[] = [
  [new RegExp(String.raw`("${secretName}"\s*:\s*)"(?:[^"\\]|\\.)*"`, 'gi'), `$1"${hidden}"`],
  [new RegExp(String.raw`(\\"${secretName}\\"\s*:\s*)\\"(?:(?!\\").)*\\"`, 'gi'), `$1\\"${hidden}\\"`],
  [/\b(Bearer|Basic) [\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/\bsk-[\w-]{6,}/gi, hidden],
  tokens,
  credentials,
];

// A record is answered and carried out: "basic information", an item named SK-100234 and a page's token must stay.
const storedShapes: Shape[] = [
  [/\b(Bearer|Basic) (?=[\w.~+/=-]*\d)[\w.~+/=-]{16,}/gi, `$1 ${hidden}`],
  [/\bsk-(?=[\w-]*\d)[\w-]{16,}/g, hidden],
  tokens,
  credentials,
];

/** For lines of JSON in a log: whole lines are cleaned, since a secret in a message or a stack is as bad as in a field. */
export function lineScrubber(secrets: readonly string[]): (line: string) => string {
  return scrubber(lineShapes, secrets.map(asInJson));
}

/** For what is stored or shown: the known secrets word for word, and what can be nothing but a secret. */
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
  // A short value would blot out ordinary words; of two, one may hold the other.
  const literals = secrets.filter((secret) => secret.length >= 8).sort((a, b) => b.length - a.length);
  return (text) => {
    // Known ones first: a shape may end in the middle of one.
    const known = literals.reduce((rest, literal) => rest.replaceAll(literal, hidden), text);
    return shapes.reduce((rest, [shape, instead]) => rest.replace(shape, instead), known);
  };
}

function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
