import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { playgroundPlugin } from '../../playground/door/plugin.ts';
import { addPeopleAndChannels } from '../../playground/people-and-channels.ts';
import { createWorkspace } from '../../playground/slack/workspace.ts';
import { launch } from '../../scripts/browser/chromium.ts';
import { type Door, openDoor, serve } from '../doors/playground-setup.ts';
import { until } from '../support/app.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { everyThird } from '../support/seeds.ts';
import { connectApp } from './app.ts';
import { composer, messages, type Visit, type Visitor, visit } from './page-setup.ts';

vi.setConfig({ testTimeout: 60_000 });

const third = everyThird(it);

describeInBrowser('people on the page', () => {
  let browser: Browser;
  let door: Door;
  let visits: Visit[];

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    door = await openDoor();
    addPeopleAndChannels(door.workspace, door.ports);
    // The app has found its workspace.
    await door.app('auth.test', {});
    visits = [];
  });
  afterEach(async () => {
    for (const one of visits) await one.close();
    await door.close();
    expect(visits.flatMap(({ faults }) => faults)).toEqual([]);
  });

  const come = async (visitor: Visitor = {}) => {
    const one = await visit(browser, door.url, visitor);
    visits.push(one);
    await composer(one.page).waitFor();
    return one.page;
  };
  const saidIn = (channel: string) => door.workspace.messages(channel).map(({ text }) => text);

  third('begin as somebody who is there, though the address names nobody known', async () => {
    const page = await come({ as: 'U0NOBODY' });
    await page.getByRole('button', { name: 'Acting as Lisa Brandt' }).waitFor();
  });

  it('see the first channel of the person they act as, if that person cannot see the open one', async () => {
    const page = await come();
    await page.getByRole('button', { name: /^Acting as / }).click();
    await page.getByRole('menuitemradio', { name: /Otto/ }).click();
    await page.getByRole('main').getByRole('heading', { level: 2, name: 'with-northwind' }).waitFor();
    expect(await page.getByRole('main').textContent()).not.toContain('You cannot see this channel');
  });

  third('mention the bot and others by name, in as many lines as they like', async () => {
    const page = await come();
    await page.keyboard.type('@coun');
    await page.getByRole('option', { name: /countersign/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('is 1 < 2 for @mar');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Enter');

    await messages(page).first().getByText('second line').waitFor();
    expect(saidIn('C0GENERAL')).toEqual([`<@${door.workspace.botUserId}> is 1 &lt; 2 for <@U0MARCO> \nsecond line`]);
    expect(await composer(page).inputValue()).toBe('');
  });

  third('edit and delete what they wrote, and nothing else', async () => {
    await door.workspace.say({ user: 'U0MARCO', channel: 'C0GENERAL', text: 'not yours' });
    const page = await come();
    await page.keyboard.type('frist');
    await page.keyboard.press('Enter');
    await messages(page).getByText('frist').waitFor();

    await page.keyboard.press('ArrowUp');
    await page.getByRole('textbox', { name: 'Edit message' }).fill('first');
    await page.keyboard.press('Enter');
    await messages(page).getByText('first').waitFor();
    await messages(page).getByText('(edited)').waitFor();

    await messages(page).getByText('first').hover();
    await page.getByRole('button', { name: 'Delete message' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await messages(page).getByText('first').waitFor({ state: 'detached' });

    await messages(page).getByText('not yours').hover();
    await page.getByRole('toolbar', { name: 'Message actions' }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete message' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Edit message' }).count()).toBe(0);
  });

  third('ask with a press what the desk offers', async () => {
    const page = await come({ at: '#/C0GENERAL' });
    await page.getByRole('button', { name: 'Who is Lisa?' }).click();
    await messages(page).getByText('Who is Lisa?').waitFor();
    expect(saidIn('C0GENERAL')).toEqual([`<@${door.workspace.botUserId}> Who is Lisa?`]);
  });

  third('run a command from its list, and alone see its answer until they put it away', async () => {
    const app = await connectApp(door, ({ type }) =>
      type === 'slash_command' ? { text: 'Nothing waits.' } : undefined,
    );
    const page = await come();
    await page.keyboard.type('/');
    await page.getByRole('option', { name: '/countersign' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing waits.').waitFor();
    await page.getByText('Only visible to you').waitFor();
    expect(app.heard.at(-1)).toMatchObject({ command: '/countersign', user_id: 'U0LISA', channel_id: 'C0GENERAL' });

    const marco = await come({ as: 'U0MARCO' });
    expect(await marco.getByText('Nothing waits.').count()).toBe(0);

    await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await page.reload();
    await composer(page).waitFor();
    expect(await page.getByText('Nothing waits.').count()).toBe(0);

    await page.keyboard.type('/nothing');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('/nothing is not a valid command.').waitFor();
    await app.close();
  });

  third('send a picture and a text file, seen before and after, and nothing that is neither', async () => {
    const page = await come();
    const field = page.getByRole('main').locator('input[type=file]');
    await field.setInputFiles([
      { name: 'dot.png', mimeType: 'image/png', buffer: dot },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('first line\nsecond line') },
    ]);
    await page.getByRole('img', { name: 'Preview of dot.png' }).waitFor();
    await field.setInputFiles([{ name: 'tool.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') }]);
    await page
      .getByRole('alert')
      .getByText(/tool.exe is no text or PDF file/)
      .waitFor();
    await page.getByRole('button', { name: 'Send now' }).click();

    const sent = messages(page).first();
    await sent.getByRole('img', { name: 'dot.png' }).waitFor();
    await sent.getByText('second line').waitFor();
    await until(
      () => page.evaluate('document.querySelector("article img").naturalWidth === 1'),
      'the picture to be drawn',
    );
    const [kept] = door.workspace.messages('C0GENERAL');
    expect(kept?.files?.map(({ name, mimetype }) => [name, mimetype])).toEqual([
      ['dot.png', 'image/png'],
      ['notes.txt', 'text/plain'],
    ]);
  });

  third('look through others’ eyes, and see who has something to sign', async () => {
    door.ports.counts = { U0MARCO: 2 };
    await door.workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'hello' });
    const page = await come();
    await page.getByRole('button', { name: 'Acting as Lisa Brandt' }).click();
    const marco = page.getByRole('menuitemradio', { name: /Marco/ });
    await marco.getByRole('img', { name: '2 signatures wait' }).waitFor();
    await marco.click();
    await page.getByRole('button', { name: 'Acting as Marco Rossi 2 signatures wait' }).waitFor();
    await composer(page).fill('it is Marco');
    await page.keyboard.press('Enter');
    await until(() => door.workspace.messages('C0GENERAL').find(({ user }) => user === 'U0MARCO'), 'Marco’s word');

    await page.getByRole('button', { name: /^Acting as/ }).click();
    await page.getByRole('menuitemradio', { name: /Greta/ }).click();
    await page.getByRole('button', { name: 'Acting as Greta Lind' }).waitFor();
    await page.getByRole('button', { name: 'approvals' }).waitFor({ state: 'detached' });
  });

  third('see what is new to them, each for themselves, and no more once they looked', async () => {
    const page = await come({ as: 'U0MARCO' });
    await door.workspace.say({ user: 'U0LISA', channel: 'C0APPROVALS', text: 'look, <@U0MARCO>' });
    await page.getByRole('button', { name: 'approvals, 1 unread for you' }).click();
    await messages(page).getByText('look, @marco').waitFor();
    await page.getByRole('button', { name: 'general', exact: true }).click();
    await page.getByRole('button', { name: 'approvals', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'approvals', exact: true }).waitFor();
  });

  third('go back to what was said long ago, and keep their place meanwhile', async () => {
    for (let line = 1; line <= 120; line++) {
      await door.workspace.say({ user: 'U0MARCO', channel: 'C0GENERAL', text: `line ${line} of many` });
    }
    const page = await come();
    await messages(page).getByText('line 120 of many').waitFor();
    await messages(page).getByText('line 118 of many').hover();
    const oldest = messages(page).getByText('line 71 of many', { exact: true });
    // The list draws more than it shows, so that being drawn is not being read.
    const heightOfOldest = async () => {
      const box = await oldest.boundingBox({ timeout: 200 }).catch(() => null);
      return box && box.y > 100 && box.y < 700 ? box.y : undefined;
    };
    await until(async () => {
      if ((await heightOfOldest()) === undefined) await page.mouse.wheel(0, -150);
      await page.waitForTimeout(100);
      return heightOfOldest();
    }, 'the oldest message of the first page');
    await until(
      async () => (await messages(page).getByText('line 70 of many').count()) > 0 || undefined,
      'the next page',
    );
    await until(heightOfOldest, 'the message that was read to stand where it can be read');

    await until(async () => {
      await page.mouse.wheel(0, -600);
      return (await messages(page).getByText('line 1 of many', { exact: true }).count()) > 0 || undefined;
    }, 'the first message');
  });

  third('read on where the line broke, without a reload, over a restart of the server', async () => {
    const workspace = createWorkspace();
    const plugins = () => [playgroundPlugin({ workspace, ports: door.ports })];
    const first = await serve(plugins());
    const { page, close } = await visit(browser, first.url);
    await composer(page).waitFor();
    await workspace.say({ user: 'U0MARCO', channel: 'C0GENERAL', text: 'before' });
    await messages(page).getByText('before').waitFor();

    await first.close();
    await page.getByText('Reconnecting …').waitFor();
    await workspace.say({ user: 'U0MARCO', channel: 'C0GENERAL', text: 'meanwhile' });
    const second = await serve(plugins(), '127.0.0.1', Number(new URL(first.url).port));

    await messages(page).getByText('meanwhile').waitFor();
    await page.getByText('Reconnecting …').waitFor({ state: 'detached' });
    await close();
    await second.close();
    await workspace.close();
  });
});

/** A picture of one dot. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
