import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { launch } from '../../scripts/browser/chromium.ts';
import { type Door, openDoor } from '../doors/playground-setup.ts';
import { until } from '../support/app.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { everyThird } from '../support/seeds.ts';
import { connectApp, type Heard } from './app.ts';
import { card, hostile, post } from './cards.ts';
import { expectAccessible, messages, type Visit, type Visitor, visit } from './page-setup.ts';

vi.setConfig({ testTimeout: 60_000 });

const third = everyThird(it);

describeInBrowser('a message', () => {
  let browser: Browser;
  let door: Door;
  let visits: Visit[];

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    door = await openDoor();
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
    return one.page;
  };

  third('shows plain text of a card letter by letter, and never as markup', async () => {
    await post(door, 'C0APPROVALS', { blocks: card(hostile) });
    const page = await come({ at: '#/C0APPROVALS' });
    const shown = messages(page).first();
    await shown.getByRole('button', { name: 'Approve' }).waitFor();

    const texts = await shown.locator('.plain-text').allTextContents();
    expect(texts).toEqual([hostile.split('\n')[0], `Tool\n${hostile}`, hostile, hostile]);
    for (const markup of ['a', 'em', 'code', 'b', 'img', '.emoji', '.plain-text .mention', '.plain-text strong']) {
      expect(await shown.locator(markup).count(), markup).toBe(0);
    }
    const kept = await page.evaluate(
      'getComputedStyle(document.querySelector(".block-context .plain-text")).whiteSpace',
    );
    expect(kept).toBe('pre-wrap');
    await shown.getByText('@lisa', { exact: true }).waitFor();
  });

  third('names a block that is not drawn, loads no picture of elsewhere, and follows no script', async () => {
    await post(door, 'C0GENERAL', {
      blocks: [
        { type: 'video', video_url: 'https://v.example', title: { type: 'plain_text', text: 't' } },
        { type: 'image', image_url: 'https://evil.example/pixel.png', alt_text: 'a chart' },
        {
          type: 'markdown',
          text: '[x](javascript:alert(1)) ![y](https://evil.example/p.png) <script>alert(2)</script>',
        },
        { type: 'section', text: { type: 'mrkdwn', text: '<javascript:alert(3)|z> <https://ok.example/a|fine>' } },
      ],
    });
    const page = await come();
    await page.getByText('This page does not draw the block "video".').waitFor();
    await page.getByText('Picture: a chart (not loaded, it lies at evil.example)').waitFor();

    const all = await messages(page).getByRole('link').all();
    const links = await Promise.all(
      all.map(async (one) => [await one.getAttribute('href'), await one.getAttribute('rel')]),
    );
    expect(links).toEqual([
      ['https://evil.example/p.png', 'noopener noreferrer'],
      ['https://ok.example/a', 'noopener noreferrer'],
    ]);
    expect(await messages(page).locator('script, img').count()).toBe(0);
    expect(await messages(page).getByRole('link', { name: /fine/ }).textContent()).toBe('fine (ok.example)');
  });

  third(
    'grows while it streams, with the steps that are taken, and is edited and deleted before everybody’s eyes',
    async () => {
      const { ts } = await door.workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'who is it?' });
      const page = await come({ at: `#/C0GENERAL?thread=${ts}` });
      const pane = page.getByRole('complementary', { name: 'Thread' });
      await pane.getByText('who is it?').waitFor();

      const place = { channel: 'C0GENERAL', thread_ts: ts };
      await door.app('assistant.threads.setStatus', {
        channel_id: 'C0GENERAL',
        thread_ts: ts,
        status: 'is working on it…',
      });
      await pane.getByText('Countersign is working on it…').waitFor();

      const begun = await door.app('chat.startStream', {
        ...place,
        recipient_user_id: 'U0LISA',
        recipient_team_id: door.workspace.teamId,
        chunks: [
          { type: 'task_update', id: '1', title: 'search customers', status: 'in_progress' },
          { type: 'markdown_text', text: 'It is **Li' },
        ],
      });
      await pane.getByText('search customers').waitFor();
      await pane.getByRole('img', { name: 'in progress' }).waitFor();
      expect(await pane.getByText('Countersign is working on it…').count()).toBe(0);

      const stream = { channel: 'C0GENERAL', ts: begun.ts };
      await door.app('chat.appendStream', {
        ...stream,
        chunks: [
          { type: 'task_update', id: '1', title: 'search customers', status: 'complete' },
          { type: 'markdown_text', text: 'sa Park**' },
        ],
      });
      await pane.locator('strong', { hasText: 'Lisa Park' }).waitFor();
      await pane.getByRole('img', { name: 'done' }).waitFor();
      await door.app('chat.stopStream', stream);
      await pane.getByRole('img', { name: 'still writing' }).waitFor({ state: 'detached' });

      await door.app('chat.update', {
        ...stream,
        text: 'words',
        blocks: [{ type: 'markdown', text: 'It is nobody.' }],
      });
      await pane.getByText('It is nobody.').waitFor();
      await pane.getByText('(edited)').waitFor();

      await door.workspace.remove({ channel: 'C0GENERAL', ts });
      await pane.getByText('This message was deleted.').waitFor();
      await door.app('chat.delete', stream);
      await pane.getByText('It is nobody.').waitFor({ state: 'detached' });
    },
  );

  third('has buttons and menus that the app hears of, and asks first where it is told to', async () => {
    const app = await connectApp(door, () => undefined);
    const option = (value: string) => ({ text: { type: 'plain_text', text: `to ${value}` }, value });
    const plain = (text: string) => ({ type: 'plain_text', text });
    await post(door, 'C0GENERAL', {
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              ...{ type: 'button', text: plain('Delete all'), action_id: 'all', value: '7', style: 'danger' },
              confirm: {
                title: plain('Sure?'),
                text: plain('All of it.'),
                confirm: plain('Yes, all'),
                deny: plain('No'),
              },
            },
            {
              type: 'static_select',
              action_id: 'move',
              placeholder: plain('Move'),
              options: [option('one'), option('two')],
            },
          ],
        },
      ],
    });
    const page = await come();

    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByRole('alertdialog', { name: 'Sure?' }).getByText('All of it.').waitFor();
    await expectAccessible(page, 'confirmation');
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByRole('button', { name: 'Yes, all' }).click();
    const pressed = await until(() => app.heard.find(({ type }) => type === 'block_actions'), 'the press');
    expect(pressed.actions).toMatchObject([{ action_id: 'all', value: '7' }]);
    expect(app.heard.filter(({ type }) => type === 'block_actions')).toHaveLength(1);

    await page.getByRole('button', { name: /Move/ }).click();
    await page.getByRole('option', { name: 'to two' }).click();
    const chosen = await until(() => app.heard.filter(({ type }) => type === 'block_actions')[1], 'the choice');
    expect(chosen.actions).toMatchObject([{ action_id: 'move', selected_option: { value: 'two' } }]);
    await app.close();
  });

  third('opens a form, which is filled in, complained of, and sent', async () => {
    const app = await connectApp(door, (heard) => answerForm(door, heard));
    await post(door, 'C0GENERAL', {
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'Edit' }, action_id: 'edit' }],
        },
      ],
    });
    const page = await come();
    await page.getByRole('button', { name: 'Edit' }).click();
    const form = page.getByRole('dialog', { name: 'Change the request' });
    await form.getByText(hostile.split('\n')[0] ?? '').waitFor();
    await expectAccessible(page, 'form');

    await form.getByLabel('Amount').fill('many');
    await form.getByLabel('Reason').fill('');
    await form.getByRole('button', { name: 'Submit changes' }).click();
    await form.getByText('Please enter a valid number.').waitFor();
    await form.getByText('Please complete this required field.').first().waitFor();
    expect(await form.getByText('Please complete this required field.').count()).toBe(2);
    await expectAccessible(page, 'form with complaints');

    await form.getByLabel('Amount').fill('99');
    await form.getByLabel('Reason').fill('because');
    await form.getByRole('button', { name: /Kind/ }).click();
    await page.getByRole('option', { name: 'whole' }).click();
    await form.getByRole('button', { name: 'Submit changes' }).click();
    await form.getByText('No more than 50.').waitFor();

    await form.getByLabel('Amount').fill('20');
    await page.keyboard.press('Enter');
    await form.waitFor({ state: 'detached' });
    const sent = app.heard.filter(({ type }) => type === 'view_submission').at(-1) as Heard;
    expect((sent.view as { state: { values: object } }).state.values).toEqual({
      amount: { value: { type: 'number_input', value: '20' } },
      reason: { value: { type: 'plain_text_input', value: 'because' } },
      kind: { value: { type: 'static_select', selected_option: expect.objectContaining({ value: 'w' }) } },
    });
    await app.close();
  });
});

