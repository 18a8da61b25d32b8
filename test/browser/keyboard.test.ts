import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeInBrowser } from '../support/chromium.ts';
import { hear, type Playground, startPlayground } from '../support/playground.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

describeInBrowser('a newcomer without a mouse', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterAll(() => playground?.close());

  test('asks, reads, signs as the manager and sees it done', async () => {
    const screen = await playground.visit();
    const { page, thread } = screen;
    const { keyboard } = page;
    await page.getByRole('textbox', { name: /^Message / }).waitFor();
    await expect.poll(() => focused(page)).toBe('Message #general');

    await keyboard.type('@coun');
    await keyboard.press('Tab');
    await keyboard.type('refund $20 of order ORD-1002, the clasp is loose');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: /repl.*open thread/ }).waitFor();
    await pressUntil(page, 'Shift+Tab', /open thread/);
    await keyboard.press('Enter');
    await thread.waitFor();
    await expect.poll(() => focused(page)).toBe('Reply…');
    await hear(screen, /sign/i);

    await keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
    await pressUntil(page, 'F6', /^Colours/);
    await pressUntil(page, 'Tab', /Acting as/);
    await keyboard.press('Enter');
    await page.getByRole('menuitemradio', { name: /Marco/ }).waitFor();
    await keyboard.type('Marco');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: /^Acting as Marco/ }).waitFor();

    await pressUntil(page, 'F6', /^general/);
    await pressUntil(page, 'Tab', /^approvals/);
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await pressUntil(page, 'Shift+Tab', /^Approve/);
    await keyboard.press('Enter');
    await page
      .getByRole('main')
      .getByText(/^Done,/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    // The keyboard goes on from the card, which shows the outcome.
    const inCard = 'document.activeElement?.closest("[data-row]")?.textContent ?? ""';
    await expect.poll(() => page.evaluate(inCard)).toMatch(/Done,/);
    const step = page.getByRole('listitem').filter({ hasText: /^Sign it as/ });
    await expect.poll(() => step.textContent()).toBe('Sign it as Marco Rossi');
  });
});

const MOST_PRESSES = 40;

async function pressUntil(page: Page, key: string, name: RegExp): Promise<void> {
  for (let press = 0; press < MOST_PRESSES; press++) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} did not lead to ${name}; it led to "${await focused(page)}"`);
}

/** What has the keyboard, by what it is called. */
async function focused(page: Page): Promise<string> {
  const called = 'document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""';
  return String(await page.evaluate(called)).trim();
}
