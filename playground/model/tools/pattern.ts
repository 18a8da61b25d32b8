import { RE2JS } from 're2js';

const LONGEST = 300;
const LARGEST_PROGRAM = 5_000;
const MOST_KEPT = 2_000;
const kept = new Map<string, RE2JS | undefined>();

/** A pattern out of a tool's schema, run in time that grows with the text and no faster; undefined where it cannot be. */
export function patternOf(source: string): RE2JS | undefined {
  if (!kept.has(source)) {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(source, source.length > LONGEST ? undefined : compile(source));
  }
  return kept.get(source);
}

function compile(source: string): RE2JS | undefined {
  try {
    const program = RE2JS.compile(RE2JS.translateRegExp(source));
    return program.programSize() > LARGEST_PROGRAM ? undefined : program;
  } catch {
    return undefined;
  }
}
