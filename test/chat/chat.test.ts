import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FakeModel, type Script, startFakeModel } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { prepareData } from '../support/data.ts';
import { type Program, processesOn, ready, run, workplace } from '../support/process.ts';
import { bundled } from '../support/programs.ts';
import { everyThird } from '../support/seeds.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const script: Script = ({ lastUser, toolResults, messages }) => {
  const [, about = 'nobody'] = /"my" mean user_id (\S+),/.exec(String(messages[0]?.content)) ?? [];
  const said = /\n(.*)\n<\/(?:message|outcome)>/s.exec(lastUser)?.[1] ?? '';
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${said}` };
  if (toolResults.length > 0) return { text: 'It **waits**.' };
  if (said.startsWith('refund')) {
    const amount = Number(/\d+/.exec(said)?.[0]);
    const args = { order_id: 'ORD-1002', amount, reason: 'the clasp is loose' };
    return { calls: [{ name: 'jewelryops__refund_order', arguments: args }] };
  }
  if (said.includes('stolen')) {
    const args = { user_id: 'user_001', card_id: 'CARD-0001', reason: 'stolen' };
    return { calls: [{ name: 'bank__deactivate_card', arguments: args }] };
  }
  if (said.includes('slowly')) return { text: 'A slow answer, word by word.', chunkDelayMs: 120 };
  return { text: `Heard **${said}**, about ${about}.` };
};

const started: ChildProcess[] = [];

const commandOf = (args: string[]) => [...bundled('bot/cli/main.ts'), ...args];

/** The terminal as a process, with what is written into it. */
function chat(cwd: string, args: string[], variables: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables };
  const child = spawn(process.execPath, commandOf(args), { cwd, env });
  started.push(child);
  const out = text(child.stdout);
  const err = text(child.stderr);
  const ended = once(child, 'close').then(async ([code, signal]) => ({
    code: code ?? signal,
    out: await out,
    err: await err,
  }));
  return { child, ended };
}

let model: FakeModel;
let folder: string;
let program: Program;
let url: string;
/** Each starts processes of its own. */
const third = everyThird(it);

beforeAll(async () => {
  folder = workplace();
  model = await startFakeModel(script);
  await prepareData(join(folder, 'data'));
  program = run('start.ts', folder, {
    DATA_DIR: join(folder, 'data'),
    OPENAI_BASE_URL: model.baseUrl,
    LOG_LEVEL: 'error',
  });
  url = await ready(program);
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await program.stop();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the terminal prints for these lines. */
async function printed(lines: string[], ...args: string[]) {
  const { child, ended } = chat(folder, ['--url', url, ...args]);
  child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  return ended;
}

describe('over a pipe, beside a running npm start', () => {
  third('the answer is printed, without marks or escape codes', async () => {
    expect(await printed(["What's my account balance?"], '--desk', 'bank')).toEqual({
      ...{ code: 0, err: '' },
      out: "Assistant: Heard What's my account balance?, about user_001.\n",
    });
  });

  third('a slow answer is printed whole', async () => {
    expect((await printed(['say it slowly'])).out).toBe('Assistant: A slow answer, word by word.\n');
  });

  third('the bank’s own words go to the bank', async () => {
    const { out } = await printed(['user user_002', 'hello', 'reset', 'hello again'], '--desk', 'bank');
    expect(out).toMatch(
      /^✓ Switched to user: user_002\n.*Assistant: Heard hello, about user_002\.\n✓ Conversation reset\n.*Heard hello again, about user_001\.\n$/s,
    );
  });

  third('elsewhere a reset begins a new conversation, and history tells the one at hand', async () => {
    const { out } = await printed(['one', 'reset', 'two', 'history']);
    expect(out).toBe(
      [
        'Assistant: Heard one, about nobody.',
        '✓ Conversation reset',
        'Assistant: Heard two, about nobody.',
        'You: two',
        'Assistant: Heard two, about nobody.',
        '',
      ].join('\n'),
    );
  });

  third('a question is answered with y', async () => {
    const { code, out } = await printed(['my card was stolen', 'y'], '--desk', 'bank');
    expect(out).toMatch(/card_id: "CARD-0001".*Should this be done\? Write y or n\./s);
    expectBoth(out, '✓ Confirmed: deactivate card\n', /^Assistant: Outcome: .*is done/m);
    expect(code).toBe(0);
  });

  third('names the people who may sign, and signs as one of them', async () => {
    const { code, out } = await printed(['refund 20 of ORD-1002', 'user marco', 'y']);
    expect(out).toMatch(/marco, priya or jonas may sign\. Write "user marco" to act as them, then y\./);
    expect(out).toMatch(/✓ Switched to user: marco.*amount: 20.*Do you approve it\? Write y or n\.\n/s);
    expectBoth(out, '✓ Signed: refund order\n', /^Assistant: Outcome: .*is done/m);
    expect(code).toBe(0);
  });

  third('a rejection carries its reason', async () => {
    const { out } = await printed(['refund 30 of ORD-1002', 'user priya', 'n because it was paid back']);
    expect(out).toContain('amount: 30');
    expectBoth(out, '✓ Rejected: refund order\n', /^Assistant: Outcome: .*rejected.*it was paid back/m);
  });

  third('nobody signs what was not on their screen, nor what they may not', async () => {
    const asked = await printed(['refund 40 of ORD-1002', 'y']);
    expect(asked.out).not.toContain('✓ Signed');
    const { out } = await printed(['y', 'n'], '--user', 'jonas');
    expect(out).toMatch(/amount: 40.*Do you approve it\? Write y or n\.\n✓ Rejected: refund order\n$/s);
  });

  third('a desk and a person that are not there are told, with those that are', async () => {
    const { code, out } = await printed(['desk lamp', 'user nobody', 'desk store', 'hello']);
    expect(out).toContain('There is no desk "lamp". There are: jewelry, bank, helpdesk, it, store.');
    expect(out).toContain('There is nobody called "nobody" here. There are: lisa, marco,');
    expect(out).toMatch(/✓ At the desk: Store,.*Heard hello/s);
    expect(code).toBe(1);
    expect(await printed([], '--desk', 'lamp')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no desk "lamp"'),
    });
    expect(await printed([], '--user', 'nobody')).toMatchObject({
      code: 1,
      err: expect.stringContaining('nobody called'),
    });
  });

  third('a refusal ends its own command only, and nobody waits for it', async () => {
    const begun = Date.now();
    const { code, out } = await printed(['x'.repeat(40_001)]);
    expect([code, out]).toEqual([1, expect.stringContaining('Too big')]);
    expect(Date.now() - begun).toBeLessThan(60_000);
  });

  third('ends without a word when its reader stops, as head does', async () => {
    const piped = ['-c', `printf 'one\\ntwo\\n' | "$@" | true`, 'sh', process.execPath, ...commandOf(['--url', url])];
    const child = spawn('sh', piped, { cwd: folder });
    started.push(child);
    expect(await text(child.stderr)).toBe('');
  });

  third('does not repeat earlier messages to a person', async () => {
    const command = { user: 'U0PRIYA', text: '/countersign', channel: 'C0GENERAL' };
    await fetch(`${url}/playground/command`, { method: 'POST', body: JSON.stringify(command) });
    expect((await printed(['hello'], '--user', 'priya')).out).toBe('Assistant: Heard hello, about nobody.\n');
  });

  third('help says what can be written, and whom the bank’s words go to', async () => {
    const { out } = await printed(['help', 'user', 'desk'], '--desk', 'bank');
    expect(out).toMatch(/user <name>.*these words go to the desk itself: reset, user\./s);
    expect(out).toContain('Marco Rossi. A manager');
    expect(out).toMatch(/^\* bank +Bank customer support/m);
  });
});

describe('where no npm start is found', () => {
  third('an address that was given is told', async () => {
    const { code, err } = await chat(folder, ['--url', 'http://127.0.0.1:1']).ended;
    expect([code, err]).toEqual([
      1,
      'Nothing answers at http://127.0.0.1:1: start it there with npm start, or correct --url.\n',
    ]);
  });

  third('what else answers there is not taken for one, and one in the same folder is not driven out', async () => {
    const other = createServer((_req, res) => res.end('a shop')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const { code, err } = await chat(folder, [], { PORT: port, DATA_DIR: join(folder, 'data') }).ended;
    expect(code).toBe(1);
    expect(err).toMatch(/is in use by process \d+.*Give its address with --url/s);
    other.close();
    expect((await printed(['still there?'])).out).toContain('Heard still there?');
  });

  third('everything is started for the conversation, and ended after it', async () => {
    const own = workplace();
    const variables = { PORT: '1', DATA_DIR: join(own, 'data'), OPENAI_BASE_URL: model.baseUrl };
    const { child, ended } = chat(own, ['--desk', 'bank'], variables);
    child.stdin?.end("What's my account balance?");
    expect(await ended).toEqual({
      ...{ code: 0, err: '' },
      out: "Assistant: Heard What's my account balance?, about user_001.\n",
    });
    await until(() => processesOn(own).length === 0 || undefined, 'everything to be gone');

    const again = chat(own, ['--desk', 'bank'], variables);
    again.child.stdin?.write('hello\n');
    const [first] = await once(again.child.stdout!, 'data');
    expect(String(first)).toContain('Heard hello');
    again.child.kill('SIGINT');
    expect((await again.ended).code).toBe(130);
    await until(() => processesOn(own).length === 0 || undefined, 'everything to be gone');
    rmSync(own, { recursive: true, force: true });
  });
});

/** The word on what was pressed and the word on what came of it travel by two ways: either may be the first. */
function expectBoth(out: string, pressed: string, outcome: RegExp): void {
  expect(out).toContain(pressed);
  expect(out).toMatch(outcome);
}
