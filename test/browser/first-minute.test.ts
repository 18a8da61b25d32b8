import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Screen } from '../../scripts/browser/screen.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { hear, type Playground, see, startPlayground } from '../support/playground.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

describeInBrowser('a newcomer, with nothing configured', () => {
  let playground: Playground;
  let screen: Screen;
  beforeAll(async () => {
    playground = await startPlayground();
    screen = await playground.visit();
  });
  afterAll(() => playground?.close());

  const refund = async (text: string) => {
    await screen.actAs('Lisa');
    await screen.goTo('general');
    await screen.ask(`@countersign ${text}`);
    await hear(screen, /sign/i);
  };
  /** An answer grows while it is written: it is whole when it stays the same. */
  const wholeAnswer = async () => {
    let last = '';
    await expect
      .poll(
        async () => {
          const before = last;
          last = (await screen.answer.textContent()) ?? '';
          return last === before;
        },
        { interval: 700 },
      )
      .toBe(true);
    return last;
  };
  const openCards = async (person: string) => {
    await screen.actAs(person);
    await screen.goTo('approvals');
  };

  test('mentions the bot, asks for a refund, signs it as the manager and sees it done', async () => {
    const { page, card } = screen;
    await screen.ask('@countersign who is Lisa Park, and what has she ordered?');
    await hear(screen, /Lisa Park[\s\S]*ORD-1001/);
    const answer = await wholeAnswer();
    expect(answer).toMatch(/ORD-1018[\s\S]*ORD-1015[\s\S]*ORD-1004/);
    expect(answer).not.toMatch(/Lisa Parker|\?/);

    await refund('refund $20 of order ORD-1002, the clasp is loose');
    await openCards('Marco');
    expect(await card.textContent()).toMatch(/ORD-1002[\s\S]*20[\s\S]*clasp is loose/i);
    await card.getByRole('button', { name: 'Approve' }).click();
    await see(screen, /\$20\.00 of ORD-1002/);

    await screen.actAs('Lisa');
    await screen.goTo('general');
    await screen.openThread('refund $20');
    await hear(screen, /\$20\.00/);
    await page.getByRole('button', { name: 'Behind the scenes of this thread' }).click();
    const story = page.getByRole('log', { name: 'What happened' });
    await expect.poll(() => story.textContent(), { timeout: 10_000 }).toMatch(/refund[\s\S]*sign/i);
  });

  test('rejects with a reason, which the thread passes on', async () => {
    await refund('refund $35 of order ORD-1003, the stone fell out');
    await openCards('Marco');
    await screen.card.getByRole('button', { name: 'Reject' }).click();
    const form = screen.page.getByRole('dialog');
    await form.getByRole('textbox').first().fill('It was repaired for free last week');
    await form.getByRole('button', { name: 'Reject' }).click();
    await form.waitFor({ state: 'hidden' });

    await screen.actAs('Lisa');
    await screen.goTo('general');
    await screen.openThread('refund $35');
    await hear(screen, /repaired for free/);
  });

  test('edits the amount, and what runs is the edited call', async () => {
    await refund('refund $45 of order ORD-1004, the lock sticks');
    await openCards('Marco');
    await screen.card.getByRole('button', { name: 'Edit' }).click();
    const form = screen.page.getByRole('dialog');
    await form.getByRole('textbox', { name: /amount/ }).fill('25');
    await form.getByRole('button', { name: /Submit changes/ }).click();
    await form.waitFor({ state: 'hidden' });

    await screen.actAs('Priya');
    await expect.poll(() => screen.card.textContent(), { timeout: 15_000 }).toMatch(/amount: 25(?!\d)/);
    await screen.card.getByRole('button', { name: 'Approve' }).click();
    await see(screen, /\$25\.00 of ORD-1004/);
  });

  test('needs two managers once the day has seen 500 in refunds', async () => {
    await refund('refund $600 of order ORD-1010, it never arrived');
    await openCards('Marco');
    expect(await screen.card.textContent()).toMatch(/0 of 2/);
    await screen.card.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => screen.card.textContent(), { timeout: 15_000 }).toMatch(/1 of 2/);

    await screen.actAs('Priya');
    await screen.card.getByRole('button', { name: 'Approve' }).click();
    await see(screen, /\$600\.00 of ORD-1010/);
  });
});
