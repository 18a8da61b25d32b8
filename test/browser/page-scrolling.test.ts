import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { launch } from '../../scripts/browser/chromium.ts';
import { type Door, openDoor } from '../doors/playground-setup.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { everyThird } from '../support/seeds.ts';
import { messages, thread, type Visit, visit } from './page-setup.ts';

vi.setConfig({ testTimeout: 60_000 });

const C = 'C0GENERAL';
/** Long enough that each message wraps otherwise beside a thread. */
const words = (n: number) => `message ${n} ${'with some words that take more than one line '.repeat(2 + (n % 7))}`;

const third = everyThird(it);

describeInBrowser('a channel with more messages than the screen holds', () => {
  let browser: Browser;
  let door: Door;
  let page: Page;
  let visits: Visit[];

  beforeAll(async () => {
    browser = await launch();
    door = await openDoor();
    for (let n = 0; n < 130; n++) await door.workspace.say({ user: 'U0MARCO', channel: C, text: words(n) });
    for (const { ts } of door.workspace.messages(C)) {
      await door.app('chat.postMessage', { channel: C, thread_ts: ts, text: 'a reply' });
    }
  });
  afterAll(async () => {
    await browser?.close();
    await door?.close();
  });
  beforeEach(async () => {
    visits = [await visit(browser, door.url)];
    page = visits[0]!.page;
    await messages(page).filter({ hasText: 'message 129 ' }).waitFor();
    await settle();
  });
  afterEach(async () => {
    for (const one of visits) await one.close();
    expect(visits.flatMap(({ faults }) => faults)).toEqual([]);
  });

  /** Longer than the list takes to come to rest. */
  const settle = () => page.waitForTimeout(700);
  const read = (code: string) =>
    page.evaluate(`(() => {
      const list = document.querySelector('.pane-main [data-virtuoso-scroller]');
      const at = list.getBoundingClientRect().top;
      const rows = [...list.querySelectorAll('[data-row]')];
      const first = rows.find((one) => one.getBoundingClientRect().bottom > at);
      return ${code};
    })()`);
  const belowTheEnd = async () => Number(await read('list.scrollHeight - list.scrollTop - list.clientHeight'));
  /** The message at the top of what is seen, and how far it is from there. */
  const topmost = async () => ({
    row: String(await read('first.dataset.row')),
    top: Number(await read('first.getBoundingClientRect().top - at')),
  });
  const openThread = () =>
    messages(page)
      .getByRole('button', { name: /1 reply/ })
      .last()
      .click();
  const closeThread = () => thread(page).getByRole('button', { name: 'Close thread' }).click();
  const scroll = async (pixels: number) => {
    await messages(page).last().hover();
    await page.mouse.wheel(0, pixels);
    await settle();
  };

  third('stays at its end when a thread opens and closes beside it, and when the window changes', async () => {
    expect(await belowTheEnd()).toBeLessThan(10);
    await openThread();
    await settle();
    expect(await belowTheEnd()).toBeLessThan(10);
    await closeThread();
    await settle();
    expect(await belowTheEnd()).toBeLessThan(10);
    await page.setViewportSize({ width: 900, height: 500 });
    await settle();
    expect(await belowTheEnd()).toBeLessThan(10);
    await page.setViewportSize({ width: 1280, height: 800 });
    await settle();
    expect(await belowTheEnd()).toBeLessThan(10);
  });

  third('stays where one reads higher up', async () => {
    await scroll(-1500);
    const before = await topmost();
    const button = messages(page)
      .getByRole('button', { name: /1 reply/ })
      .first();
    await button.evaluate((one: { click(): void }) => one.click());
    await thread(page).waitFor();
    await settle();
    const beside = await topmost();
    expect(beside.row).toBe(before.row);
    await closeThread();
    await settle();
    const after = await topmost();
    expect(after.row).toBe(before.row);
    expect(Math.abs(after.top - before.top)).toBeLessThan(30);
  });

  third('does not move what one reads when older messages come, whatever opened before', async () => {
    await openThread();
    await settle();
    await closeThread();
    await settle();
    const longAgo = door.workspace.messages(C)[80]!.ts;
    for (let round = 0; round < 20 && (await topmost()).row > longAgo; round++) await scroll(-2_000);
    const before = await topmost();
    await page.waitForTimeout(1_500);
    const after = await topmost();
    expect(after.row).toBe(before.row);
    expect(Math.abs(after.top - before.top)).toBeLessThan(2);
    expect(await belowTheEnd()).toBeGreaterThan(2_000);
  });

  third('goes on with a reader who scrolls right after a thread opened', async () => {
    await openThread();
    await thread(page).waitFor();
    await page.mouse.move(500, 300);
    for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, -150);
    await settle();
    expect(await belowTheEnd()).toBeGreaterThan(900);
  });

  third('follows a new message at its end, beside a thread too', async () => {
    await openThread();
    await settle();
    await door.workspace.say({ user: 'U0MARCO', channel: C, text: 'the newest of all' });
    await messages(page).filter({ hasText: 'the newest of all' }).waitFor();
    await settle();
    expect(await belowTheEnd()).toBeLessThan(10);
  });
});
