import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { startFakeModel } from '../fakes/model/server.ts';
import { channel, until } from '../support/app.ts';
import { prepareData } from '../support/data.ts';
import { type Program, processesOn, ready, run, workplace } from '../support/process.ts';
import { bundled, fromSource } from '../support/programs.ts';
import { sampleOf } from '../support/seeds.ts';

type Part = { close(): unknown };

let folder: string;
let programs: Program[];
let parts: Part[];

function begin(): void {
  folder = workplace();
  programs = [];
  parts = [];
}

async function end(): Promise<void> {
  for (const { child } of programs) child.kill('SIGKILL');
  await until(() => processesOn(folder).length === 0 || undefined, 'everything to be gone');
  await Promise.all(parts.map((part) => part.close()));
  rmSync(folder, { recursive: true, force: true });
}

/** As a first start has left it. */
function onUsedData(): void {
  beforeEach(async () => {
    begin();
    await prepareData(join(folder, 'data'));
  });
  afterEach(end);
}

describe('npm start with nothing configured', () => {
  let program: Program;
  let url: string;
  beforeAll(async () => {
    begin();
    program = start({}, fromSource);
    url = await ready(program);
  });
  afterAll(end);

  test('is ready with everything in one process, says what stands in, and answers', async () => {
    const healthy = async () => {
      const health = await fetch(`${url}/health`);
      return health.status === 200 ? health : undefined;
    };
    const health = await until(healthy, 'all parts to be up');

    expect(await health.json()).toMatchObject({
      status: 'ok',
      parts: {
        ...{ database: 'up', queue: 'BullMQ on Postgres', slack: 'up: Playground by HTTP', mail: 'up: mock' },
        tools: expect.stringMatching(/^(\w+ (up|standby)(, |$)){11}$/),
      },
    });
    expect(program.out()).toMatch(/Postgres +embedded, in .* → DATABASE_URL\n/);
    expect(program.out()).toMatch(/Slack +a stand-in workspace +→ SLACK_BOT_TOKEN\n/);
    expect(program.out()).toMatch(/Model +a stand-in +→ OPENAI_API_KEY or OPENAI_BASE_URL\n/);
    expect(program.out()).toMatch(/Tools +11 servers: jewelryops, \w+, … +→ mcp\.json, for more\n/);
    expect(columnsOf(program.out())).toHaveLength(1);
    expect(program.out().match(/http:\/\//g)).toHaveLength(1);

    const { thread } = await say(url, { text: 'who is Lisa Park?' });
    expect(await answerIn(url, thread)).toContain('CUST-001');
  });

  test('talks to this machine only, and to no page of another site', async () => {
    const before = await messages(url);
    const body = JSON.stringify({ text: 'refund everything' });
    const port = new URL(url).port;

    const foreignPage = await fetch(`${url}/playground/say`, {
      method: 'POST',
      body,
      headers: { origin: 'https://evil.example' },
    });
    const otherPort = await fetch(`${url}/playground/say`, {
      method: 'POST',
      body,
      headers: { origin: 'http://127.0.0.1:1' },
    });
    const rebound = await statusWithHost(Number(port), `evil.example:${port}`);

    expect([foreignPage.status, otherPort.status, rebound]).toEqual([403, 403, 403]);
    expect(await messages(url)).toEqual(before);
  });

  test('SIGTERM ends all of it, and a second start finds the rows of the first', async () => {
    const before = await messages(url);
    expect(before).not.toEqual([]);
    expect(await program.stop()).toBe(0);
    expect(processesOn(folder)).toEqual([]);
    expect(program.err()).toBe('');

    const second = start();
    expect(await messages(await ready(second))).toEqual(before);
    expect(second.out()).not.toContain('creating the database');

    // As Ctrl-C under npm: from the terminal, and once more from npm.
    second.child.kill('SIGINT');
    await sleep(20);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(processesOn(folder)).toEqual([]);
  });
});

describe('npm start that loses its Postgres', () => {
  onUsedData();

  test('ends with one line, so that it is started again', async () => {
    const program = start();
    await ready(program);
    const server = Number(readFileSync(join(folder, 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(server, 'SIGKILL');
    expect(await program.ended).toBe(1);
    expect(program.err()).toMatch(/^The embedded Postgres ended by itself \(code \d+\): start again\.\n/m);
  });
});

describe('npm start, each part replaced on its own', () => {
  onUsedData();

  test('a model of your own answers in the stand-in workspace', async () => {
    const model = await scripted();
    const url = await ready(start({ OPENAI_BASE_URL: model.baseUrl }));

    const { thread } = await say(url, { text: 'who is Lisa Park?', user: 'U0MARCO' });
    expect(await answerIn(url, thread)).toContain('CUST-');
    await say(url, { text: 'and again?', thread });
    await until(async () => (await messages(url, thread)).length === 4 || undefined, 'the second answer');
  });

  test('a question that everything was killed over is answered once by the next start', async () => {
    const slack = await openSlack();
    const model = await startFakeModel(() => ({ hang: true }));
    parts.push(model);
    const variables = { ...accountOf(slack), OPENAI_BASE_URL: model.baseUrl };
    slack.connect({ kind: 'http', urls: [`${await ready(start(variables))}/slack/events`] });
    const { ts } = await slack.say({ user: 'U0LISA', channel, text: `<@${slack.botUserId}> hello` });
    await until(() => model.ledger.length > 0 || undefined, 'the model to be asked');

    for (const pid of processesOn(folder)) process.kill(pid, 'SIGKILL');
    for (const { child } of programs) child.kill('SIGKILL');
    await until(() => processesOn(folder).length === 0 || undefined, 'everything to be gone');
    model.script(() => ({ text: 'Hello again.' }));
    const next = start(variables);
    await ready(next);
    await until(() => answered(slack, ts).length > 0 || undefined, 'the answer', 30_000);
    await next.stop();

    expect(answered(slack, ts).map(({ text }) => text)).toEqual([expect.stringContaining('Hello again.')]);
  });

  test('SIGTERM lets the turn in flight answer first', async () => {
    const slack = await openSlack();
    const model = await startFakeModel(() => ({ hang: true }));
    parts.push(model);
    let say: (answer: { text: string }) => void = () => {};
    model.script(() => new Promise((tell) => (say = tell)));
    const program = start({ ...accountOf(slack), OPENAI_BASE_URL: model.baseUrl });
    slack.connect({ kind: 'http', urls: [`${await ready(program)}/slack/events`] });
    const { ts } = await slack.say({ user: 'U0LISA', channel, text: `<@${slack.botUserId}> hello` });
    await until(() => model.ledger.length > 0 || undefined, 'the model to be asked');

    const ended = program.stop();
    setTimeout(() => say({ text: 'Just in time.' }), 500);

    expect(await ended).toBe(0);
    expect(answered(slack, ts).map(({ text }) => text)).toEqual([expect.stringContaining('Just in time.')]);
    expect(processesOn(folder)).toEqual([]);
  });
});

describe('npm start says in one line why it cannot start', () => {
  onUsedData();

  const cases: [string, () => Promise<Record<string, string>> | Record<string, string>, RegExp][] = [
    ['a wrong variable', () => ({ PORT: 'soon' }), /^PORT must be a whole number from 0 to 65535\.$/],
    [
      'a taken port',
      takenPort,
      /^PORT \d+ on 127\.0\.0\.1 cannot be opened \(EADDRINUSE\): set PORT to a free one, .*\.$/,
    ],
    ['a broken desk', brokenDesk, /^desks\/jewelry\.yaml:2: .*$/],
    ['a broken mcp.json', brokenServers, /^mcp\.json: it is not valid JSON.*$/],
    [
      'a database out of reach',
      lostDatabase,
      /^The database at 127\.0\.0\.1:1\/none cannot be reached .*: check DATABASE_URL\.$/,
    ],
    ['a refused token', refusedToken, /^SLACK_BOT_TOKEN is refused by Slack \(invalid_auth\): .*\.$/],
    [
      'a data folder that cannot be',
      () => ({ DATA_DIR: '/dev/null/x' }),
      /^DATA_DIR \/dev\/null\/x cannot be used \(ENOTDIR\): set it to a folder that may be made or written\.$/,
    ],
    [
      'a .env that is a folder',
      folderForEnv,
      /^\.env is a folder: make it a file of lines NAME=value, or move it away\.$/,
    ],
    ['a data folder in use', usedFolder, /^.* is in use by process \d+: stop that one first, or set DATA_DIR .*\.$/],
  ];

  test.each(sampleOf('refused starts', cases, 3))('%s', async (_, arrange, line) => {
    const variables = await arrange();
    const running = processesOn(folder);

    const program = start(variables);

    expect(await program.ended).toBe(1);
    expect(program.err().trimEnd()).toMatch(line);
    expect(program.out()).not.toContain('ready');
    expect(running).toEqual(expect.arrayContaining(processesOn(folder)));
  });

  async function takenPort() {
    const squatter = createTcpServer().listen(0, '127.0.0.1');
    parts.push(squatter);
    await until(() => squatter.listening || undefined, 'the port to be taken');
    return { PORT: String((squatter.address() as AddressInfo).port) };
  }

  function folderForEnv() {
    mkdirSync(join(folder, '.env'));
    return {};
  }

  function brokenDesk() {
    writeFileSync(join(folder, 'desks', 'jewelry.yaml'), 'title: [\n');
    return {};
  }

  function brokenServers() {
    writeFileSync(join(folder, 'mcp.json'), '{ "mcpServers": ');
    return {};
  }

  function lostDatabase() {
    return { DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/none' };
  }

  async function refusedToken() {
    const slack = await openSlack();
    return { ...accountOf(slack), SLACK_BOT_TOKEN: 'xoxb-of-somebody-else' };
  }

  async function usedFolder() {
    await ready(start());
    return {};
  }
});

function start(variables: Record<string, string> = {}, how = bundled): Program {
  const program = run('start.ts', folder, { DATA_DIR: join(folder, 'data'), ...variables }, how);
  programs.push(program);
  return program;
}

async function scripted() {
  const model = await startFakeModel(({ toolResults }) =>
    toolResults.length === 0
      ? { calls: [{ name: 'jewelryops__search_customers', arguments: { query: 'Lisa Park' } }] }
      : { text: `I found: ${toolResults[0]?.content}` },
  );
  parts.push(model);
  return model;
}

async function openSlack(): Promise<SlackWorkspace & { apiUrl: string }> {
  const slack = createWorkspace({ retryDelaysMs: [100, 300, 1000] });
  parts.push(slack);
  return { ...slack, ...(await slack.listen()) };
}

function accountOf(slack: SlackWorkspace & { apiUrl: string }): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
  };
}

/** Where the arrows of the table stand. */
function columnsOf(out: string): number[] {
  return [...new Set(out.split('\n').flatMap((line) => (line.includes('→') ? [line.indexOf('→')] : [])))];
}

function answered(slack: SlackWorkspace, thread: string) {
  return slack.messages(channel, thread).filter(({ user, streaming }) => user === slack.botUserId && !streaming);
}

type Shown = { user: string; text: string; streaming?: true };

async function say(url: string, said: object): Promise<{ thread: string }> {
  const response = await fetch(`${url}/playground/say`, { method: 'POST', body: JSON.stringify(said) });
  expect(response.status).toBe(200);
  return response.json() as Promise<{ thread: string }>;
}

async function messages(url: string, thread?: string): Promise<Shown[]> {
  const response = await fetch(`${url}/playground/messages${thread ? `?thread=${thread}` : ''}`);
  return ((await response.json()) as { messages: Shown[] }).messages;
}

function answerIn(url: string, thread: string): Promise<string> {
  return until(async () => {
    const last = (await messages(url, thread)).at(-1);
    return last?.user === 'countersign' && !last.streaming ? last.text : undefined;
  }, 'an answer');
}

/** fetch does not let a caller choose the Host. */
function statusWithHost(port: number, host: string): Promise<number | undefined> {
  return new Promise((tell, fail) => {
    const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '/playground/say', headers: { host } });
    asked.on('response', (response) => tell(response.resume().statusCode)).on('error', fail);
    asked.end(JSON.stringify({ text: 'refund everything' }));
  });
}
