import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../core/env.ts';
import type { Script, ScriptedOutput } from '../fakes/model/server.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { query } from '../support/door.ts';
import { sampledBackends } from '../support/seeds.ts';

const faults: Record<string, { output: ScriptedOutput; notice: string }> = {
  limited: { output: { status: 429, retryAfter: 0 }, notice: 'rate-limited' },
  'limited for six seconds': { output: { status: 429, retryAfter: 6 }, notice: 'rate-limited' },
  'limited for no stated time': { output: { status: 429 }, notice: 'rate-limited' },
  broken: { output: { status: 500 }, notice: 'has trouble' },
  'cut off': { output: { reset: true }, notice: 'cannot be reached' },
  dying: { output: { text: 'Half an answer that', chunkSize: 4, dieAfterChunks: 3 }, notice: 'keeps breaking' },
  garbled: { output: { malformedSse: true }, notice: 'keeps breaking' },
  'closed to us': { output: { status: 401 }, notice: 'its key and settings' },
};

type Away = { names: Set<string>; script: Script };

/** Fails for questions that name a fault, as long as the model is away in that way. */
function awayModel(): Away {
  const names = new Set(Object.keys(faults));
  const script: Script = ({ lastUser, toolResults, messages }) => {
    const fault = /while ([^!?]*)!/.exec(lastUser)?.[1] ?? '';
    if (lastUser.includes('look first') && toolResults.length === 0) {
      return { calls: [{ name: 'jewelryops__get_order', arguments: { order_id: 'ORD-1001' } }] };
    }
    if (names.has(fault)) return faults[fault]?.output ?? { hang: true };
    return { text: `Answered: ${messages.filter(({ role }) => role === 'user').length} messages` };
  };
  return { names, script };
}

async function say(app: App, text: string, thread?: string, user = 'U0LISA'): Promise<string> {
  const mention = thread ? text : `<@${app.slack.botUserId}> ${text}`;
  return (await app.slack.say({ user, channel, text: mention, ...(thread ? { thread_ts: thread } : {}) })).ts;
}

async function noticed(app: App, thread: string, notice: string): Promise<void> {
  const isThere = () => app.replies(channel, thread).some(({ text }) => text.includes(notice)) || undefined;
  await until(isThere, `the notice that the model ${notice}`);
}

async function settled(app: App, thread: string, expected: number, ms = 30_000): Promise<string[]> {
  const shown = await until(
    () => {
      const replies = app.replies(channel, thread);
      return replies.length >= expected && replies.every(({ streaming }) => !streaming) ? replies : undefined;
    },
    `${expected} replies`,
    ms,
  );
  return shown.map(({ text }) => text);
}

/** A message that was begun before the model went away is completed in place, so answers are told by their text. */
function answers(app: App, thread: string, expected: number): Promise<string[]> {
  const found = () => app.replies(channel, thread).flatMap(({ text }) => (text.startsWith('Answered') ? [text] : []));
  return until(() => (found().length >= expected ? found() : undefined), `${expected} answers`, 30_000);
}

