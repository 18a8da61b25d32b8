import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { openPost, type Post } from './post.ts';

const jewelry = 'support+jewelry@localhost';
const lisa = 'lisa.park@example.com';
const marcus = 'marcus.webb@example.com';

/** Calls the tools as the mail asks, without a word of the customer's id, and passes on what they said. */
const script: Script = ({ lastUser, toolResults }) => {
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  if (toolResults.length > 0) return { text: `Told: ${toolResults.map(({ content }) => content).join(' ')}` };
  const order_id = /ORD-\d+/.exec(lastUser)?.[0];
  const customer_id = /CUST-\d+/.exec(lastUser)?.[0];
  const args = { order_id, ...(customer_id ? { customer_id } : {}) };
  if (!/refund/.test(lastUser)) return { calls: [{ name: 'jewelryops__get_order', arguments: args }] };
  const refund = { ...args, amount: 20, reason: 'The clasp is loose' };
  return { calls: [{ name: 'jewelryops__refund_order', arguments: refund }] };
};

describe('a customer of the jeweller who writes a mail', () => {
  let app: App;
  let post: Post;
  beforeAll(async () => {
    app = await startApp('postgres', script, { smtpPort: 0, playground: true });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
  });

  const write = (from: string, text: string, anonymous = false) =>
    post.write({ from, to: jewelry, subject: 'My order', text, anonymous });
  const answer = async (from: string, text: string, anonymous = false) =>
    (await post.answerTo(await write(from, text, anonymous))).text;
  const cards = (order: string) =>
    app.slack.messages('C0APPROVALS').filter(({ blocks }) => JSON.stringify(blocks ?? '').includes(order));
  const refunded = async (order: string) =>
    (await post.sql(`select refunded_cents as cents from jewelryops.orders where id = '${order}'`))[0]?.cents;

  it('gets a refund of their own order once a manager has signed it, and hears of it in their thread', async () => {
    const words = 'Please refund $20 of order ORD-1001, the clasp is loose.';
    const asked = await write(lisa, words);
    expect((await post.answerTo(asked)).text).toContain('awaiting_approval');
    const card = await until(() => cards('ORD-1001')[0], 'a card in Slack');
    const shown = JSON.stringify(card.blocks);
    for (const part of [words, lisa, 'Lisa Park', 'CUST-001', 'verified: our mail server vouches for it'])
      expect(shown).toContain(part);
    expect(await refunded('ORD-1001')).toBe(0);

    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    const outcome = await until(
      async () =>
        (await post.all()).find(({ to_text, text }) => to_text === lisa && text.includes('was signed and is done')),
      'the outcome in a mail',
    );
    expect(outcome.thread_id).toBe((await post.all()).find(({ message_id }) => message_id === asked)?.thread_id);
    expect(await refunded('ORD-1001')).toBe(2000);
  });

  it('sees their own order', async () => {
    expect(await answer(lisa, 'Where is ORD-1015?')).toContain('ORD-1015 of Lisa Park (CUST-001)');
  });

  it.each([
    ['look at', 'Where is ORD-1002?', 'CUST-001 has no order ORD-1002.'],
    ['look at, in its owner’s name,', 'Where is ORD-1002 of CUST-002?', 'only the requester’s own records'],
    ['get a refund of', 'Please refund $20 of ORD-1002.', 'CUST-001 has no order ORD-1002.'],
    ['get a refund of, in its owner’s name,', 'Please refund $20 of ORD-1002 of CUST-002.', 'own records'],
    ['tell from none', 'Where is ORD-9999?', 'CUST-001 has no order ORD-9999.'],
  ])('cannot %s another customer’s order', async (_, text, refusal) => {
    const told = await answer(lisa, text);
    expect(told).toContain(refusal.replace('’', "'"));
    expect(told).not.toContain('Marcus');
    expect(cards('ORD-1002')).toEqual([]);
  });

  it('has no orders in a mail that somebody else sent under their name', async () => {
    const told = await answer(marcus, 'Please refund $20 of ORD-1002.', true);
    expect(told).toContain('is not open to this sender');
    expect(cards('ORD-1002')).toEqual([]);
  });
});
