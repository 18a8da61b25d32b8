import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { backends, channel, until } from '../support/app.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';

const approvals = 'C0APPROVALS';

/** Does what is asked, word by word: `note x`, `pay x`; what comes back it repeats. */
const script: Script = ({ lastUser, toolResults }) => {
  if (toolResults.length > 0) return { text: `I was told: ${toolResults.map(({ content }) => content).join('; ')}` };
  const asked = lastUser.includes('<outcome') ? null : /\b(note|pay) (\S+)/.exec(lastUser);
  if (asked) {
    return { calls: [{ name: `shop__${asked[1]}`, arguments: { id: asked[2], text: `${asked[1]} it` } }] };
  }
  return { text: `Heard: ${lastUser}` };
};

describe.each(backends)('a call that needs a signature, on %s', (backend) => {
  let app: ShopApp;
  beforeAll(async () => {
    app = await startShopApp(backend, script);
  });
  afterAll(() => app.close());

  const ask = async (text: string) =>
    (await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> ${text}` })).ts;
  const cardFor = (id: string, where = approvals) =>
    until(
      () => app.slack.messages(where).find((message) => JSON.stringify(message.blocks ?? '').includes(id)),
      `a card for ${id}`,
    );
  const botSays = async (thread: string, what: RegExp) =>
    until(
      () => app.replies(channel, thread).find(({ text }) => what.test(text)),
      `${what} in the thread, where ${JSON.stringify(app.replies(channel, thread).map(({ text }) => text))} stands`,
    );
  const calls = (id: string) => app.shop.ledger.filter(({ args }) => (args as { id?: string }).id === id);

  it('is shown to those who may sign, runs once when one has, and the asker is told', async () => {
    const thread = await ask('pay ORD-1');
    await botSays(thread, /awaiting_approval/);
    const card = await cardFor('ORD-1');
    expect(calls('ORD-1')).toEqual([]);

    await app.slack.click({ user: 'U0MARCO', channel: approvals, ts: card.ts, action_id: 'approval.approve' });

    await botSays(thread, /signed and is done/);
    expect(calls('ORD-1')).toHaveLength(1);
    await until(
      () =>
        !JSON.stringify(app.slack.messages(approvals).find(({ ts }) => ts === card.ts)?.blocks).includes(
          'approval.approve',
        ) || undefined,
      'the buttons to go',
    );
  });

  it('is not run when it is rejected, and the asker is told why', async () => {
    const thread = await ask('pay ORD-2');
    const card = await cardFor('ORD-2');
    await app.slack.click({ user: 'U0MARCO', channel: approvals, ts: card.ts, action_id: 'approval.reject' });
    const form = await until(() => app.slack.openViews('U0MARCO').at(-1), 'the form for the reason');
    await app.slack.submitView({ user: 'U0MARCO', view_id: form.id, values: { reason: 'not this month' } });
    await botSays(thread, /rejected by .*not this month/s);
  });

  it('is asked of the asker where a yes is enough, and a yes in the thread gives it', async () => {
    const thread = await ask('note ORD-3');
    await cardFor('ORD-3', channel);
    await botSays(thread, /awaiting_confirmation/);
    await app.slack.say({ user: 'U0LISA', channel, text: 'Yes, please!', thread_ts: thread });
    await botSays(thread, /^Confirmed: .*note.*ORD-3.* is running now/);
    await botSays(thread, /confirmed and is done/);
    expect(calls('ORD-3')).toHaveLength(1);
  });

  it('is not confirmed by an ok to something else, and a yes after that names what it confirms', async () => {
    const thread = await ask('note ORD-4');
    await cardFor('ORD-4', channel);
    await botSays(thread, /awaiting_confirmation/);
    const say = (text: string) => app.slack.say({ user: 'U0LISA', channel, text, thread_ts: thread });
    await say('what is the weather like?');
    await botSays(thread, /Heard: .*weather/s);
    await say('ok');
    await botSays(thread, /Heard: .*\bok\b/s);
    expect(calls('ORD-4')).toEqual([]);

    await say('yes');
    await botSays(thread, /^Confirmed: .*note.*ORD-4.* is running now/);
    await botSays(thread, /confirmed and is done/);
    expect(calls('ORD-4')).toHaveLength(1);
  });

  it('is confirmed by an ok only where our last message asked nothing else', async () => {
    const thread = await ask('note ORD-5');
    await cardFor('ORD-5', channel);
    await botSays(thread, /awaiting_confirmation/);
    const say = (text: string) => app.slack.say({ user: 'U0LISA', channel, text, thread_ts: thread });
    await say('Ok!');
    await botSays(thread, /^Do you mean .*note.*ORD-5.*\? Please answer yes or no/);
    expect(calls('ORD-5')).toEqual([]);

    await say('ok');
    await botSays(thread, /confirmed and is done/);
    expect(calls('ORD-5')).toHaveLength(1);
  });
});
