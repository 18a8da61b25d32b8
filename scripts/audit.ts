import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findAuditKey, readHeads } from '../core/audit/heads.ts';
import { type Finding, verify } from '../core/audit/verify.ts';
import { toolNamed } from '../core/desk/schema.ts';
import { type Env, loadEnv } from '../core/env.ts';
import { fatal } from '../core/log.ts';
import {
  type Audit,
  type AuditEntry,
  type AuditFilter,
  auditEntries,
  auditHeads,
  contentsOf,
  entriesAfter,
  eraseContent,
  openAudit,
  PAGE,
} from '../core/records/audit.ts';
import { openDatabase } from '../core/records/database.ts';
import { shorten } from '../core/text.ts';
import { reachDatabase } from './database.ts';
import { visible } from './visible.ts';

const usage = `npm run audit -- [--kind call.denied] [--tool server.tool] [--by U0LISA] [--approval id] [--thread 7]
                 [--tenant T1] [--since 2h] [--json] [--follow]
npm run audit -- verify [--tenant T1]
npm run audit -- erase --tenant T1 7 8      erases the content of these numbers (seq in --json)`;

type AuditOptions = { filter: AuditFilter; json: boolean } & (
  | { kind: 'print' | 'follow' | 'verify' }
  | { kind: 'erase'; tenant: string; seqs: number[] }
);

const LOOK_EVERY_MS = 500;
const MOST_TEXT = 120;

function readAsked(args: string[]): AuditOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ kind: text, tool: text, by: text, approval: text, thread: text, tenant: text, since: text },
      ...{ json: flag, follow: flag, help: flag },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) explain();
  const { kind, tool, by, approval, tenant, thread, since, json, follow } = values;
  const filter = {
    ...{ kind, tool: tool && toolNamed(tool), by, approval, tenant },
    ...{ thread: wholeOf(thread), sinceSeconds: secondsOf(since) },
  };
  if (command === 'erase' && tenant && rest.length > 0) {
    return { kind: 'erase', tenant, seqs: rest.map(numberOf), filter, json };
  }
  if (rest.length > 0 || (command && command !== 'verify')) explain();
  return { kind: command ? 'verify' : follow ? 'follow' : 'print', filter, json };
}

function explain(): never {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

function wholeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new Error('--thread is the number of a thread, such as 7.');
  return Number(text);
}

function numberOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${text} is no number of an entry, such as 7: see seq in --json.`);
  return Number(text);
}

const secondsIn: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const seconds = secondsIn[unit];
  if (!count || !seconds) throw new Error('--since is a number and one of s, m, h, d, w: --since 2h.');
  return Number(count) * seconds;
}

async function print(audit: Audit, filter: AuditFilter, format: (entry: AuditEntry) => string): Promise<void> {
  await audit.begin();
  for await (const page of auditEntries(audit, filter)) await write(page.map(format).join(''));
  await audit.end();
}

/** From now on, or from `since`. The rows of a chain become visible in their order, so none is passed over. */
async function follow(audit: Audit, filter: AuditFilter, stop: AbortSignal): Promise<void> {
  await audit.begin();
  const reached = new Map((await auditHeads(audit)).map(({ tenant, seq }) => [tenant, seq]));
  if (filter.sinceSeconds) {
    for await (const page of auditEntries(audit, filter)) await write(page.map(asJson).join(''));
  }
  await audit.end();
  while (!stop.aborted) {
    for (const { tenant, seq } of await auditHeads(audit)) {
      await catchUp(audit, filter, { tenant, from: reached.get(tenant) ?? 0, to: seq });
      reached.set(tenant, seq);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
  }
}

async function catchUp(
  audit: Audit,
  filter: AuditFilter,
  { tenant, from, to }: { tenant: string; from: number; to: number },
): Promise<void> {
  for (let seq = from; seq < to; seq += PAGE) {
    const gained = await entriesAfter(audit, { tenant, seq, upto: Math.min(seq + PAGE, to) }, filter);
    await write(gained.map(asJson).join(''));
  }
}

async function check(audit: Audit, { dataDir, auditKey }: Env, only?: string): Promise<void> {
  const signed = await readHeads(dataDir, await findAuditKey(dataDir, auditKey));
  let checked = 0;
  for await (const finding of verify(audit, signed, only)) {
    if (finding.kind === 'checked') checked += 1;
    if (finding.kind !== 'checked') process.exitCode = 1;
    switch (finding.kind) {
      case 'file':
        await write(`${finding.text}\n`);
        break;
      case 'fault':
        await write(`${visible(finding.tenant)} ${finding.seq}: ${finding.text}\n`);
        break;
      case 'checked':
        await write(summary(finding));
    }
  }
  if (only === undefined || checked > 0) return;
  await write(`${visible(only)}: there are no rows of this tenant\n`);
  process.exitCode = 1;
}

function summary({ tenant, seq, erased, signed }: Extract<Finding, { kind: 'checked' }>): string {
  const outside = signed
    ? `head ${signed.seq} signed at ${signed.at}`
    : 'no signed head, so rows cut off at the end would go unnoticed';
  return `${visible(tenant)}: ${seq} rows, ${erased} erased, ${outside}\n`;
}

/** An unknown number may be a typing error, so then nothing is erased. */
async function erase(audit: Audit, url: string, tenant: string, seqs: number[]): Promise<void> {
  const contents = await contentsOf(audit, tenant, seqs);
  const unknown = seqs.filter((seq) => !contents.has(seq));
  if (unknown.length > 0) throw new Error(`${tenant} has no entry ${unknown.join(', ')}. Nothing was erased.`);
  const db = openDatabase(url, 1);
  try {
    const erased = await eraseContent(db, tenant, [...contents.values()]);
    const before = contents.size - erased;
    await write(`${visible(tenant)}: ${erased} erased${before > 0 ? `, ${before} had been erased before` : ''}\n`);
  } finally {
    await db.close();
  }
}

function asJson(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

function asLine({ at, kind, by, tool, approval, content }: AuditEntry): string {
  const columns = [
    at.toISOString().replace(/\.\d+Z$/, 'Z'),
    kind.padEnd(20),
    (by ?? '-').padEnd(18),
    tool ?? '-',
    approval ?? '-',
  ];
  return `${visible([...columns, textOf(content)].join('  ').trimEnd())}\n`;
}

const inColumns = new Set(['tool', 'by', 'principal', 'person', 'desk', 'rule', 'definition', 'call', 'turn']);

/** Everything that the columns before it leave out. */
function textOf(content: unknown): string {
  if (typeof content !== 'object' || content === null) return '(erased)';
  const rest = Object.entries(content).filter(([name, value]) => value !== null && !inColumns.has(name));
  const said = rest.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return shorten(said.join('  '), MOST_TEXT);
}

async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) {
    await new Promise((drained) => process.stdout.once('drain', drained));
  }
}

async function main(): Promise<void> {
  const asked = readAsked(process.argv.slice(2));
  const env = loadEnv();
  // The reader has seen enough, as `head` does.
  process.stdout.on('error', () => process.exit());
  const { url, stop } = await reachDatabase(env);
  try {
    const audit = await openAudit(url);
    const { filter, json } = asked;
    if (asked.kind === 'verify') await check(audit, env, filter.tenant);
    else if (asked.kind === 'erase') await erase(audit, url, asked.tenant, asked.seqs);
    else if (asked.kind === 'follow') await follow(audit, filter, interrupted());
    else await print(audit, filter, json ? asJson : asLine);
    await audit.close();
  } finally {
    await stop();
  }
}

function interrupted(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort()).on('SIGTERM', () => stop.abort());
  return stop.signal;
}

await main().catch(fatal);