describe.each(sampledBackends('turns/agent-away'))('a model that is away, on %s', (backend) => {
  const away = awayModel();
  let app: App;
  beforeAll(async () => {
    app = await startApp(backend, away.script);
  });
  afterAll(() => app.close());

  it('costs one notice, whatever ails it, and the answer comes when it is back', async () => {
    const names = Object.keys(faults);
    const threads = await Promise.all(names.map((name) => say(app, `what now, while ${name}!`)));
    for (const [at, name] of names.entries()) await noticed(app, threads[at]!, faults[name]!.notice);

    away.names.clear();

    for (const [at, name] of names.entries()) {
      expect(await answers(app, threads[at]!, 1), name).toEqual(['Answered: 1 messages']);
      const texts = app.replies(channel, threads[at]!).map(({ text }) => text);
      expect(texts, name).toHaveLength(2);
      expect(
        texts.filter((text) => text.includes('Your message is kept')),
        name,
      ).toHaveLength(1);
    }
  });

  it('answers what came in meanwhile together with the question, unless it had begun on it', async () => {
    away.names.add('broken');
    const untouched = await say(app, 'first, while broken!');
    const begun = await say(app, 'look first, while broken!');
    for (const thread of [untouched, begun]) await noticed(app, thread, 'has trouble');
    await say(app, 'second', untouched);
    await say(app, 'third', untouched);
    await say(app, 'a fourth', untouched, 'U0MARCO');
    await say(app, 'one more', begun);

    away.names.clear();

    // One notice; then one answer to Lisa's three, one to Marco's. The begun one is answered by itself.
    expect(await answers(app, untouched, 2)).toEqual(['Answered: 2 messages', 'Answered: 3 messages']);
    expect(await answers(app, begun, 2)).toEqual(['Answered: 1 messages', 'Answered: 2 messages']);
    const asked = app.model.ledger.filter(({ status }) => status === 200).map(({ body }) => body.messages);
    const spoken = asked.map((messages) => messages.map(({ content }) => content ?? '').join('\n'));
    expect(spoken.find((text) => text.includes('third'))).toMatch(/first.*second.*third/s);
    expect(spoken.filter((text) => text.includes('look first') && !text.includes('one more')).length).toBeGreaterThan(
      1,
    );
  });

  it('that hangs is told after a while, and that no one listens at too', async () => {
    away.names.add('hanging');
    const model = { kind: 'openai', apiKey: 'test', baseUrl: app.model.baseUrl, model: 'm' } as const;
    const impatient: Env['model'] & { firstByteTimeoutMs: number } = { ...model, firstByteTimeoutMs: 300 };
    await app.restartWorkers({ model: impatient });
    const hanging = await say(app, 'hello, while hanging!');
    expect((await settled(app, hanging, 1))[0]).toContain('not answering in time');

    await app.restartWorkers({ model: { ...model, baseUrl: 'http://127.0.0.1:9/v1' } });
    const refused = await say(app, 'hello, is anyone there?');
    expect((await settled(app, refused, 1))[0]).toContain('cannot be reached');

    away.names.clear();
    await app.restartWorkers({ model });
    expect((await settled(app, hanging, 2))[1]).toBe('Answered: 1 messages');
    expect((await settled(app, refused, 2))[1]).toBe('Answered: 1 messages');
  });

  it('does not go on with a record that it cannot read, but says so', async () => {
    away.names.add('closed to us');
    const thread = await say(app, 'look first, while closed to us!');
    // On a slow machine the message that shows the tool at work has begun, and stays open until the end.
    await noticed(app, thread, 'its key and settings');
    const owner = "update countersign.steps set content = '{\"version\": 9}' where kind = 'tool'";
    await query(app.context.databaseUrl, owner);
    away.names.delete('closed to us');
    const shown = await settled(app, thread, 2);
    expect(shown).toEqual(expect.arrayContaining([expect.stringMatching(/^Another version of me began this answer/)]));
    expect((await app.ask('and now?')).text).toMatch(/^Answered/);
  });
});

it('without a model the bot says so, and answers when there is one', async () => {
  const app = await startApp('postgres', () => ({ text: 'Here I am.' }), { model: { kind: 'none' } });
  try {
    const thread = await say(app, 'anyone?');
    expect((await settled(app, thread, 1))[0]).toContain('No model is configured yet');
    expect(app.model.ledger).toEqual([]);

    await app.restartWorkers({ model: { kind: 'openai', apiKey: 'test', baseUrl: app.model.baseUrl, model: 'm' } });

    expect((await settled(app, thread, 2))[1]).toBe('Here I am.');
  } finally {
    await app.close();
  }
});

it('a request that the endpoint does not accept is given up in the end, and the thread goes on', async () => {
  const app = await startApp('postgres', ({ lastUser }) =>
    lastUser.includes('poison') ? { status: 400, body: { error: { message: 'too long' } } } : { text: 'Fine.' },
  );
  try {
    const thread = await say(app, 'poison');
    const [notice, end] = await settled(app, thread, 2, 45_000);
    expect(notice).toContain('does not accept my request');
    expect(end).toContain('does not accept this conversation');
    expect((await app.ask('and this?', { thread })).text).toBe('Fine.');
  } finally {
    await app.close();
  }
});
