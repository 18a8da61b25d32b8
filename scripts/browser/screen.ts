import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** A person's acts on the page, by the words that a person sees. */
export type Screen = {
  page: Page;
  actAs(person: string): Promise<void>;
  goTo(channel: string): Promise<void>;
  /** Writes a message in the channel that is open, and opens its thread. */
  ask(text: string): Promise<void>;
  /** Opens the thread of the newest message in the open channel that has these words. */
  openThread(words: string): Promise<void>;
  /** Writes into the open thread. */
  reply(text: string): Promise<void>;
  thread: Locator;
  /** The newest thing that the bot said in the open thread. */
  answer: Locator;
  /** The newest card of the open channel that can be signed. */
  card: Locator;
};

/** Machines differ in speed, and the first question also waits for the stand-in model to load. */
export const PATIENCE_MS = 45_000;
const desktop = { width: 1280, height: 800 };

/** Opens the page as somebody who has never been here. */
export async function visit(browser: Browser, url: string, how: BrowserContextOptions = {}): Promise<Screen> {
  const page = await (await browser.newContext({ viewport: desktop, ...how })).newPage();
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
  const openThread = async (words: string) => {
    const said = main.getByRole('article').filter({ hasText: words }).last();
    await said.getByRole('button', { name: /open (the )?thread/i }).click();
    await thread.waitFor();
  };
  const approve = page.getByRole('button', { name: 'Approve' });
  return {
    page,
    thread,
    answer: thread.getByRole('article', { name: /^Countersign,/ }).last(),
    card: main.getByRole('article').filter({ has: approve }).last(),
    async actAs(person) {
      await page.getByRole('button', { name: /^Acting as / }).click();
      await page.getByRole('menuitemradio', { name: new RegExp(person) }).click();
      await page.getByRole('button', { name: new RegExp(`^Acting as ${person}`) }).waitFor();
    },
    async goTo(channel) {
      const list = page.getByRole('navigation', { name: 'Channels and direct messages' });
      const named = new RegExp(`^(Direct message with )?${channel}\\b`);
      await list.getByRole('button', { name: named }).first().click();
      await main.getByRole('heading', { level: 2, name: channel }).waitFor();
    },
    async ask(text) {
      await write(/^Message /, text);
      await openThread(text.replace(/^@countersign /, ''));
    },
    openThread,
    reply: (text) => write(/^Reply/, text),
  };
}
