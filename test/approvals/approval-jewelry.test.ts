import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { query } from '../support/door.ts';

const room = 'C0APPROVALS';
let isAway = false;

/** Calls what stands in the message as `tool {arguments}`, and says what it hears. */
const script: Script = ({ lastUser, toolResults }) => {
  if (isAway) return { status: 429, retryAfter: 6 };
  if (toolResults.length > 0) return { text: `Told: ${toolResults.map(({ content }) => content).join(' ')}` };
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  const calls = [...lastUser.matchAll(/do (\w+) (\{[^}]*\})/g)];
  if (calls.length === 0) return { text: `Heard: ${lastUser}` };
  return {
    calls: calls.map(([, tool = '', args = '']) => ({ name: `jewelryops__${tool}`, arguments: JSON.parse(args) })),
  };
};

describe('the shipped desk', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp('postgres', script, { confirmationSeconds: 4 });
  });
  afterEach(() => {
    isAway = false;
  });
  afterAll(() => app.close());

  const ask = async (text: string, thread?: string) => {
    const where = thread ? { thread_ts: thread } : {};
    const mention = thread ? text : `<@${app.slack.botUserId}> ${text}`;
    return (await app.slack.say({ user: 'U0LISA', channel, text: mention, ...where })).ts;
  };
  const refund = (order: string, amount: number) =>
    ask(`do refund_order {"order_id": "${order}", "amount": ${amount}, "reason": "came loose"}`);
  const shown = (where: string, words: string[]) =>
    app.slack.messages(where).find(({ blocks }) => words.every((word) => JSON.stringify(blocks ?? '').includes(word)));
  const card = (...words: string[]) => until(() => shown(room, words), `a card with ${words}`);
  const botSays = (thread: string, what: RegExp) =>
    until(() => app.replies(channel, thread).find(({ text }) => what.test(text)), `${what} in the thread`);
  const press = (ts: string, action: string, user = 'U0MARCO', where = room) =>
    app.slack.click({ user, channel: where, ts, action_id: action });
  const toldAlone = (user: string, what: RegExp) =>
    until(() => app.slack.ephemerals(user).some(({ text }) => what.test(text)) || undefined, `${what} for ${user}`);
  const sql = (text: string) => query<Record<string, unknown>>(app.context.databaseUrl, text);
  const refunded = async (order: string) =>
    (await sql(`select refunded_cents from jewelryops.orders where id = '${order}'`))[0]?.refunded_cents;

  it('shows what the world was, stops a refund when it has changed, and asks anew with the difference', async () => {
    const thread = await refund('ORD-1002', 20);
    const first = await card('ORD-1002', '"approval.approve"');
    await sql("update jewelryops.orders set refunded_cents = 5000 where id = 'ORD-1002'");
    await press(first.ts, 'approval.approve');

    const second = await until(
      () => app.slack.messages(room).find((m) => m.ts !== first.ts && /ORD-1002/.test(JSON.stringify(m.blocks))),
      'a new card',
    );
    expect(await refunded('ORD-1002')).toBe(5000);
    await press(second.ts, 'approval.approve', 'U0PRIYA');
    await botSays(thread, /Outcome:.*is done/s);
    expect(await refunded('ORD-1002')).toBe(7000);
  });

  it('makes a new frozen call of an edit, which names its editor and runs as edited', async () => {
    const thread = await refund('ORD-1003', 30);
    const first = await card('ORD-1003', '"approval.edit"');
    await press(first.ts, 'approval.edit');
    const form = await until(() => app.slack.openViews('U0MARCO').at(-1), 'the form');
    const amount = (form.view.blocks as { block_id: string }[]).find((block) => /amount/.test(JSON.stringify(block)))!;
    await app.slack.submitView({ user: 'U0MARCO', view_id: form.id, values: { [amount.block_id]: '12.5' } });

    const second = await card('ORD-1003', '12.5', 'U0MARCO', '"approval.approve"');
    await press(second.ts, 'approval.approve', 'U0PRIYA');
    await botSays(thread, /Outcome:.*is done/s);
    expect(await refunded('ORD-1003')).toBe(1250);
  });

  it('is not signed by who asked, nor by somebody who is not named', async () => {
    const { ts: thread } = await app.slack.say({
      user: 'U0PRIYA',
      channel,
      text: `<@${app.slack.botUserId}> do refund_order {"order_id": "ORD-1005", "amount": 1, "reason": "own"}`,
    });
    const before = await refunded('ORD-1005');
    const asked = await card('ORD-1005');
    await press(asked.ts, 'approval.approve', 'U0PRIYA');
    await press(asked.ts, 'approval.approve', 'U0LISA');
    await toldAlone('U0PRIYA', /your own request/);
    await toldAlone('U0LISA', /can approve this/);
    expect(await refunded('ORD-1005')).toBe(before);
    await press(asked.ts, 'approval.approve');
    await botSays(thread, /Outcome:.*is done/s);
  });

  it('says when a question has expired, after a reminder', async () => {
    const thread = await ask('do add_note {"customer_id": "CUST-001", "body": "likes pearls"}');
    await botSays(thread, /awaiting_confirmation/);
    await botSays(thread, /Outcome:.*expired/s);
    await ask('yes', thread);
    await botSays(thread, /Heard:.*yes/s);
    expect(await sql("select 1 from jewelryops.notes where body = 'likes pearls'")).toEqual([]);
  });

  it('asks which one, where a yes could mean two', async () => {
    const thread = await ask(
      'do add_note {"customer_id": "CUST-001", "body": "first"} do add_note {"customer_id": "CUST-001", "body": "second"}',
    );
    await botSays(thread, /awaiting_confirmation/);
    await until(
      () => shown(channel, ['second', '"approval.yes"']) && shown(channel, ['first', '"approval.yes"']),
      'both',
    );
    await ask('yes', thread);
    await botSays(thread, /Several questions are open/);
    expect(await sql("select 1 from jewelryops.notes where body in ('first', 'second')")).toEqual([]);
  });

  it('voids what a deleted message asked for, and says so to who clicks then', async () => {
    const thread = await refund('ORD-1006', 9);
    const asked = await card('ORD-1006');
    await botSays(thread, /awaiting_approval/);
    await app.slack.remove({ channel, ts: thread });
    await until(
      async () => (await sql("select 1 from countersign.approvals where state = 'void'")).length > 1,
      'the void',
    );
    await press(asked.ts, 'approval.approve').catch(() => {});
    expect(await refunded('ORD-1006')).toBe(0);
  });

  it('tells the outcome plainly while the model is away', async () => {
    const before = Number(await refunded('ORD-1007'));
    const thread = await refund('ORD-1007', 3);
    const asked = await card('ORD-1007');
    await botSays(thread, /awaiting_approval/);
    isAway = true;
    await press(asked.ts, 'approval.approve');
    await botSays(thread, /refund_?_?order.*was signed and is done/s);
    expect(await refunded('ORD-1007')).toBe(before + 300);
  });

  it('keeps what waits over a restart, and asks anew for what another build wrote', async () => {
    const thread = await refund('ORD-1009', 2);
    const other = await refund('ORD-1010', 4);
    const [kept, strange] = [await card('ORD-1009'), await card('ORD-1010')];
    await botSays(other, /awaiting_approval/);
    await app.restartWorkers();
    await sql("update countersign.approvals set version = 99 where canonical like '%ORD-1010%'");
    await press(kept.ts, 'approval.approve');
    await press(strange.ts, 'approval.approve');
    await botSays(thread, /Outcome:.*is done/s);
    await botSays(other, /Outcome:.*another version/s);
    await toldAlone('U0MARCO', /another version/);
    expect([await refunded('ORD-1009'), await refunded('ORD-1010')]).toEqual([200, 0]);
  });

  it('asks for two signatures over the limit of a day', async () => {
    await refund('ORD-1004', 600);
    const asked = await card('ORD-1004', '0 of 2');
    await press(asked.ts, 'approval.approve');
    await card('ORD-1004', '1 of 2');
    await press(asked.ts, 'approval.approve');
    await toldAlone('U0MARCO', /already/);
    expect(await refunded('ORD-1004')).toBe(0);
    await press(asked.ts, 'approval.approve', 'U0PRIYA');
    await until(async () => (await refunded('ORD-1004')) === 60000 || undefined, 'the refund');
  });
});