async function answerForm(door: Door, heard: Heard): Promise<object | undefined> {
  if (heard.type === 'block_actions') {
    const opened = await door.app('views.open', { trigger_id: heard.trigger_id, view });
    if (opened.ok !== true) throw new Error(JSON.stringify(opened));
  }
  if (heard.type !== 'view_submission') return undefined;
  const { values } = (heard.view as { state: { values: Record<string, { value: { value: string } }> } }).state;
  const isTooMuch = Number(values.amount?.value.value) > 50;
  return isTooMuch ? { response_action: 'errors', errors: { amount: 'No more than 50.' } } : undefined;
}

const words = (text: string) => ({ type: 'plain_text', text, emoji: false });
const input = (block: string, label: string, element: object) => ({
  ...{ type: 'input', block_id: block, label: words(label) },
  element: { ...element, action_id: 'value' },
});
const view = {
  ...{ type: 'modal', callback_id: 'edit', title: words('Change the request') },
  ...{ submit: words('Submit changes'), close: words('Cancel') },
  blocks: [
    { type: 'section', text: words(hostile) },
    input('amount', 'Amount', { type: 'number_input', is_decimal_allowed: true, initial_value: '10' }),
    input('reason', 'Reason', { type: 'plain_text_input', multiline: false, initial_value: 'none' }),
    input('kind', 'Kind', {
      type: 'static_select',
      options: [
        { text: words('part'), value: 'p' },
        { text: words('whole'), value: 'w' },
      ],
    }),
  ],
};
