import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptedOutput } from '../fakes/model/server.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { sampledBackends } from '../support/seeds.ts';
import { questionOf, whatIsSeen } from './channel-setup.ts';

const slow = { chunkDelayMs: 120, chunkSize: 12 };

describe.each(sampledBackends('replies/stream-flow'))('a slow answer, on %s', (backend) => {
  let app: App;
  const cut = new Set<string>();
  beforeAll(async () => {
    app = await startApp(backend, ({ lastUser, toolResults }): ScriptedOutput => {
      const question = questionOf(lastUser);
      if (question.startsWith('look')) {
        const calls = [{ name: 'jewelryops__search_customers', arguments: { query: 'Lisa Park' } }];
        if (toolResults.length === 0) return { text: 'Let me see what we have on her.', calls, ...slow };
        return { text: 'She is a customer, and a good one.', ...slow };
      }
      if (question.startsWith('break') && !cut.has(question)) {
        cut.add(question);
        return { text: 'This is what I would have said if I had not been cut off.', dieAfterChunks: 6, ...slow };
      }
      return { text: `You asked "${question}", and that takes me quite some time to answer.`, ...slow };
    });
  });
  afterAll(() => app.close());

  const say = async (text: string) =>
    (await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> ${text}` })).ts;
  const ours = (thread: string) => app.replies(channel, thread);
  const streaming = (thread: string) => until(() => ours(thread).find((message) => message.streaming), 'a stream');
  const finished = (thread: string) =>
    until(() => ours(thread).find((message) => message.metadata), 'the whole answer');
  const callsIn = (thread: string, ts: string) =>
    app.slack.ledger.filter(({ args }) => args.thread_ts === thread || args.ts === ts);

  it('shows a status, then the text, the tool and the text, and ends as the reply', async () => {
    const thread = await say('look for Lisa');
    const message = await finished(thread);

    expect(ours(thread).map(whatIsSeen)).toEqual([
      'Let me see what we have on her.\n\nShe is a customer, and a good one.',
    ]);
    expect(message.tasks).toMatchObject([{ title: 'search customers', status: 'complete' }]);
    const methods = callsIn(thread, message.ts).map(({ method }) => method);
    expect(methods.slice(0, 2)).toEqual(['assistant.threads.setStatus', 'chat.startStream']);
    expect(methods.slice(2, -1)).toContain('chat.appendStream');
    expect(methods.at(-1)).toBe('chat.stopStream');
    expect(app.slack.ledger.filter((call) => call.violation ?? call.error)).toEqual([]);
  });

  it('is whole although the model broke off and began anew', async () => {
    const thread = await say('break once');
    await finished(thread);
    expect(ours(thread).map(whatIsSeen)).toEqual([
      'You asked "break once", and that takes me quite some time to answer.',
    ]);
  });

  it('is taken over by the answer to the question as it was edited', async () => {
    const thread = await say('the first');
    const { ts } = await streaming(thread);
    await app.slack.edit({ channel, ts: thread, text: `<@${app.slack.botUserId}> the second` });
    const message = await finished(thread);

    expect(message.ts).toBe(ts);
    expect(ours(thread).map(whatIsSeen)).toEqual([
      'You asked "the second", and that takes me quite some time to answer.',
    ]);
  });

  it('is taken away again when the question is deleted', async () => {
    const thread = await say('never mind');
    await streaming(thread);
    await app.slack.remove({ channel, ts: thread });
    await until(() => (ours(thread).length === 0 ? true : undefined), 'the message to go');
    await sleep(500);
    expect(ours(thread)).toEqual([]);
  });

  it('is taken up by another worker, in the same message', async () => {
    const thread = await say('and now what');
    const { ts } = await streaming(thread);
    await app.restartWorkers();
    await finished(thread);
    expect(ours(thread).map((message) => message.ts)).toEqual([ts]);
    expect(ours(thread).map(whatIsSeen)).toEqual([
      'You asked "and now what", and that takes me quite some time to answer.',
    ]);
  });

  it('does not begin above an earlier answer that is not sent yet', async () => {
    app.slack.fault('chat.startStream', { kind: 'error', error: 'missing_scope' });
    app.slack.fault('chat.postMessage', { kind: '429', retryAfter: 6 });
    const thread = await say('early');
    await until(() => app.slack.ledger.find((call) => call.fault === '429') && true, 'the rate limit');
    await app.slack.say({ user: 'U0LISA', channel, thread_ts: thread, text: 'late' });
    await until(() => (ours(thread).filter((message) => message.metadata).length === 2 ? true : undefined), 'both');
    expect(ours(thread).map(whatIsSeen)).toEqual([
      expect.stringContaining('"early"'),
      expect.stringContaining('"late"'),
    ]);
  });
});
