import { rmSync } from 'node:fs';
import { expect } from 'vitest';
import { launch } from '../../scripts/browser/chromium.ts';
import { PATIENCE_MS, type Screen, visit } from '../../scripts/browser/screen.ts';
import { until } from './app.ts';
import { prepareData } from './data.ts';
import { type Program, processesOn, ready, run, workplace } from './process.ts';

export type Playground = {
  url: string;
  visit(): Promise<Screen>;
  /** Ends the product and starts it again on the same data, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** `npm start` with nothing configured, on the data of a first start, and a real browser before it. */
export async function startPlayground(change: (folder: string) => void = () => {}): Promise<Playground> {
  const folder = workplace();
  change(folder);
  await prepareData(`${folder}/data`);
  const start = (port: string) => run('start.ts', folder, { DATA_DIR: `${folder}/data`, PORT: port });
  let program: Program = start('0');
  const [browser, url] = await Promise.all([launch(), ready(program)]);
  return {
    url,
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

/** Waits until the last thing that the bot said in the open thread has these words. */
export async function hear({ answer }: Screen, words: RegExp, ms = PATIENCE_MS): Promise<void> {
  await expect.poll(() => textOf(answer), { timeout: ms, message: `what the bot says in the thread` }).toMatch(words);
}

/** Waits until the open channel shows these words. */
export async function see({ page }: Screen, words: RegExp): Promise<void> {
  await expect
    .poll(() => textOf(page.getByRole('main')), { timeout: PATIENCE_MS, message: 'what the channel shows' })
    .toMatch(words);
}

async function textOf(place: Screen['answer']): Promise<string> {
  return (await place.count()) === 0 ? '' : ((await place.textContent()) ?? '');
}
