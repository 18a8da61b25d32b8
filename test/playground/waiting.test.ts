import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';

const room = 'C0APPROVALS';
const script: Script = ({ lastUser, toolResults }) => {
  if (toolResults.length > 0 || lastUser.includes('<outcome')) return { text: 'That is it.' };
  const calls = [...lastUser.matchAll(/do (\w+) (\{[^}]*\})/g)];
  return { calls: calls.map(([, name = '', args = '']) => ({ name, arguments: JSON.parse(args) })) };
};
const people = ['U0LISA', 'U0MARCO', 'U0PRIYA', 'U0JONAS'].map((id) => ({ id, teamId: 'T0PLAYGROUND' }));
const stranger = { id: 'U0OTTO', teamId: 'T0NORTHWIND' };

describe('how many signatures wait for whom', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp('postgres', script);
  });
  afterAll(() => app.close());

  const waiting = () => app.bot.waiting([...people, stranger]);
  const cardFor = (...words: string[]) =>
    until(
      () =>
        app.slack
          .messages(room)
          .find(({ blocks = [] }) => ['approval.approve', ...words].every((w) => JSON.stringify(blocks).includes(w))),
      `a card with ${words}`,
    );
  const sign = (ts: string, user: string) =>
    app.slack.click({ user, channel: room, ts, action_id: 'approval.approve' });

  it('counts for who may sign, and for nobody of another company', async () => {
    expect(await waiting()).toEqual({ U0LISA: 0, U0MARCO: 0, U0PRIYA: 0, U0JONAS: 0 });
    await app.ask('do jewelryops__refund_order {"order_id": "ORD-1002", "amount": 20, "reason": "loose"}');
    const card = await cardFor('ORD-1002');
    expect(await waiting()).toEqual({ U0LISA: 0, U0MARCO: 1, U0PRIYA: 1, U0JONAS: 1 });

    await sign(card.ts, 'U0PRIYA');
    expect(await waiting()).toEqual({ U0LISA: 0, U0MARCO: 0, U0PRIYA: 0, U0JONAS: 0 });
  });

  it('counts a confirmation for who asked alone, and not their own request for a manager who asked', async () => {
    await app.ask(
      'do notion__create_issue {"title": "The lock of Case 3 sticks", "description": "It sticks in the morning."}',
      { user: 'U0LISA' },
    );
    await app.ask('do jewelryops__refund_order {"order_id": "ORD-1003", "amount": 5, "reason": "loose"}', {
      user: 'U0MARCO',
    });
    await cardFor('ORD-1003');
    expect(await waiting()).toEqual({ U0LISA: 1, U0MARCO: 0, U0PRIYA: 1, U0JONAS: 1 });
  });

  it('does not count what someone has signed while others are waited for', async () => {
    const before = await waiting();
    await app.ask('do jewelryops__refund_order {"order_id": "ORD-1002", "amount": 485, "reason": "lost"}');
    const card = await cardFor('485');
    await sign(card.ts, 'U0MARCO');
    expect(await waiting()).toEqual({
      U0LISA: before.U0LISA,
      U0MARCO: before.U0MARCO,
      U0PRIYA: before.U0PRIYA! + 1,
      U0JONAS: before.U0JONAS! + 1,
    });
  });
});
