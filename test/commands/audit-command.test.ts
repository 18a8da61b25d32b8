import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openHeadBook, recordHeads } from '../../core/audit/heads.ts';
import { auditHeads, openAudit } from '../../core/records/audit.ts';
import { prepareDatabase, transitionsSchema } from '../../core/records/install.ts';
import { startEmbedded } from '../../prisma/embedded/start.ts';
import { until } from '../support/app.ts';
import { inRun } from '../support/claim.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { bundled } from '../support/programs.ts';
import { sampleOf } from '../support/seeds.ts';

type Program = { child: ChildProcess; out(): string; err(): string; ended: Promise<number | string> };

let dataDir: string;
let programs: Program[];

beforeEach(async () => {
  dataDir = await mkdtemp(inRun('audit-command-'));
  programs = [];
});
afterEach(async () => {
  for (const program of programs) program.child.kill();
  for (const program of programs) await program.ended;
  await rm(dataDir, { recursive: true });
});

describe('npm run audit, on a Postgres of ours', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await sql(database.url, 'truncate countersign.audit, countersign.audit_contents, countersign.audit_heads');
  });
  const audit = (...args: string[]) => command({ DATABASE_URL: database.url }, args);
  const numbers = async (...args: string[]) =>
    (await audit('--json', ...args)).out
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [(JSON.parse(line) as { seq: number }).seq]));
  const note = (what: object, tenant = 'T0ONE') => noteIn(database.url, what, tenant);

  it('prints a line for each, the newest last, with what was written made harmless', async () => {
    await note({ event: 'call.denied', content: { tool: 'shop__refund', principal: 'staff:U1', reason: 'limit' } });
    await note({
      event: 'approval.signed',
      approval: 'a1',
      content: { by: 'U2', text: 'fine\n2026 forged \u202e\u001b[2J' },
    });

    const { out, code } = await audit();

    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z {2}call\.denied +staff:U1 +shop__refund {2}- {2}reason: limit$/),
      expect.stringMatching(/approval\.signed +U2 +- {2}a1 {2}text: fine\\u\{a\}2026 forged \\u\{202e\}\\u\{1b\}\[2J$/),
      '',
    ]);
  });

  it('chooses what it prints, and prints it as JSON lines', async () => {
    await note({ event: 'call.denied', content: { tool: 'shop__refund' } });
    await note({ event: 'call.denied', content: { tool: 'shop__look' } }, 'T0TWO');

    const { out } = await audit('--json', '--tool', 'shop__look', '--since', '2h', '--kind', 'call');

    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { tenant: 'T0TWO', seq: 1, kind: 'call.denied', tool: 'shop__look', content: { tool: 'shop__look' } },
    ]);
    expect((await audit('--tenant', 'T0NONE')).out).toBe('');
  });

  it('follows what happens, of new tenants too, until it is interrupted', async () => {
    await note({ event: 'before', content: {} });
    const program = start({ DATABASE_URL: database.url }, ['--follow', '--since', '1h']);
    await until(() => program.out().includes('before') || undefined, 'the entry of before');

    await note({ event: 'after', content: {} });
    await note({ event: 'after', content: {} }, 'T0NEW');
    await until(() => program.out().split('after').length > 2 || undefined, 'the entries of after');
    program.child.kill('SIGINT');

    expect(await program.ended).toBe(0);
    const told = program
      .out()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.map(({ kind, tenant, seq }) => `${kind} ${tenant} ${seq}`).sort()).toEqual([
      'after T0NEW 1',
      'after T0ONE 2',
      'before T0ONE 1',
    ]);
  });

  it('verifies: a line for each tenant, and a line and the code 1 for a fault', async () => {
    await note({ event: 'one', content: { n: 1 } });
    await note({ event: 'two', content: { n: 2 } });
    await record(database.url);
    expect(await audit('verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('T0ONE: 2 rows, 0 erased, head 2'),
    });

    await sql(database.url, `update countersign.audit_contents set content = '{}' where kind = 'one'`);
    const { out, code } = await audit('verify');

    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe('T0ONE 1: its content was changed');
  });

  it('says of a tenant that it has no rows, and does not call that whole', async () => {
    await note({ event: 'one', content: {} });

    expect(await audit('verify', '--tenant', 'T0NOPE')).toMatchObject({
      code: 1,
      out: 'T0NOPE: there are no rows of this tenant\n',
    });
    expect((await audit('verify', '--tenant', 'T0ONE')).code).toBe(0);
  });

  const names: [string, number[]][] = [
    ['U1', [1, 2]],
    ['slack:U1', [1, 2]],
    ['slack:T1:U1', [1, 2]],
    ['staff:slack:T1:U1', [1]],
  ];
  it.each(sampleOf('names in the audit', names, 2))('finds who did it by %s', async (who, found) => {
    await note({ event: 'call.denied', content: { principal: 'staff:slack:T1:U1' } });
    await note({ event: 'approval.signed', content: { by: 'slack:T1:U1', person: 'ann' } });
    await note({ event: 'approval.signed', content: { by: 'slack:T1:U11', person: 'slack:U11' } });
    await note({ event: 'approval.signed', content: { by: 'slack:T1:XU1', person: 'slack:XU1' } });

    expect((await numbers('--by', who)).toSorted()).toEqual(found);
  });

  it('finds a person, and a tool as a desk names it', async () => {
    await note({ event: 'approval.signed', content: { by: 'slack:T1:U1', person: 'ann' } });
    await note({ event: 'call.denied', content: { tool: 'shop__refund', principal: 'staff:slack:T1:U2' } });
    await note({ event: 'call.denied', content: { tool: 'shop__look' } });

    expect(await numbers('--by', 'ann')).toEqual([1]);
    expect(await numbers('--tool', 'shop.refund')).toEqual([2]);
    expect(await numbers('--tool', 'shop__refund')).toEqual([2]);
  });

  it('erases what was said of the entries that are named, once, and says so', async () => {
    await note({ event: 'one', content: { name: 'Ann' } });
    await note({ event: 'two', content: { name: 'Ben' } });
    await note({ event: 'other', content: { name: 'Cyd' } }, 'T0TWO');

    const mistyped = await audit('erase', '--tenant', 'T0ONE', '1', '9');
    expect(mistyped).toMatchObject({ code: 1, err: 'T0ONE has no entry 9. Nothing was erased.\n' });
    expect((await audit('--json')).out).toContain('Ann');

    expect(await audit('erase', '--tenant', 'T0ONE', '1')).toMatchObject({ code: 0, out: 'T0ONE: 1 erased\n' });
    expect((await audit('erase', '--tenant', 'T0ONE', '1', '2')).out).toBe(
      'T0ONE: 1 erased, 1 had been erased before\n',
    );
    const left = await audit('--json');
    expect(left.out).not.toMatch(/Ann|Ben/);
    expect(left.out).toMatch(/Cyd/);
    expect(await audit('verify')).toMatchObject({ code: 0, out: expect.stringContaining('T0ONE: 4 rows, 2 erased') });
  });

  it('uses the key of AUDIT_KEY where there is one', async () => {
    await note({ event: 'one', content: {} });
    await record(database.url, 'a key of another place, long enough');

    const right = await command({ DATABASE_URL: database.url, AUDIT_KEY: 'a key of another place, long enough' }, [
      'verify',
    ]);
    const wrong = await command({ DATABASE_URL: database.url, AUDIT_KEY: 'another key of another place, as long' }, [
      'verify',
    ]);

    expect([right.code, wrong.code]).toEqual([0, 1]);
    expect(wrong.out).toContain('bad signature');
  });

  const wrongOptions: [string[], string][] = [
    [['--since', 'yesterday'], '--since is a number'],
    [['--thread', 'x'], '--thread is the number'],
    [['--kinds', 'x'], "Unknown option '--kinds'"],
    [['verfy'], 'npm run audit -- verify'],
    [['erase', '1'], 'erase --tenant T1'],
    [['erase', '--tenant', 'T1', 'all'], 'all is no number of an entry'],
    [['7'], 'npm run audit -- verify'],
  ];
  it.each(sampleOf('options of the audit', wrongOptions, 2))('refuses %j', async (args, text) => {
    const { err, code } = await audit(...args);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(text);
  });
});

