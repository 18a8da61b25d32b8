import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createLog } from '../core/log.ts';
import { startEmbedded } from '../prisma/embedded/start.ts';
import { startFakeModel } from '../test/fakes/model/server.ts';
import { startRedis } from '../test/support/redis.ts';
import { fillDatabase } from './fill.ts';
import { measureGate } from './gate.ts';
import { type Driver, median, openDriver, percentile, type Round } from './load.ts';
import { usageOf } from './usage.ts';

const WARM_UP = Number(process.env.BENCH_WARM_UP ?? 2000);
const TURNS = Number(process.env.BENCH_TURNS ?? 2000);
const ROUNDS = 3;
const AT_ONCE = 16;
const ALONE = 300;
/** The processes of a shape. The floor is a bare loop instead of the product: the most that this machine can do. */
const SHAPES: Record<string, [program: string, part: string][]> = {
  floor: [['floor.ts', '']],
  'one process': [['product.ts', 'all']],
  'bot and worker': [
    ['product.ts', 'bot'],
    ['product.ts', 'workers'],
  ],
};
const shapes = (process.env.BENCH_SHAPES ?? 'floor,one process,bot and worker').split(',');
const backends = (process.env.BENCH_BACKENDS ?? 'postgres,redis').split(',');

/** In every turn the model asks for two tool calls in one output, then answers. */
const twoCalls = {
  calls: [
    { name: 'jewelryops__get_customer', arguments: { customer_id: 'CUST-001' } },
    { name: 'jewelryops__check_stock', arguments: { sku: 'RNG-GLD-001' } },
  ],
};
const answer = { text: 'Lisa Park is a customer in good standing, and the ring is in stock.' };

type Product = { url: string; pids: number[]; stop(): Promise<void> };

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const postgres = await startEmbedded(folder, { log: createLog({ level: 'error' }) });
const model = await startFakeModel(({ toolResults }) => (toolResults.length === 0 ? twoCalls : answer), {
  keepLedger: 10,
});
try {
  console.log(`node ${process.version}, ${await settings(postgres.url)}`);
  console.log(`${AT_ONCE} at a time, ${WARM_UP} turns to warm up, median of ${ROUNDS} rounds of ${TURNS} turns`);
  if (shapes.includes('floor')) await measure('nothing kept', 'floor');
  for (const backend of backends) {
    for (const shape of shapes.filter((name) => name !== 'floor')) await measure(backend, shape);
  }
} finally {
  await model.close();
  await postgres.stop();
  rmSync(folder, { recursive: true });
}

async function measure(backend: string, shape: string): Promise<void> {
  const driver = openDriver();
  const { apiUrl } = await driver.slack.listen();
  const redis = backend === 'redis' ? await startRedis() : undefined;
  const database = await createDatabase(`bench_${backend}_${shape}`.replaceAll(' ', '_'));
  const product = await startProduct(shape, {
    DATABASE_URL: database,
    ...(redis ? { REDIS_URL: redis.url } : {}),
    SLACK_BOT_TOKEN: driver.slack.botToken,
    SLACK_SIGNING_SECRET: driver.slack.signingSecret,
    SLACK_API_URL: apiUrl,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: 'scripted',
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATA_DIR: join(folder, `${backend}-${shape}`.replaceAll(' ', '-')),
    PATH: process.env.PATH ?? '',
  });
  const events = `${product.url}/slack/events`;
  await driver.run(events, WARM_UP, AT_ONCE);
  await report(`${backend}, ${shape}`, driver, product, events);
  if (backend === 'postgres' && shape === 'one process') {
    const { decisionsMs, auditMs } = await measureGate(database, driver.slack.teamId);
    console.log(
      `  the gate adds ${decisionsMs.toFixed(2)} ms of decisions and ${auditMs.toFixed(2)} ms of audit to a turn`,
    );
  }
  if (backend === 'postgres' && shape === 'one process' && !process.env.BENCH_SKIP_FILLED) {
    await fillDatabase(database, driver.slack.teamId);
    await driver.run(events, 200, AT_ONCE);
    await report(`${backend}, ${shape}, after 10,000 threads and 500,000 steps more`, driver, product, events);
  }
  await product.stop();
  await driver.slack.close();
  await redis?.stop();
}

async function report(what: string, driver: Driver, product: Product, events: string): Promise<void> {
  const rounds: { round: Round; node: number; postgres: number; driver: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const before = cpu(product);
    const round = await driver.run(events, TURNS, AT_ONCE);
    const after = cpu(product);
    const per = (key: keyof typeof after) => (after[key] - before[key]) / TURNS;
    rounds.push({ round, node: per('node'), postgres: per('postgres'), driver: per('driver') });
  }
  const alone = await driver.run(events, ALONE, 1);
  const of = (pick: (r: (typeof rounds)[number]) => number) => median(rounds.map(pick));
  const rss = product.pids.reduce((sum, pid) => sum + usageOf(pid).rssMb, 0);
  console.log(`\n${what}`);
  console.log(`  ${of((r) => r.round.turns / r.round.seconds).toFixed(0)} turns/s`);
  console.log(
    `  ${median(alone.turnMs).toFixed(1)} ms for one turn alone (p99 ${percentile(alone.turnMs, 0.99).toFixed(1)} ms)`,
  );
  console.log(
    `  acknowledged under load in ${of((r) => median(r.round.ackMs)).toFixed(1)} ms (p99 ${of((r) => percentile(r.round.ackMs, 0.99)).toFixed(1)} ms)`,
  );
  console.log(
    `  CPU per turn: ${of((r) => r.node).toFixed(2)} ms Node, ${of((r) => r.postgres).toFixed(2)} ms Postgres, ${of((r) => r.driver).toFixed(2)} ms driver with Slack and model`,
  );
  console.log(`  ${rss.toFixed(0)} MB in the product's Node processes`);
}

function cpu(product: Product): { node: number; postgres: number; driver: number } {
  const node = product.pids.reduce((sum, pid) => sum + usageOf(pid).cpuMs, 0);
  const own = process.cpuUsage();
  const family = usageOf(process.pid).cpuMs;
  const driver = (own.user + own.system) / 1000;
  return { node, driver, postgres: family - node - driver };
}

async function startProduct(shape: string, env: Record<string, string>): Promise<Product> {
  const children: ChildProcess[] = [];
  let url = '';
  for (const [program, part] of SHAPES[shape] ?? []) {
    const child = fork(new URL(program, import.meta.url), [part], { env, execArgv: ['--import', 'tsx'] });
    children.push(child);
    const said = await new Promise<{ url?: string }>((resolve, reject) => {
      child.once('message', (message) => resolve(message as { url?: string }));
      child.once('exit', (code) => reject(new Error(`the product ended with ${code}`)));
    });
    url = said.url ?? url;
  }
  return {
    url,
    pids: children.flatMap(({ pid }) => pid ?? []),
    async stop() {
      for (const child of children) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
      }
    },
  };
}

async function createDatabase(name: string): Promise<string> {
  const admin = new pg.Client(postgres.url);
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(postgres.url);
  url.pathname = name;
  return url.href;
}

async function settings(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(
    "select name || '=' || setting as line from pg_settings where name in ('fsync', 'synchronous_commit', 'server_version')",
  );
  await client.end();
  return `Postgres with ${rows.map((row) => row.line).join(' ')}`;
}
