import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readText, readYaml } from '../../core/yaml-file.ts';

/** A day counted from the one on which the demonstration data are loaded. */
const day = z.strictObject({ day: z.number().int() });
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/**
 * The expected value of an argument. `like` is a regular expression, and `as` a value that fits it; a list fits a list of as many
 * elements, in any order; of an object the named fields count.
 */
export type Pattern =
  | z.infer<typeof scalar>
  | z.infer<typeof day>
  | { like: string; as: string }
  | { one_of: Pattern[] }
  | { absent: true }
  | { any: true; as?: unknown }
  | Pattern[]
  | { [field: string]: Pattern };
const pattern: z.ZodType<Pattern> = z.lazy(() =>
  z.union([
    scalar,
    day,
    z.strictObject({ like: z.string(), as: z.string() }),
    z.strictObject({ one_of: z.array(pattern).min(2) }),
    z.strictObject({ absent: z.literal(true) }),
    z.strictObject({ any: z.literal(true), as: z.unknown().optional() }),
    z.array(pattern),
    z.record(z.string(), pattern),
  ]),
);

/** The arguments of one call, by name. */
const wantedArguments = z.record(z.string(), pattern);
export type WantedArguments = z.infer<typeof wantedArguments>;

/** One call that has to be made, by the tool's short name; several tools, or several arguments of one, are alternatives. */
const wantedCall = z.record(z.string(), z.union([wantedArguments, z.array(wantedArguments).min(2)]));
export type WantedCall = z.infer<typeof wantedCall>;

/** A number is found however it is written, a text whatever its case, `/…/` as a regular expression; a list means any of them. */
export type Fact = string | number | z.infer<typeof day> | Fact[];
const fact: z.ZodType<Fact> = z.lazy(() => z.union([z.string(), z.number(), day, z.array(fact).min(2)]));

const written = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'takes lower-case letters, digits and hyphens'),
  /** The person's messages, one after the other in one thread; the last answer counts. */
  say: z.union([z.string(), z.array(z.string()).min(2)]),
  calls: z.array(wantedCall).default([]),
  /** Tools that may be called besides. */
  also: z.array(z.string()).default([]),
  /** Facts from its calls that the answer must state. */
  facts: z.array(fact).default([]),
  /** Conclusions from them that it must state. */
  says: z.array(fact).default([]),
  /** Statements that it must not make. */
  lacks: z.array(fact).default([]),
  /** The answer is one question, which fits this regular expression. */
  asks: z.string().optional(),
  /** No tool can do this: the answer says so. */
  declines: z.literal(true).optional(),
  /** The last call waits for a signature, or for the requester's yes. */
  waits: z.enum(['signature', 'yes']).optional(),
  /** The call fails or is refused, and the answer says so. */
  refused: z.literal(true).optional(),
});
export type Case = z.infer<typeof written> & { desk: string; set: Pick<CaseSet, 'beside' | 'free'> };
export type Ending = 'answer' | 'question' | 'decline' | 'signature' | 'yes' | 'refusal';

const tools = z.record(z.string(), z.array(z.string()));
const caseSet = z.strictObject({
  desk: z.string(),
  /** Lookups that a sensible colleague may make for a call: the tools that may go with each tool. */
  beside: tools.default({}),
  /** Arguments of changing tools that are left to the judgement of the caller. */
  free: tools.default({}),
  cases: z.array(written).min(1),
});
type CaseSet = z.infer<typeof caseSet>;

export function endingOf({ asks, declines, waits, refused }: Case): Ending {
  if (asks !== undefined) return 'question';
  if (declines) return 'decline';
  if (refused) return 'refusal';
  return waits ?? 'answer';
}

export const OPEN_CASES = 'bench/eval/cases';

/** Those of all sets in a folder. */
export function readCases(folder = OPEN_CASES, desk?: string): Case[] {
  const cases = filesIn(folder).flatMap(readSet);
  return desk === undefined ? cases : cases.filter((one) => one.desk === desk);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

/** One slip in a file makes hundreds of others. */
const FAULTS_SHOWN = 5;

function readSet(path: string): Case[] {
  const read = readYaml(path, readText(path) ?? '', caseSet, 'must be a set of cases: desk, cases');
  if (read.kind === 'broken') throw new Error(read.lines.slice(0, FAULTS_SHOWN).join('\n'));
  const { desk, beside, free, cases } = read.file.written;
  return cases.map((one) => ({ ...one, id: `${desk}/${one.id}`, desk, set: { beside, free } }));
}
