import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, channel, startApp, until } from '../support/app.ts';
import { sampledBackends } from '../support/seeds.ts';
import { questionOf, whatIsSeen } from './channel-setup.ts';

type Row = { state: string; last_error: string | null; attempts: number };

describe.each(sampledBackends('replies/reply-flow'))('the way of a reply, on %s', (backend) => {
  let app: App;
  let since = 0;
  beforeAll(async () => {
    app = await startApp(backend, ({ lastUser }) => ({ text: `You said: ${questionOf(lastUser)}` }));
    // The first turn of a process opens what the others find open.
    await app.ask('hello');
  });
  afterAll(() => app.close());
  beforeEach(() => {
    since = app.slack.ledger.length;
  });

  const calls = () => app.slack.ledger.slice(since).map(({ method }) => method);
  const say = async (text: string, thread?: string) => {
    const mention = `<@${app.slack.botUserId}> ${text}`;
    const where = thread ? { thread_ts: thread } : {};
    return (await app.slack.say({ user: 'U0LISA', channel, text: mention, ...where })).ts;
  };
  const seen = (thread: string) => app.replies(channel, thread).map(whatIsSeen);
  const shown = (thread: string, texts: string[]) =>
    until(() => (seen(thread).length >= texts.length ? true : undefined), `${texts}`).then(() =>
      expect(seen(thread)).toEqual(texts),
    );
  const rows = (thread: string) =>
    app.context.db.read(
      app.slack.teamId,
      (tx) => tx.$queryRaw<Row[]>`select state, last_error, attempts from countersign.outbox
        where place->>'thread' = ${thread} order by id`,
    );
  const settled = (thread: string, state: string) =>
    until(async () => {
      const [row] = await rows(thread);
      return row?.state === state ? row : undefined;
    }, `a row that is ${state}`);

  it('that is ready at once takes one call to Slack and no more', async () => {
    const thread = await say('one');
    await shown(thread, ['You said: one']);
    await settled(thread, 'sent');
    expect(calls()).toEqual(['chat.postMessage']);
  });

  it.each([['502'], ['502_after_accepting']] as const)(
    'that met %s is delivered by the next job, once',
    async (kind) => {
      app.slack.fault('chat.postMessage', { kind });
      const asked = Date.now();
      const thread = await say('two');
      await settled(thread, 'sent');
      expect(Date.now() - asked).toBeLessThan(8_000);
      expect(seen(thread)).toEqual(['You said: two']);
      expect(calls().slice(0, 2)).toEqual(['chat.postMessage', 'conversations.replies']);
    },
  );

  it('that can never be delivered has visibly failed, in the records and in the log', async () => {
    const lines: string[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (line: string | Uint8Array) => lines.push(String(line)) > 0;
    try {
      app.slack.fault('chat.postMessage', { kind: 'error', error: 'is_archived' });
      const thread = await say('three');
      expect(await settled(thread, 'failed')).toMatchObject({ last_error: 'is_archived' });
      expect(seen(thread)).toEqual([]);
    } finally {
      process.stdout.write = write;
    }
    expect(lines.filter((line) => line.includes('cannot be delivered') && line.includes('is_archived'))).toHaveLength(
      1,
    );
  });

  it('that is still unsent goes before a later one of its thread', async () => {
    app.slack.fault('chat.postMessage', { kind: '429', retryAfter: 5 });
    const thread = await say('four');
    await until(async () => (await rows(thread))[0]?.last_error ?? undefined, 'the rate limit');
    await say('five', thread);
    await shown(thread, ['You said: four', 'You said: five']);
  });

  it('that hangs does not hold up what else is asked', async () => {
    app.slack.fault('chat.postMessage', { kind: 'hang' });
    const hanging = await say('six');
    await until(() => (calls().includes('chat.postMessage') ? true : undefined), 'the call that hangs');
    const asked = Date.now();
    const other = await say('seven');
    await shown(other, ['You said: seven']);
    expect(Date.now() - asked).toBeLessThan(3_000);
    await shown(hanging, ['You said: six']);
  });
});
