import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from '../../scripts/browser/chromium.ts';
import { describeInBrowser } from '../support/chromium.ts';

describe('finding Chromium', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-chromium-'));
    writeFileSync(join(folder, 'google-chrome'), '');
    writeFileSync(join(folder, 'mine'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes what is installed, and CHROMIUM_PATH before that', () => {
    expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(join(folder, 'google-chrome'));
    expect(findChromium({ PATH: folder, CHROMIUM_PATH: join(folder, 'mine') })).toBe(join(folder, 'mine'));
  });

  it('says that CHROMIUM_PATH is wrong, rather than skip the browser tests in silence', () => {
    expect(() => findChromium({ PATH: folder, CHROMIUM_PATH: '/nowhere/chromium' })).toThrow('/nowhere/chromium');
  });
});

describeInBrowser('the browser of the tests', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('runs the scripts of a page', async () => {
    const page = await browser.newPage();
    await page.setContent('<button onclick="this.textContent = 2 + 2">sum</button>');

    await page.getByRole('button').click();

    expect(await page.getByRole('button').textContent()).toBe('4');
  });
});
