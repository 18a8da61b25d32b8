import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { everyThird } from '../support/seeds.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let clone: string;
let tools: string;

/** Each installs and builds a copy of the repository. */
const third = everyThird(test);

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'countersign-clone-'));
  for (const path of ['scripts', 'prisma/schema', 'prisma.config.ts', 'package.json', 'package-lock.json']) {
    cpSync(join(root, path), join(clone, path), { recursive: true });
  }
  tools = join(clone, 'tools');
  mkdirSync(tools);
  npmThat(`ln -s ${JSON.stringify(join(root, 'node_modules'))} node_modules`);
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

/** As a preparation has left it that generated the client; that takes seconds. */
function alreadyGenerated(): void {
  cpSync(join(root, 'prisma/client'), join(clone, 'prisma/client'), { recursive: true });
}

third('a fresh clone is installed and its client generated, and stdout stays clean', async () => {
  const first = await prepare();
  expect(first).toEqual({ code: 0, out: '', err: 'Installing packages …\n' });
  expect(calls()).toEqual(['ci --loglevel=error']);
  expect(existsSync(join(clone, 'prisma/client/client.ts'))).toBe(true);

  expect(await prepare()).toEqual({ code: 0, out: '', err: '' });
  expect(calls()).toHaveLength(1);
});

third('two programs started at once install once', async () => {
  alreadyGenerated();
  npmThat(`sleep 0.5; ln -s ${JSON.stringify(join(root, 'node_modules'))} node_modules`);
  const both = await Promise.all([prepare(), prepare()]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(calls()).toHaveLength(1);
});

third('a changed schema is generated anew, without an install', async () => {
  alreadyGenerated();
  await prepare();
  const schema = join(clone, 'prisma/schema/countersign.prisma');
  writeFileSync(
    schema,
    `${readFileSync(schema, 'utf8')}\nmodel Later {\n  id Int @id\n\n  @@schema("countersign")\n}\n`,
  );

  await prepare();

  expect(readFileSync(join(clone, 'prisma/client/client.ts'), 'utf8')).toContain('Later');
  expect(calls()).toHaveLength(1);
});

third('a lock file that names another version is installed', async () => {
  alreadyGenerated();
  await prepare();
  const lock = join(clone, 'package-lock.json');
  const packages = JSON.parse(readFileSync(lock, 'utf8'));
  packages.packages['node_modules/zod'].version = '99.0.0';
  writeFileSync(lock, JSON.stringify(packages));
  npmThat('true');

  await prepare();

  expect(calls()).toHaveLength(2);
});

third('an install that fails ends it with one line more than npm said, and the next start tries again', async () => {
  alreadyGenerated();
  npmThat('echo "npm error network" >&2; exit 1');
  const failed = await prepare();
  expect(failed).toMatchObject({ code: 1, out: '' });
  expect(failed.err.trimEnd().split('\n')).toEqual([
    'Installing packages …',
    'npm error network',
    expect.stringMatching(/^npm ci failed, .* run npm ci yourself\.$/),
  ]);

  npmThat(`ln -s ${JSON.stringify(join(root, 'node_modules'))} node_modules`);
  expect(await prepare()).toMatchObject({ code: 0 });
});

describe('the page of the playground', () => {
  beforeEach(() => {
    alreadyGenerated();
    cpSync(join(root, 'tsconfig.json'), join(clone, 'tsconfig.json'));
    cpSync(join(root, 'playground/page'), join(clone, 'playground/page'), {
      recursive: true,
      filter: (path) => !path.endsWith('dist'),
    });
  });
  const built = (name: string) => join(clone, 'playground/page/dist', name);

  third('is built, compressed beforehand, and again only when its sources changed', async () => {
    expect(await prepare()).toMatchObject({ code: 0, out: '', err: 'Installing packages …\n' });
    const page = readFileSync(built('index.html'), 'utf8');
    const [script = ''] = /assets\/index-[\w-]+\.js/.exec(page) ?? [];
    expect(statSync(built(`${script}.br`)).size).toBeLessThan(statSync(built(script)).size / 2);
    expect(existsSync(built(`${script}.gz`))).toBe(true);

    const first = statSync(built('index.html')).mtimeMs;
    await prepare();
    expect(statSync(built('index.html')).mtimeMs).toBe(first);

    const source = join(clone, 'playground/page/index.html');
    writeFileSync(source, readFileSync(source, 'utf8').replace('<title>', '<title>Another '));
    await prepare();
    expect(readFileSync(built('index.html'), 'utf8')).toContain('<title>Another ');
  });

  test('is left out with a word where Vite is not installed', async () => {
    const packages = JSON.stringify(join(root, 'node_modules'));
    npmThat(
      `mkdir node_modules; ln -s ${packages}/.package-lock.json ${packages}/* node_modules; rm node_modules/vite`,
    );
    expect(await prepare()).toEqual({
      code: 0,
      out: '',
      err: 'Installing packages …\nVite is not installed, as in production, so the page of the playground is left out.\n',
    });
    expect(existsSync(built('index.html'))).toBe(false);
  });
});

/** Stands for npm: notes how it was called, talks on stdout as npm does, and does what the test says. */
function npmThat(does: string): void {
  const script = `#!/bin/sh\necho "$@" >> ${JSON.stringify(join(clone, 'calls'))}\necho added 300 packages\n${does}\n`;
  writeFileSync(join(tools, 'npm'), script, { mode: 0o755 });
}

function calls(): string[] {
  return readFileSync(join(clone, 'calls'), 'utf8').trimEnd().split('\n');
}

async function prepare(): Promise<{ code: number; out: string; err: string }> {
  const path = [tools, dirname(process.execPath), process.env.PATH].join(delimiter);
  const child: ChildProcess = spawn(process.execPath, [join(clone, 'scripts/prepare.mjs')], {
    env: { PATH: path, HOME: process.env.HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { code, out, err };
}
