import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createLog, fatal } from '../../core/log.ts';
import { MODEL_NAME } from '../../playground/model/server.ts';
import { startStandInModel } from '../../playground/model/stand-in.ts';
import { startEmbedded } from '../../prisma/embedded/start.ts';
import { readCases } from './cases.ts';
import { openHouse } from './house.ts';
import { type Options, readOptions } from './options.ts';
import type { Endpoint } from './play.ts';
import { openProgress } from './progress.ts';
import { endingsOf, failuresOf, requestTimes, tableOf } from './report.ts';
import { type Result, runCases } from './run.ts';

const read = readOptions(process.argv.slice(2), process.env);
if (read.kind === 'ok') await main(read.options).catch(fatal);
else {
  process[read.kind === 'help' ? 'stdout' : 'stderr'].write(`${read.text}\n`);
  process.exit(read.kind === 'help' ? 0 : 2);
}

async function main(options: Options): Promise<void> {
  const cases = readCases(options.cases, options.desk);
  if (cases.length === 0) throw new Error(`There are no cases of the desk ${options.desk}.`);
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const folder = mkdtempSync(join(tmpdir(), 'countersign-eval-'));
  const ends: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true })];
  try {
    const log = createLog({ level: 'error' });
    const postgres = await startEmbedded(folder, { log });
    ends.push(postgres.stop);
    const house = await openHouse(postgres.url);
    ends.push(house.close);
    const { endpoint, name, close } = await endpointOf(options, folder);
    ends.push(close);
    const progress = openProgress(cases.length, process.stderr);
    const began = performance.now();
    const { limitMs, atOnce } = options;
    const results = await runCases(cases, { house, endpoint, limitMs, atOnce, progress }, stopping.signal);
    progress.end();
    tell(options, { model: name, asked: cases.length, seconds: (performance.now() - began) / 1000, results });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

type Opened = { endpoint: Endpoint; name: string; close(): Promise<void> };

/** The stand-in starts as on a fresh clone, so that former runs make no difference. */
async function endpointOf({ endpoint }: Options, dataDir: string): Promise<Opened> {
  if (endpoint) return { endpoint, name: endpoint.model, close: async () => {} };
  const log = createLog({ level: 'error' });
  const { baseUrl, close } = await startStandInModel({ dataDir, log });
  return { endpoint: { apiKey: 'none', baseUrl, model: MODEL_NAME }, name: 'the stand-in model', close };
}

type Outcome = { model: string; asked: number; seconds: number; results: Result[] };

/** Prints the table; writes a file with every answer, and one with the table and the wrong answers. */
function tell(options: Options, { model, asked, seconds, results }: Outcome): void {
  const out = options.out ?? join('.data', 'eval', `${model.replace(/\W+/g, '-')}-${basename(options.cases)}.json`);
  const right = results.filter((result) => result.right).length;
  const short = results.length < asked ? `, stopped before the other ${asked - results.length}` : '';
  const head = `${model}: ${right} of ${results.length} right in ${seconds.toFixed(0)} s (cases of ${options.cases}${short}).`;
  const table = `${tableOf(results)}\n\n${endingsOf(results)}\n\n${requestTimes(results)}`;
  const day = new Date().toISOString().slice(0, 10);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ model, day, cases: options.cases, asked, seconds, results }, null, 2)}\n`);
  const page = out.replace(/(?:\.json)?$/, '.md');
  writeFileSync(page, `${head}\n\n${table}\n\n${failuresOf(results)}\n`);
  process.stdout.write(`${head}\n\n${table}\n\nEvery answer: ${out}\nThe wrong ones, with the reasons: ${page}\n`);
}
