import { rmSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from '../app.ts';
import { type Program, processesOn, ready, run, workplace } from '../process.ts';
import { launch } from './chromium.ts';

export type Playground = {
  url: string;
  /** The folder that it was started in, with its desks and data. */
  folder: string;
  /** Opens the page as somebody who has never been here. */
  visit(): Promise<Screen>;
  /** Ends the product and starts it again on the same data, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** `npm start` with nothing configured, and a real browser before it. */
export async function startPlayground(change: (folder: string) => void = () => {}): Promise<Playground> {
  const folder = workplace();
  change(folder);
  const start = (port: string) => run('start.ts', folder, { DATA_DIR: `${folder}/data`, PORT: port });
  let program: Program = start('0');
  const [browser, url] = await Promise.all([launch(), ready(program)]);
  return {
    url,
    folder,
    visit: () => visit(browser, url),
    async restart() {
      await program.stop();
      program = start(new URL(url).port);
      await ready(program);
    },
    async close() {
      await browser.close();
      await program.stop();
      await until(() => processesOn(folder).length === 0 || undefined, 'everything to be gone');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a person does at the page, by what a person sees. */
export type Screen = {
  page: Page;
  actAs(person: string): Promise<void>;
  goTo(channel: string): Promise<void>;
  /** Writes a message in the channel that is open, and opens its thread. */
  ask(text: string): Promise<void>;
  /** Writes into the open thread. */
  reply(text: string): Promise<void>;
  thread: Locator;
  /** Waits until the last thing that the bot says in the open thread has these words. */
  hear(words: string | RegExp, ms?: number): Promise<void>;
  /** The newest card of the open channel. */
  card: Locator;
};

const PATIENCE_MS = 20_000;

async function visit(browser: Browser, url: string): Promise<Screen> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  const main = page.getByRole('main');
  const thread = page.getByRole('complementary', { name: 'Thread' });
  const write = async (label: RegExp, text: string) => {
    const field = page.getByRole('textbox', { name: label });
    await field.fill(text);
    await field.press('Escape');
    await field.press('Enter');
  };
  return {
    page,
    thread,
    card: main
      .getByRole('article')
      .filter({ has: page.getByRole('button', { name: 'Approve' }) })
      .last(),
    async actAs(person) {
      await page.getByRole('button', { name: /^Act as: you are/ }).click();
      await page.getByRole('menuitemradio', { name: new RegExp(person) }).click();
      await page.getByRole('button', { name: new RegExp(`^Act as: you are ${person}`) }).waitFor();
    },
    async goTo(channel) {
      const list = page.getByRole('navigation', { name: 'Channels and direct messages' });
      await list
        .getByRole('button', { name: new RegExp(`^(Direct message with )?${channel}\\b`) })
        .first()
        .click();
      await page.getByRole('main', { name: channel }).waitFor();
    },
    async ask(text) {
      await write(/^Message /, text);
      const said = main
        .getByRole('article')
        .filter({ hasText: text.replace(/^@countersign /, '') })
        .last();
      await said.getByRole('button', { name: /open the thread/i }).click();
      await thread.waitFor();
    },
    reply: (text) => write(/^Reply/, text),
    async hear(words, ms = PATIENCE_MS) {
      const said = thread.getByRole('article', { name: /^Countersign,/ });
      await expect
        .poll(
          () =>
            said
              .last()
              .textContent()
              .catch(() => ''),
          { timeout: ms, message: `the bot to say ${words}` },
        )
        .toMatch(words);
    },
  };
}
