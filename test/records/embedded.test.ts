import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../prisma/embedded/start.ts';
import { inRun } from '../support/claim.ts';
import { bundled } from '../support/programs.ts';
import { everyThird, sampleOf } from '../support/seeds.ts';

/** Each starts a Postgres of its own. */
const third = everyThird(test);

const log = pino({ level: 'silent' });

let dataDir: string;
let others: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(inRun('embedded-'));
  others = [];
});

afterEach(async () => {
  for (const other of others) other.kill('SIGKILL');
  await until(() => !isAlive(serverPid()));
  await rm(dataDir, { recursive: true, force: true });
});

describe('an embedded Postgres', () => {
  third('keeps rows, port and password from one run to the next', async () => {
    const first = await startEmbedded(dataDir, { log });
    await query(first.url, 'create table kept (word text); insert into kept values ($$still here$$)');
    await first.stop();

    const second = await startEmbedded(dataDir, { log });
    const rows = await query(second.url, 'select word from kept');
    await second.stop();

    expect(rows).toEqual([{ word: 'still here' }]);
    expect(second.url).toBe(first.url);
  });

  third('keeps its password to its owner and lets nobody in without it', async () => {
    const server = await startEmbedded(dataDir, { log });
    const wrong = new URL(server.url);
    wrong.password = 'guessed';

    const refusal = await query(wrong.href, 'select 1').catch((error: Error) => error.message);
    await server.stop();

    expect(refusal).toContain('password authentication failed');
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
  });

  third('never gives up a committed row for speed', async () => {
    const server = await startEmbedded(dataDir, { log });
    const sql = `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`;
    const rows = await query(server.url, sql);
    await server.stop();
    expect(rows).toEqual([{ fsync: 'on', commit: 'on' }]);
  });

  third('moves to another port when the remembered one is taken', async () => {
    const first = await startEmbedded(dataDir, { log });
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');

    const second = await startEmbedded(dataDir, { log });
    await query(second.url, 'select 1');
    await second.stop();
    squatter.close();

    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
  });

  third('refuses a second start on the same folder in one line, and the first goes on', async () => {
    const first = await startEmbedded(dataDir, { log });
    const refusal = await startEmbedded(dataDir, { log }).catch((error: Error) => error.message);
    await query(first.url, 'select 1');
    await first.stop();
    expect(refusal).toMatch(/^.* is in use by process \d+: stop that one first, or set DATA_DIR to another folder\.$/);
  });

  third('of two first starts at once one wins and the other says why', async () => {
    const [one, two] = await Promise.all([startOther(), startOther()]);
    expect([one.url, two.url].filter(Boolean)).toHaveLength(1);
    expect(one.complaint + two.complaint).toContain('is in use by');
    expect(drafts()).toEqual([]);
  });
});

third('a server that ends by itself says so, and one that is stopped does not', async () => {
  const said: string[] = [];
  const first = await startEmbedded(dataDir, { log });
  void first.lost.then((line) => said.push(line));
  await first.stop();
  expect(said).toEqual([]);

  const second = await startEmbedded(dataDir, { log });
  process.kill(serverPid(), 'SIGKILL');
  expect(await second.lost).toMatch(/^The embedded Postgres ended by itself \(code \d+\): start again\.$/);
});

