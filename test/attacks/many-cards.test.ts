import { afterAll, beforeAll, expect, it } from 'vitest';
import { channel, until } from '../support/app.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';

const payAll = (kind: string) =>
  Array.from({ length: 12 }, (_, at) => ({ name: 'shop__pay', arguments: { id: `${kind}-${at}` } }));

let app: ShopApp;
beforeAll(async () => {
  app = await startShopApp('postgres', ({ lastUser, toolResults }) =>
    toolResults.length === 0
      ? { calls: payAll(/all of (\w+)/.exec(lastUser)?.[1] ?? '') }
      : {
          text: toolResults
            .map(({ content }) => /awaiting_approval|has 10 open requests/.exec(content)?.[0])
            .join(', '),
        },
  );
});
afterAll(() => app.close());

it('one message makes at most 10 cards, and the rest of its calls are refused with a word', async () => {
  const reply = await app.ask('pay all of ORD');
  expect(reply.text.match(/has 10 open requests/g)).toHaveLength(2);
  const cards = () =>
    app.slack.messages('C0APPROVALS').filter(({ blocks }) => /ORD-\d/.test(JSON.stringify(blocks ?? '')));
  await until(() => cards().length >= 10 || undefined, 'ten cards');
  expect((await app.calls()).filter(({ reason }) => reason === 'too many open')).toHaveLength(2);
  expect(cards()).toHaveLength(10);
});

it('somebody else in the same thread, and the same person in another, still get theirs', async () => {
  const [thread] = app.slack.messages(channel);
  const other = await app.ask('pay all of BILL', { thread: thread?.ts, user: 'U0MARCO' });
  expect(other.text.match(/awaiting_approval/g)).toHaveLength(10);
  const elsewhere = await app.ask('pay all of ORD');
  expect(elsewhere.text.match(/awaiting_approval/g)).toHaveLength(10);
});
