// npm run screenshots: makes the pictures of docs/ by playing the first minute in a real browser.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launch } from './browser/chromium.ts';
import { type Screen, visit } from './browser/screen.ts';

const folder = 'docs/pictures';
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const looks: [name: string, how: BrowserContextOptions][] = [
  ['desktop-light', { colorScheme: 'light' }],
  ['desktop-dark', { colorScheme: 'dark' }],
  ['phone-light', { ...phone, colorScheme: 'light' }],
  ['phone-dark', { ...phone, colorScheme: 'dark' }],
];

const desktops = looks.filter(([name]) => name.startsWith('desktop'));

const question = 'who is Lisa Park, and what has she ordered?';
const request = 'refund $20 of order ORD-1002, the clasp is loose';

/** Plays the story once, on a desktop, and takes each picture in every size and colour scheme. */
async function tell(browser: Browser, url: string): Promise<void> {
  const screen = await visit(browser, url);
  await screen.ask(`@countersign ${question}`);
  await screen.answer.getByText('ORD-1004').first().waitFor();
  await screen.ask(`@countersign ${request}`);
  await screen.answer.getByText(/sign/i).first().waitFor();
  await take(browser, url, 'asked', 'Lisa', async (at) => {
    await at.goTo('general');
    await at.openThread(question);
  });
  await take(browser, url, 'card', 'Marco', async (at) => {
    await at.goTo('approvals');
    await at.card.getByRole('button', { name: 'Approve' }).scrollIntoViewIfNeeded();
  });
  await take(
    browser,
    url,
    'edit',
    'Marco',
    async (at) => {
      await at.goTo('approvals');
      await at.card.getByRole('button', { name: 'Edit' }).click();
      await at.page.getByRole('dialog').waitFor();
    },
    // Slack keeps a form open for its person in every window.
    (at) => at.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click(),
  );
  await take(browser, url, 'home', 'Marco', async ({ page }) => {
    await page.getByRole('button', { name: /^Home of Countersign/ }).click();
    await page.getByText('Waiting for you').waitFor();
  });
  await screen.actAs('Marco');
  await screen.goTo('approvals');
  await screen.card.getByRole('button', { name: 'Approve' }).click();
  await screen.page
    .getByRole('main')
    .getByText(/was refunded/)
    .first()
    .waitFor();
  await take(browser, url, 'done', 'Lisa', async (at) => {
    await at.goTo('general');
    await at.openThread(request);
  });
  await take(browser, url, 'behind', 'Lisa', async (at) => {
    await at.goTo('general');
    await at.openThread(request);
    await at.page.getByRole('button', { name: 'Behind the scenes of this thread' }).click();
    await at.page.getByRole('log', { name: 'What happened' }).getByRole('listitem').first().waitFor();
  });
  await take(browser, url, 'faults', 'Lisa', async ({ page }) => {
    await page.getByRole('button', { name: 'Faults', exact: true }).click();
    await page.getByRole('region', { name: 'Worker' }).waitFor();
  });
}

const REFUND = 'Please refund $20 of order ORD-1001, the clasp is loose.';
const PERSON = 'I would like to talk to a person, please.';

/** A customer writes two mails: a manager signs what the first asks for, and a colleague takes over the second. */
async function tellMail(browser: Browser, url: string): Promise<void> {
  const screen = await visit(browser, url);
  const signed = await write(url, 'The clasp of my pendant', REFUND);
  await write(url, 'My ring', PERSON);
  await screen.actAs('Marco');
  await screen.goTo('approvals');
  const card = screen.page.getByRole('main').getByRole('article').filter({ hasText: 'ORD-1001' });
  await card.getByRole('button', { name: 'Approve' }).click();
  const letters = screen.page.getByRole('log', { name: 'Mails of this thread' }).getByRole('article');
  const open = async ({ page }: Screen) => {
    await page.goto(`${url}/playground?as=U0LISA#/mail/lisa?thread=${signed}`);
    await page
      .getByRole('log', { name: 'Mails of this thread' })
      .getByText(/was refunded/)
      .waitFor();
  };
  await open(screen);
  await letters.first().waitFor();
  await take(browser, url, 'mail', 'Lisa', open);
  const handedOver = async (at: Screen) => {
    await at.goTo('approvals');
    await at.page.getByText('A customer asks for a person').first().scrollIntoViewIfNeeded();
  };
  await take(browser, url, 'hand-over', 'Marco', handedOver, undefined, desktops);
}

/** Gives the thread of the mail. */
async function write(url: string, subject: string, text: string): Promise<string> {
  const body = JSON.stringify({ as: 'lisa', to: 'support+jewelry@localhost', subject, text });
  const answer = await fetch(`${url}/playground/mail`, { method: 'POST', body });
  return ((await answer.json()) as { thread: string }).thread;
}

async function take(
  browser: Browser,
  url: string,
  name: string,
  person: string,
  prepare: (screen: Screen) => Promise<void>,
  leave: (screen: Screen) => Promise<void> = async () => {},
  shown = looks,
): Promise<void> {
  for (const [look, how] of shown) {
    const screen = await visit(browser, url, how);
    await screen.actAs(person);
    await prepare(screen);
    // Wait until animations have ended.
    await screen.page.waitForTimeout(600);
    const path = join(folder, `${name}-${look}.png`);
    await screen.page.screenshot({ path });
    process.stdout.write(`${path}\n`);
    await leave(screen);
    await screen.page.context().close();
  }
}

/** `npm start` on data of its own, at a free port. */
function startProduct(dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const env = { ...process.env, PORT: '0', DATA_DIR: dataDir };
  const child = spawn(process.execPath, ['--import', 'tsx', 'start.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const url = /is ready: (http:\/\/\S+)/.exec(said)?.[1];
      if (url) resolve({ url, stop });
    });
    void ended.then(() => reject(new Error('The product ended before it was ready.')));
  });
}

const dataDir = mkdtempSync(join(tmpdir(), 'countersign-screenshots-'));
mkdirSync(folder, { recursive: true });
const [product, browser] = await Promise.all([startProduct(dataDir), launch()]);
try {
  await tell(browser, product.url);
  await tellMail(browser, product.url);
} finally {
  await browser.close();
  await product.stop();
  rmSync(dataDir, { recursive: true });
}
