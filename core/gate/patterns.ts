import { RE2JS } from 're2js';
import { isRecord } from './canonical.ts';

/** A pattern that somebody else wrote. It runs in time linear in the text. */
export type Pattern = {
  source: string;
  groups: number;
  test(text: string): boolean;
  /** The first `most` matches, each with its groups. */
  matchesIn(text: string, most: number): (string | undefined)[][];
};
export type Compiled = { kind: 'ok'; pattern: Pattern } | { kind: 'refused'; reason: string };

/** In the worst case, a match costs the length of the text times this. */
const LARGEST_PROGRAM = 5_000;
const MOST_KEPT = 2_000;
const kept = new Map<string, Compiled>();

/**
 * The only place that compiles the patterns of tool servers and desk files: RegExp can take years for 30 characters.
 */
export function compilePattern(source: string, { ignoreCase = false } = {}): Compiled {
  const key = `${ignoreCase ? 'i' : ''}/${source}`;
  let compiled = kept.get(key);
  if (!compiled) {
    if (kept.size >= MOST_KEPT) kept.clear();
    compiled = compile(source, ignoreCase);
    kept.set(key, compiled);
  }
  return compiled;
}

function compile(source: string, ignoreCase: boolean): Compiled {
  try {
    // Refuse what RegExp refuses, or reads in another way than RE2.
    new RegExp(source, 'u');
    const other = /\\k<|\[:\^?\w+:\]/.exec(source)?.[0];
    if (other !== undefined) return { kind: 'refused', reason: `${other} is not supported` };
    const program = RE2JS.compile(RE2JS.translateRegExp(source), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    if (program.programSize() > LARGEST_PROGRAM) return { kind: 'refused', reason: 'it is too large' };
    return { kind: 'ok', pattern: patternOf(source, program) };
  } catch (error) {
    return { kind: 'refused', reason: (error instanceof Error ? error.message : String(error)).slice(0, 200) };
  }
}

function patternOf(source: string, program: RE2JS): Pattern {
  return {
    source,
    groups: program.groupCount(),
    test: (text) => program.test(text),
    matchesIn(text, most) {
      const found: (string | undefined)[][] = [];
      for (const match of program.matchAll(text)) {
        if (found.length === most) break;
        found.push([...match]);
      }
      return found;
    },
  };
}

/** The pattern for ajv, which compares patterns by their text. */
export function patternForAjv(source: string) {
  const compiled = compilePattern(source);
  if (compiled.kind === 'refused') throw new PatternFault(source, compiled.reason);
  return { test: compiled.pattern.test, toString: () => `/${source}/u` };
}
patternForAjv.code = 'patternForAjv';

export class PatternFault extends Error {
  constructor(source: string, reason: string) {
    super(`its pattern ${JSON.stringify(source.slice(0, 100))} cannot be run safely (${reason})`);
  }
}

const MAPS = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];
const VALUES = ['default', 'enum', 'const', 'example', 'examples'];

/** Why a tool with this schema cannot be used, if one of its patterns cannot be run. */
export function patternFaultIn(schema: unknown): string | null {
  if (Array.isArray(schema)) return firstFault(schema);
  if (!isRecord(schema)) return null;
  const parts = Object.entries(schema).filter(([key]) => !VALUES.includes(key));
  const keys = isRecord(schema.patternProperties) ? Object.keys(schema.patternProperties) : [];
  const own = typeof schema.pattern === 'string' ? [schema.pattern] : [];
  for (const source of [...own, ...keys]) {
    const compiled = compilePattern(source);
    if (compiled.kind === 'refused') return new PatternFault(source, compiled.reason).message;
  }
  return firstFault(
    parts.flatMap(([key, part]) => (MAPS.includes(key) && isRecord(part) ? Object.values(part) : [part])),
  );
}

function firstFault(schemas: unknown[]): string | null {
  for (const schema of schemas) {
    const fault = patternFaultIn(schema);
    if (fault !== null) return fault;
  }
  return null;
}