describe('after a crash', () => {
  third('the server ends with its killed process and the next start finds the rows', async () => {
    const other = await startOther();
    await query(other.url, 'create table kept (word text); insert into kept values ($$survived$$)');
    const server = serverPid();

    other.child.kill('SIGKILL');
    await until(() => !isAlive(server));

    const next = await startEmbedded(dataDir, { log });
    expect(await query(next.url, 'select word from kept')).toEqual([{ word: 'survived' }]);
    await next.stop();
  });

  third('a stale postmaster.pid after everything was killed is no obstacle', async () => {
    const other = await startOther();
    await query(other.url, 'create table kept (word text); insert into kept values ($$survived$$)');
    for (const pid of [...watchersOf(serverPid()), serverPid()]) process.kill(pid, 'SIGKILL');
    other.child.kill('SIGKILL');
    await until(() => !isAlive(serverPid()));

    const next = await startEmbedded(dataDir, { log });
    expect(await query(next.url, 'select word from kept')).toEqual([{ word: 'survived' }]);
    await next.stop();
  });

  third('a number in postmaster.pid that another program has now is no obstacle', async () => {
    const first = await startEmbedded(dataDir, { log });
    await first.stop();
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    writeFileSync(file, `${process.ppid}\n${join(dataDir, 'postgres')}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`);

    const next = await startEmbedded(dataDir, { log });
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await next.stop();
  });

  third('a server cut off from its dead process is stopped by the next start', async () => {
    const other = await startOther();
    const orphan = serverPid();
    for (const pid of watchersOf(orphan)) process.kill(pid, 'SIGKILL');
    other.child.kill('SIGKILL');
    await once(other.child, 'exit');
    expect(isAlive(orphan)).toBe(true);

    const next = await startEmbedded(dataDir, { log });
    expect(isAlive(orphan)).toBe(false);
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await next.stop();
  });

  third('a first start that died while creating the database is begun anew', async () => {
    const other = startStarter();
    await until(() => drafts().some((draft) => existsSync(join(dataDir, draft, 'PG_VERSION'))));
    other.kill('SIGKILL');
    await once(other, 'exit');

    const next = await startEmbedded(dataDir, { log });
    expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await next.stop();
    expect(drafts()).toEqual([]);
  });
});

third('a folder that is no database is reported, not touched', async () => {
  mkdirSync(join(dataDir, 'postgres'));
  writeFileSync(join(dataDir, 'postgres', 'precious.txt'), 'mine');

  const refusal = await startEmbedded(dataDir, { log }).catch((error: Error) => error.message);

  expect(refusal).toContain('is not a database');
  expect(readFileSync(join(dataDir, 'postgres', 'precious.txt'), 'utf8')).toBe('mine');
});

describe('a data folder that is broken is reported in one line that says what to do:', () => {
  const cluster = () => join(dataDir, 'postgres');
  const broken: [string, () => void, RegExp][] = [
    [
      'made by another version',
      () => writeFileSync(join(cluster(), 'PG_VERSION'), '16\n'),
      /was made by Postgres 16, .*: move that folder away .*, or run it with a Postgres 16 and set DATABASE_URL to that\.$/,
    ],
    [
      'without its settings',
      () => rmSync(join(cluster(), 'postgresql.conf')),
      /^The embedded Postgres did not start: could not access the server configuration file .*move it away to begin/,
    ],
    [
      'with an empty control file',
      () => writeFileSync(join(cluster(), 'global', 'pg_control'), ''),
      /^The embedded Postgres did not start: could not read file .*move it away to begin/,
    ],
    ['without its tables', () => rmSync(join(cluster(), 'base'), { recursive: true }), /missing or damaged: put back/],
    [
      'a file where a folder should be',
      () => {
        rmSync(cluster(), { recursive: true });
        writeFileSync(cluster(), '');
      },
      /is not a database: move it away/,
    ],
  ];

  test.each(sampleOf('broken folders', broken, 2))('%s', async (_, breakIt, line) => {
    await (await startEmbedded(dataDir, { log })).stop();
    breakIt();

    const refusal = await startEmbedded(dataDir, { log }).catch((error: Error) => error.message);

    expect(refusal).toMatch(line);
    expect(refusal).not.toContain('\n');
    expect(refusal).toContain(cluster());
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function startStarter(): ChildProcess {
  const child = spawn(process.execPath, [...bundled('test/records/starter.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  others.push(child);
  return child;
}

async function startOther(): Promise<{ child: ChildProcess; url: string; complaint: string }> {
  const child = startStarter();
  let url = '';
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += chunk;
  });
  const started = new Promise<void>((tell) => {
    child.stdout?.on('data', (chunk) => {
      url += chunk;
      tell();
    });
  });
  await Promise.race([started, once(child, 'close')]);
  return { child, url: url.trim(), complaint };
}

function serverPid(): number {
  try {
    return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return 0;
  }
}

/** The shells that would stop the server with its process. */
function watchersOf(server: number): number[] {
  const shell = parentOf(server);
  const numbers = readdirSync('/proc').map(Number).filter(Boolean);
  return [...numbers.filter((pid) => pid !== server && parentOf(pid) === shell), shell];
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function drafts(): string[] {
  return readdirSync(dataDir).filter((name) => name.includes('draft'));
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error('waited 10 seconds in vain');
    await sleep(20);
  }
}
