import { readFileSync } from 'node:fs';
import { type Document, type ErrorCode, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

export type Keys = PropertyKey[];
export type YamlFile<T> = {
  written: T;
  lineOf(keys: Keys): number;
  /** Returns a line that names the file, the line and the key, and says what to do. */
  fault(keys: Keys, problem: string): string;
};
export type ReadYaml<T> = { kind: 'ok'; file: YamlFile<T> } | { kind: 'broken'; lines: string[] };

/** `shape` says what the file must be, for files that are something else. */
export function readYaml<T>(path: string, source: string, schema: z.ZodType<T>, shape: string): ReadYaml<T> {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter });
  const lineOf = (keys: Keys) => lineIn(document, counter, keys);
  const fault = (keys: Keys, problem: string) =>
    `${path}:${lineOf(keys)}: ${keys.length > 0 ? `${keys.join('.')} ` : ''}${problem}`;
  if (document.errors.length > 0) {
    const lines = document.errors.map(
      (e) => `${path}:${e.linePos?.[0].line ?? 1}: ${firstLine(e.message)}; ${remedies[e.code] ?? 'correct it'}`,
    );
    return { kind: 'broken', lines };
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { kind: 'ok', file: { written: parsed.data, lineOf, fault } };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, shape));
  return { kind: 'broken', lines: problems.map(([keys, what]) => fault(keys, what)) };
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const quote = 'put a text that has this in it in quotes';
const remedies: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: "put a text with a colon in it in quotes, such as 'one: two'",
  BLOCK_IN_FLOW: "put a text with a colon in it in quotes, such as 'one: two'",
  BAD_SCALAR_START: quote,
  BAD_ALIAS: quote,
  TAB_AS_INDENT: 'indent with spaces',
  DUPLICATE_KEY: 'remove or rename one of the two',
};

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:$/, '') ?? '';
}

/** The line of the key, or of the nearest key around it that exists. */
function lineIn(document: Document, counter: LineCounter, keys: Keys): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(keys.slice(0, depth - 1), true);
    const last = String(keys[depth - 1]);
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)?.key
      : document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  }
  return 1;
}

function problemsOf(issue: z.core.$ZodIssue, shape: string): [Keys, string][] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => [[...path, key], 'is not known here; correct its name or remove it']);
    case 'invalid_key':
      return [[path, issue.issues[0]?.message ?? issue.message]];
    case 'invalid_value':
      return [[path, `must be one of ${issue.values.join(', ')}`]];
    case 'invalid_type':
      if (path.length === 0) return [[path, shape]];
      if (issue.message.endsWith('received undefined')) return [[path, 'is missing; add it']];
      return [[path, `must be of type ${issue.expected}`]];
    case 'too_small':
      return [[path, tooSmall(issue)]];
    case 'too_big':
      return [[path, `must be ${issue.maximum} or less`]];
    default:
      return [[path, issue.message]];
  }
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string') return 'is empty; write something there';
  return origin === 'array' ? 'is empty; list at least one' : `must be ${minimum} or more`;
}
