import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Screen } from '../../scripts/browser/screen.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { hear, type Playground, startPlayground } from '../support/playground.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

describeInBrowser('a conversation at the page', () => {
  let playground: Playground;
  let screen: Screen;
  beforeAll(async () => {
    playground = await startPlayground();
    screen = await playground.visit();
  });
  afterAll(() => playground?.close());

  test('a follow-up without a mention means the order that was spoken of', async () => {
    await screen.ask('@countersign where is order ORD-1015?');
    await hear(screen, /ORD-1015/);
    await screen.reply('and who ordered it?');
    await hear(screen, /CUST-\d+/);
  });

  test('a yes typed in the thread confirms what was asked for', async () => {
    await screen.ask('@countersign open an issue: the lock of Case 3 sticks');
    await hear(screen, /yes/i);
    await screen.reply('yes');
    await hear(screen, /ISSUE-\d+/);
  });

  test('a direct message needs no mention', async () => {
    await screen.goTo('Countersign');
    await screen.ask('which rings are low in stock?');
    await hear(screen, /RNG-/);
  });

  test('Home lists what waits for whom', async () => {
    await screen.goTo('general');
    await screen.ask('@countersign refund $15 of order ORD-1006, a scratch');
    await hear(screen, /sign/i);
    await screen.actAs('Marco');
    await screen.page.getByRole('button', { name: /^Home of Countersign/ }).click();
    const home = screen.page.getByRole('region', { name: 'Home tab' });
    await expect.poll(() => home.textContent(), { timeout: 15_000 }).toMatch(/Waiting for you[\s\S]*ORD-1006/);

    await screen.actAs('Lisa');
    await expect
      .poll(() => home.textContent(), { timeout: 15_000 })
      .toMatch(/Nothing is waiting for you[\s\S]*Your requests[\s\S]*ORD-1006/);
  });
});
