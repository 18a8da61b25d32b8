import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Screen } from '../../scripts/browser/screen.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { hear, type Playground, see, startPlayground } from '../support/playground.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

/** Cards of the help desk expire after five seconds. */
function hurry(folder: string): void {
  const path = join(folder, 'desks', 'helpdesk.yaml');
  const desk = readFileSync(path, 'utf8');
  expect(desk).toMatch(/^ {2}hours: 24/m);
  writeFileSync(path, desk.replace(/^ {2}hours: 24/m, '  hours: 0.0014'));
}

describeInBrowser('what holds at the page', () => {
  let playground: Playground;
  let screen: Screen;
  beforeAll(async () => {
    playground = await startPlayground(hurry);
    screen = await playground.visit();
  });
  afterAll(() => playground?.close());

  const main = () => screen.page.getByRole('main');

  test('a signature that nobody gives in time is told as expired, and the card cannot be signed', async () => {
    await screen.goTo('help-desk');
    await screen.ask('@countersign suspend CUST-005, unpaid for 60 days');
    await hear(screen, /sign/i);
    await hear(screen, /expired/i, 25_000);
    await screen.actAs('Marco');
    await screen.goTo('approvals');
    await see(screen, /expired/i);
    expect(await main().getByRole('button', { name: 'Approve' }).count()).toBe(0);
  });

  test('a card that was open at a restart is signed after it', async () => {
    await screen.actAs('Lisa');
    await screen.goTo('general');
    await screen.ask('@countersign refund $20 of order ORD-1002, the clasp is loose');
    await hear(screen, /sign/i);

    await playground.restart();

    await screen.actAs('Marco');
    await screen.goTo('approvals');
    await screen.card.getByRole('button', { name: 'Approve' }).click();
    await see(screen, /\$20\.00 of ORD-1002/);
    await screen.actAs('Lisa');
    await screen.goTo('general');
    await screen.openThread('refund $20');
    await hear(screen, /\$20\.00/);
  });

  test('a worker that is killed in the midst of an answer costs seconds, not the answer', async () => {
    const faults = screen.page.getByRole('complementary', { name: 'Faults' });
    await screen.page.getByRole('button', { name: 'Faults', exact: true }).click();
    await faults.getByRole('radiogroup', { name: 'Model' }).getByText('slow', { exact: true }).click();
    await faults.getByRole('button', { name: 'Start a second worker' }).click();
    await faults.getByText(/A second worker \(process \d+\) does the work/).waitFor({ timeout: 30_000 });

    await screen.goTo('general');
    await screen.ask('@countersign where is order ORD-1015?');
    // The model takes its time, so the worker is in the midst of it.
    await screen.page.waitForTimeout(1_500);
    await screen.page.getByRole('button', { name: 'Faults', exact: true }).click();
    await faults.getByRole('button', { name: /^Kill it/ }).click();
    const killedAt = Date.now();
    await faults.getByRole('radiogroup', { name: 'Model' }).getByText('ok', { exact: true }).click();

    await screen.page.keyboard.press('Escape');
    await hear(screen, /ORD-1015/, 30_000);
    expect(Date.now() - killedAt).toBeLessThan(15_000);
    await screen.page.getByRole('button', { name: 'Faults', exact: true }).click();
    await expect
      .poll(() => faults.getByRole('log').textContent(), { timeout: 15_000 })
      .toMatch(/took it up again at step \d+[\s\S]*Its answer stands in the thread once/);
  });
});