describe('npm run audit, on the Postgres of npm start', () => {
  it('says so where there is none', async () => {
    expect(await command({}, [])).toMatchObject({ code: 1, err: expect.stringContaining('There is no database in') });
  });

  it('reads it while it runs, and starts it where it does not', async () => {
    const embedded = await startEmbedded(dataDir, { log: pino({ level: 'silent' }) });
    await prepareDatabase(embedded.url);
    await noteIn(embedded.url, { event: 'kept', content: { n: 1 } }, 'local');
    const running = await command({}, []);
    await embedded.stop();

    const stopped = await command({}, ['verify']);

    expect(running).toMatchObject({ code: 0, out: expect.stringContaining('kept') });
    expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining('local: 1 rows') });
  });
});

/** As `run` does it, with arguments. */
function start(variables: Record<string, string>, args: string[]): Program {
  const child = spawn(process.execPath, [...bundled('scripts/audit.ts'), ...args], {
    cwd: dataDir,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir, ...variables },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const program = { child, out: () => said.out, err: () => said.err, ended };
  programs.push(program);
  return program;
}

async function command(variables: Record<string, string>, args: string[]) {
  const program = start(variables, args);
  const code = await program.ended;
  return { code, out: program.out(), err: program.err() };
}

async function record(url: string, key?: string): Promise<void> {
  const audit = await openAudit(url);
  await recordHeads(await openHeadBook(dataDir, key), await auditHeads(audit), Date.now());
  await audit.close();
}

function noteIn(url: string, what: object, tenant: string): Promise<unknown> {
  return sql(url, `select ${transitionsSchema}.note_audit($1, $2)`, [tenant, JSON.stringify(what)]);
}

async function sql(url: string, text: string, values?: unknown[]): Promise<unknown> {
  const owner = new pg.Client(url);
  await owner.connect();
  try {
    return await owner.query(text, values);
  } finally {
    await owner.end();
  }
}
