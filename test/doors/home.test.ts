import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../core/clock.ts';
import { approve } from '../approvals/approvals-setup.ts';
import { until } from '../support/app.ts';
import { approveButtons, openPorch, type Porch } from '../support/clicks.ts';

let porch: Porch;
let later = 0;
/** Pauses are a hundredth of what they are; `looks` counts those between two looks at the records. */
let looks = 0;
const clock: Clock = {
  now: () => Date.now() + later,
  sleep(ms, signal) {
    if (ms === 4_000) looks += 1;
    return systemClock.sleep(ms / 100, signal);
  },
};
beforeAll(async () => {
  // By HTTP, requests from a clock that is apart are refused.
  porch = await openPorch('socket', { clock });
});
afterAll(() => porch.close());

const published = () => porch.slack.ledger.filter(({ method }) => method === 'views.publish').length;
const homeOf = (user: string) => JSON.stringify(porch.slack.home(user) ?? '');
const looked = async (times: number) => {
  const before = looks;
  await until(() => looks >= before + times || undefined, 'a look');
};

it('a Home tab that is looked at shows what others change, is left alone otherwise, and is not looked after for ever', async () => {
  const card = await porch.card({ canonical: '{"amount":70}' }, approveButtons);
  expect(looks).toBe(0);
  await porch.slack.openHome('U0MARCO');
  await until(() => homeOf('U0MARCO').includes('amount: 70') || undefined, 'the Home tab');
  await looked(3);
  const before = published();
  await looked(20);
  expect(published()).toBe(before);

  await approve(porch.records.db, card.id);
  await until(() => homeOf('U0MARCO').includes('Nothing is waiting for you') || undefined, 'the new Home tab');

  await looked(2);
  later += 11 * 60_000;
  const after = published();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const last = looks;
  const other = await porch.card({ canonical: '{"amount":71}' }, approveButtons);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([looks - last, published() - after]).toEqual([0, 0]);

  await porch.slack.openHome('U0MARCO');
  await until(() => homeOf('U0MARCO').includes('amount: 71') || undefined, 'the Home tab again');
  await looked(2);
  await approve(porch.records.db, other.id);
  await until(() => homeOf('U0MARCO').includes('Nothing is waiting for you') || undefined, 'the new Home tab');
});

it('nothing is looked at any more when the door is closed', async () => {
  later += 11 * 60_000;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const closing = await openPorch('socket', { clock });
  await closing.slack.openHome('U0MARCO');
  await looked(2);
  await closing.close();
  const last = looks;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(looks).toBe(last);
});
