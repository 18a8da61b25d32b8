import { type Logger, pino } from 'pino';
import type { Env } from './env.ts';
import { prettyLine } from './pretty-line.ts';
import { lineScrubber } from './redact.ts';

export type Log = Logger;

type Options = { level: Env['logLevel']; secrets?: readonly string[]; write?: (line: string) => void };

export function createLog({ level, secrets = [], write = writeOut }: Options): Log {
  const scrub = lineScrubber(secrets);
  return pino(
    { level, base: undefined, serializers: { err: briefly } },
    { write: (line: string) => write(scrub(line)) },
  );
}

/** Logs type, message and stack only: drivers attach whole connections to their errors. */
function briefly(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...('code' in error ? { code: error.code } : {}), stack: error.stack };
}

/** The installation's own secrets, to hide them word for word: not all can be recognised by their form. */
export function secretsOf({ slack, model, database, queue, gmail, sealKey, auditKey, smtpUrl }: Env): string[] {
  const grant = gmail?.grant.kind === 'refresh_token' ? [gmail.grant.clientSecret, gmail.grant.refreshToken] : [];
  const ours = [...grant, ...[sealKey, auditKey].flatMap((key) => key ?? [])];
  const keys = model.kind === 'openai' ? [...ours, model.apiKey] : ours;
  const urls = [database, queue].flatMap((store) => ('url' in store ? [store.url] : []));
  const passwords = [...urls, ...(smtpUrl ? [smtpUrl] : [])].flatMap(passwordOf);
  if (slack.kind === 'http') return [...keys, ...passwords, slack.botToken, slack.signingSecret];
  if (slack.kind === 'socket') return [...keys, ...passwords, slack.botToken, slack.appToken];
  return [...keys, ...passwords];
}

function passwordOf(url: string): string[] {
  const { password } = new URL(url);
  try {
    return password ? [decodeURIComponent(password)] : [];
  } catch {
    return [password];
  }
}

/** Ends the program with one line for a person, without a stack. */
export function fatal(error: unknown): never {
  const said = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${lineScrubber([])(said.trim()).split('\n')[0]}\n`);
  process.exit(1);
}

/** Writes JSON lines, or at a terminal readable ones. */
function writeOut(line: string): void {
  process.stdout.write(process.stdout.isTTY ? prettyLine(line) : line);
}
