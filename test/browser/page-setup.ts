import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type Visit = {
  page: Page;
  /** What the browser complained of, and requests that left this machine. */
  faults: string[];
  close(): Promise<void>;
};

export type Visitor = BrowserContextOptions & { as?: string; at?: string };

/** A browser that was never here before, through the eyes of one person. */
export async function visit(
  browser: Browser,
  url: string,
  { as = 'U0LISA', at = '', ...options }: Visitor = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => request.url().startsWith(url) || faults.push(`outside: ${request.url()}`));
  await page.goto(`${url}/playground?as=${as}${at}`);
  return { page, faults, close: () => context.close() };
}

export const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

type Violation = { id: string; help: string; nodes: { html: string; failureSummary?: string }[] };

/** As axe judges by its own rules, all of them. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  await page.evaluate(axe);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: Violation[];
  };
  const told = found.violations.map(
    ({ id, help, nodes }) => `${view}: ${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`,
  );
  expect(told).toEqual([]);
}

export const composer = (page: Page) => page.getByRole('main').getByRole('textbox', { name: /^Message / });
export const thread = (page: Page) => page.getByRole('complementary', { name: 'Thread' });
export const messages = (page: Page) => page.getByRole('main').getByRole('article');
