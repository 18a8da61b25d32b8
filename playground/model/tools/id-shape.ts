import { patternOf } from './pattern.ts';

/** How ids of one kind are written: ORD-1013 has the prefix "ORD-" and at least four digits. */
export type IdShape = {
  matches: (text: string) => boolean;
  /** Where an id is letters and then a number, what a spoken number makes of it: 13 gives ORD-0013. */
  fromNumber?: (digits: string) => string | undefined;
  example?: string;
  /** Known by an example only: others may begin otherwise. */
  loose?: true;
};

const LONGEST_ID = 80;

export function shapeOf(pattern: unknown, examples: string[]): IdShape | undefined {
  const test = typeof pattern === 'string' ? patternOf(pattern) : undefined;
  const example = examples.find((one) => isCode(one) && (!test || test.test(one)));
  if (!test && !example) return undefined;
  const byExample = example ? shapeOfExample(example) : undefined;
  const matches = (text: string) =>
    text.length <= LONGEST_ID && (test ? test.test(text) : (byExample?.test(text) ?? false));
  const prefix = example ? /^(.*?)(\d+)$/.exec(example) : typeof pattern === 'string' ? prefixOf(pattern) : null;
  const base = { matches, ...(example ? { example } : {}), ...(test ? {} : { loose: true as const }) };
  if (!prefix || prefix[1] === '' || !/[\p{L}]/u.test(prefix[1]!)) return base;
  return { ...base, fromNumber: (digits) => spokenId(prefix[1]!, digits, prefix[2]!.length, matches) };
}

function spokenId(
  prefix: string,
  digits: string,
  width: number,
  matches: (text: string) => boolean,
): string | undefined {
  return [digits, digits.padStart(width, '0'), digits.replace(/^0+(?=\d)/, '').padStart(width, '0')]
    .map((one) => prefix + one)
    .find(matches);
}

function prefixOf(pattern: string): RegExpExecArray | null {
  const found = /^\^([A-Za-z]{1,12}[-_]?)(?:\\d|\[0-9\])\{(\d)/.exec(pattern);
  if (!found) return null;
  return /^(.*?)(\d+)$/.exec(found[1]! + '0'.repeat(Number(found[2])));
}

function isCode(text: string): boolean {
  return (
    /\d/.test(text) &&
    /\p{L}/u.test(text) &&
    /^[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*$/u.test(text) &&
    text.length <= LONGEST_ID
  );
}

/** Letters in front stay as they are, digits may be others and more. */
function shapeOfExample(example: string): RegExp {
  const source = example
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\d+/g, (digits) => `\\d{${Math.max(1, digits.length - 2)},${digits.length + 4}}`);
  return new RegExp(`^${source}$`, 'i');
}
