import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, channel, startApp, until } from '../support/app.ts';
import { type Held, heard, holdEvents, latch, post, query, signed, written } from '../support/door.ts';
import { sampledBackends } from '../support/seeds.ts';

let waiting = latch();

describe.each(sampledBackends('turns/conversation-changes'))('a message that changes, on %s', (backend) => {
  let app: App;
  beforeAll(async () => {
    app = await startApp(backend, async ({ lastUser }) => {
      if (lastUser.includes('slowly')) await waiting.opened;
      const text = heard(lastUser).join('; ');
      return lastUser.includes('at length') ? { text: `${text} ${'word '.repeat(200)}`, chunkDelayMs: 40 } : { text };
    });
  });
  beforeEach(() => {
    waiting = latch();
  });
  afterAll(() => app.close());

  const say = (text: string, thread_ts?: string) => app.slack.say({ user: 'U0LISA', channel, text, thread_ts });
  const mention = (text: string, thread_ts?: string) => say(`<@${app.slack.botUserId}> ${text}`, thread_ts);
  const edit = (ts: string, text: string) => app.slack.edit({ channel, ts, text: `<@${app.slack.botUserId}> ${text}` });
  const remove = (ts: string) => app.slack.remove({ channel, ts });
  const ours = (thread: string) => app.replies(channel, thread).map(({ text }) => text);
  const prompts = () => app.model.ledger.map(({ body }) => heard(body.messages.at(-1)?.content ?? '').join('; '));
  const modelAsked = (text: string) =>
    until(() => prompts().some((prompt) => prompt.includes(text)) || undefined, `the model to hear "${text}"`);
  const replied = (thread: string, text: string) =>
    until(() => ours(thread).includes(text) || undefined, `"${text}" in the thread, where ${ours(thread)} stands`);
  const superseded = (count: number) =>
    until(async () => {
      const sql = "select 1 from countersign.turns where state = 'superseded'";
      return (await query(app.context.databaseUrl, sql)).length >= count || undefined;
    }, 'a superseded turn');
  const turnsSuperseded = async () =>
    (await query(app.context.databaseUrl, "select 1 from countersign.turns where state = 'superseded'")).length;

  it('and is deleted while it waits is not answered, and the model never hears it', async () => {
    const { ts } = await mention('work slowly');
    await modelAsked('work slowly');
    const regretted = await say('never mind this one', ts);
    await say('but this one', ts);
    await remove(regretted.ts);
    waiting.open();
    await replied(ts, 'U0LISA: but this one');
    expect(ours(ts)).toEqual(['U0LISA: work slowly', 'U0LISA: but this one']);
    expect(JSON.stringify(app.model.ledger)).not.toContain('never mind');
  });

  it('and is deleted while its turn runs is not answered', async () => {
    const before = await turnsSuperseded();
    const { ts } = await mention('take back slowly');
    await modelAsked('take back slowly');
    await remove(ts);
    waiting.open();
    await superseded(before + 1);
    await app.ask('another thing');
    expect(ours(ts)).toEqual([]);
  });

  it('and is deleted while the model is still thinking ends the turn before the model does', async () => {
    const before = await turnsSuperseded();
    const { ts } = await mention('forget this slowly');
    await modelAsked('forget this slowly');
    await remove(ts);
    await superseded(before + 1);
    waiting.open();
    await app.ask('yet another thing');
    expect(ours(ts)).toEqual([]);
  });

  it('and is deleted while its answer streams takes the begun answer with it', async () => {
    const { ts } = await mention('tell it at length');
    await until(() => app.replies(channel, ts).some(({ text }) => text.includes('word')) || undefined, 'a stream');
    await remove(ts);
    await until(() => ours(ts).length === 0 || undefined, 'the begun answer to go');
    await app.ask('next, please');
    expect(ours(ts)).toEqual([]);
  });

  it('and is edited while it waits is answered as edited', async () => {
    const { ts } = await mention('drudge slowly');
    await modelAsked('drudge slowly');
    const typo = await say('waht is gold?', ts);
    await app.slack.edit({ channel, ts: typo.ts, text: 'what is gold?' });
    waiting.open();
    await replied(ts, 'U0LISA: what is gold?');
    expect(ours(ts)).toHaveLength(2);
    expect(JSON.stringify(app.model.ledger)).not.toContain('waht is gold');
  });

  it('and is edited while its turn runs is answered once, as edited', async () => {
    const { ts } = await mention('find tuesday slowly');
    await modelAsked('find tuesday');
    await edit(ts, 'find wednesday');
    waiting.open();
    await replied(ts, 'U0LISA: find wednesday');
    await app.ask('another thing');
    expect(ours(ts)).toEqual(['U0LISA: find wednesday']);
  });

  it('and is edited or deleted after its answer changes nothing', async () => {
    const { ts } = await mention('the height of it');
    await replied(ts, 'U0LISA: the height of it');
    await edit(ts, 'the width of it');
    const follow = await say('thanks', ts);
    await replied(ts, 'U0LISA: thanks');
    await remove(follow.ts);
    await app.ask('another thing');
    expect(ours(ts)).toEqual(['U0LISA: the height of it', 'U0LISA: thanks']);
  });

  it('in nothing but an unfurled link is asked once', async () => {
    const { ts } = await mention('read <https://example.com> slowly');
    await modelAsked('example.com');
    const message = { user: 'U0LISA', ts, text: `<@${app.slack.botUserId}> read <https://example.com> slowly` };
    const unfurled = { ...message, attachments: [{ title: 'Example' }] };
    const event = { subtype: 'message_changed', channel, ts: '1.1', message: unfurled, previous_message: message };
    expect((await post(app.botUrl, signed(app.slack, event))).status).toBe(200);
    waiting.open();
    await until(() => ours(ts).length === 1 || undefined, 'a reply');
    expect(prompts().filter((prompt) => prompt.includes('example.com'))).toHaveLength(1);
  });

  it('in nothing but an unfurled link, and was never heard before, stays unheard', async () => {
    const message = {
      user: 'U0LISA',
      ts: '1600000000.000001',
      text: `<@${app.slack.botUserId}> <https://old.example>`,
    };
    const unfurled = { ...message, attachments: [{ title: 'Old' }] };
    const event = { subtype: 'message_changed', channel, ts: '1.4', message: unfurled, previous_message: message };
    const before = await written(app.context.databaseUrl);
    expect((await post(app.botUrl, signed(app.slack, event))).status).toBe(200);
    expect(await written(app.context.databaseUrl)).toBe(before);
  });

  it('into a mention is answered', async () => {
    const { ts } = await say('who has the key?');
    await edit(ts, 'who has the key?');
    await replied(ts, 'U0LISA: who has the key?');
  });

  it('and was said before the mention stays background', async () => {
    const { ts } = await say('It is the blu one.');
    await mention('which one?', ts);
    await replied(ts, 'U0LISA: which one?');
    await app.slack.edit({ channel, ts, text: 'It is the blue one.' });
    await app.ask('another thing');
    expect(ours(ts)).toEqual(['U0LISA: which one?']);
  });

  it('into a tombstone, as a deleted one with replies does, is not answered', async () => {
    const before = await turnsSuperseded();
    const { ts } = await mention('bury it slowly');
    await modelAsked('bury it slowly');
    await say('a reply', ts);
    const message = { subtype: 'tombstone', user: 'USLACKBOT', text: 'This message was deleted.', ts, thread_ts: ts };
    const event = { subtype: 'message_changed', channel, ts: '1.2', message };
    expect((await post(app.botUrl, signed(app.slack, event))).status).toBe(200);
    waiting.open();
    await superseded(before + 1);
    await replied(ts, 'U0LISA: a reply');
    expect(ours(ts)).toEqual(['U0LISA: a reply']);
  });

  describe('where Slack delivers in another order', () => {
    let held: Held;
    beforeEach(async () => {
      held = await holdEvents(app.slack, app.botUrl);
      return () => held.release();
    });
    const deliverBackwards = async () => {
      for (const request of held.take().reverse()) expect((await post(app.botUrl, request)).status).toBe(200);
    };
    const askedMeanwhile = async () => {
      await held.release();
      await app.ask('another thing');
      held = await holdEvents(app.slack, app.botUrl);
    };

    it('is not answered if its deletion came first', async () => {
      const { ts } = await mention('deleted early');
      await remove(ts);
      await deliverBackwards();
      await askedMeanwhile();
      expect(ours(ts)).toEqual([]);
      expect(JSON.stringify(app.model.ledger)).not.toContain('deleted early');
    });

    it('is answered as edited if its edit came first', async () => {
      const { ts } = await mention('the frist words');
      await edit(ts, 'the first words');
      await deliverBackwards();
      await replied(ts, 'U0LISA: the first words');
      await askedMeanwhile();
      expect(ours(ts)).toEqual(['U0LISA: the first words']);
    });

    it('is answered as edited last, whichever edit comes last', async () => {
      await app.stopWorkers();
      const { ts } = await mention('one');
      await edit(ts, 'two');
      const events = held.take();
      const later = Date.now() / 1000 + 60;
      const message = { user: 'U0LISA', ts, text: `<@${app.slack.botUserId}> three`, edited: { ts: later.toFixed(6) } };
      const previous = { user: 'U0LISA', ts, text: `<@${app.slack.botUserId}> two` };
      const last = { subtype: 'message_changed', channel, ts: '1.3', message, previous_message: previous };
      for (const request of [signed(app.slack, last), ...events]) await post(app.botUrl, request);
      await app.restartWorkers();
      await replied(ts, 'U0LISA: three');
      expect(ours(ts)).toEqual(['U0LISA: three']);
    });
  });
});
