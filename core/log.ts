import { type Logger, pino } from 'pino';
import type { Env } from './env.ts';

export type Log = Logger;

type Options = { level: Env['logLevel']; secrets?: readonly string[]; write?: (line: string) => void };

const hidden = '[hidden]';
const secretName = String.raw`[\w.-]*(?:token|secret|password|passwd|api_?key|authorization|cookie)[\w.-]*`;
// Whole lines are cleaned, not chosen fields: a secret in a message, a stack or a quoted body is as bad as in a field.
const shapes: [RegExp, string][] = [
  [new RegExp(String.raw`("${secretName}"\s*:\s*)"(?:[^"\\]|\\.)*"`, 'gi'), `$1"${hidden}"`],
  [new RegExp(String.raw`(\\"${secretName}\\"\s*:\s*)\\"(?:(?!\\").)*\\"`, 'gi'), `$1\\"${hidden}\\"`],
  [/\b(Bearer|Basic) [\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/\b(?:xox[a-z](?:\.xox[a-z])?|xapp|sk)-[\w-]{6,}/gi, hidden],
  [/(\w:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/g, `$1:${hidden}@`],
];

export function createLog({ level, secrets = [], write = writeOut }: Options): Log {
  const scrub = scrubber(secrets);
  return pino(
    { level, base: undefined, serializers: { err: briefly } },
    { write: (line: string) => write(scrub(line)) },
  );
}

/** Drivers hang whole connections on their errors: what happened and where is enough. */
function briefly(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...('code' in error ? { code: error.code } : {}), stack: error.stack };
}

/** The secrets of this installation word for word: not every one has a telling shape. */
export function secretsOf({ slack, model }: Env): string[] {
  const keys = model.kind === 'openai' ? [model.apiKey] : [];
  if (slack.kind === 'http') return [...keys, slack.botToken, slack.signingSecret];
  if (slack.kind === 'socket') return [...keys, slack.botToken, slack.appToken];
  return keys;
}

/** For what ends the program: one line for a person, without a stack. */
export function fatal(error: unknown): never {
  const said = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${scrubber([])(said).split('\n')[0]}\n`);
  process.exit(1);
}

function scrubber(secrets: readonly string[]): (text: string) => string {
  // A short value would blot out ordinary words.
  const literals = secrets.filter((secret) => secret.length >= 8).map((secret) => JSON.stringify(secret).slice(1, -1));
  return (text) => {
    const cleaned = shapes.reduce((rest, [shape, instead]) => rest.replace(shape, instead), text);
    return literals.reduce((rest, literal) => rest.replaceAll(literal, hidden), cleaned);
  };
}

function writeOut(line: string): void {
  process.stdout.write(line);
}
