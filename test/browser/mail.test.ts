import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { launch } from '../../scripts/browser/chromium.ts';
import { PATIENCE_MS } from '../../scripts/browser/screen.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { type Playground, startPlayground } from '../support/playground.ts';
import { expectAccessible, messages, phone, type Visit, type Visitor, visit } from './page-setup.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describeInBrowser('mail at the page', () => {
  let playground: Playground;
  let browser: Awaited<ReturnType<typeof launch>>;
  const visits: Visit[] = [];
  beforeAll(async () => {
    [playground, browser] = await Promise.all([startPlayground(), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await playground?.close();
  });
  afterEach(async () => {
    const faults = visits.flatMap((one) => one.faults);
    for (const one of visits.splice(0)) await one.close();
    expect(faults).toEqual([]);
  });

  const come = async (visitor: Visitor): Promise<Mailer> => {
    const one = await visit(browser, playground.url, visitor);
    one.page.setDefaultTimeout(PATIENCE_MS);
    visits.push(one);
    return mailer(one);
  };

  test('a customer asks for their orders, reads the answer in the thread, and goes on with it', async () => {
    const { page, choose, letters } = await come({});
    await page.getByRole('button', { name: 'Mail', exact: true }).click();
    await choose('Whose mail', 'Lisa Park');
    await page.getByRole('button', { name: 'Write a mail' }).click();
    await page.getByRole('textbox', { name: 'Subject' }).fill('My orders');
    await page.getByRole('textbox', { name: 'Text' }).fill('Which orders have I placed?');
    await page.getByRole('button', { name: 'Send' }).click();

    const answer = letters.filter({ hasText: 'ORD-1004' });
    await answer.waitFor();
    expect(await letters.count()).toBe(2);
    expect(await letters.first().textContent()).toMatch(/sender verified.*Which orders have I placed\?/);
    await expectAccessible(page, 'thread of a customer');

    await page.getByRole('textbox', { name: 'Answer' }).fill('Thanks, and which of them is the newest?');
    await page.getByRole('textbox', { name: 'Answer' }).press('Control+Enter');
    await expect.poll(() => letters.count(), { timeout: PATIENCE_MS }).toBe(4);
    await letters.first().getByRole('button', { name: 'Show raw source' }).click();
    await letters.first().getByText('auth=pass smtp.auth=lisa.park@example.com').waitFor();
    const newest = page.getByRole('list', { name: 'Threads' }).getByRole('button').first();
    expect(await newest.textContent()).toMatch(/^Lisa Park, Jewelry operations 4.*My orders/);
  });

  test('a forger who writes in her name is told nothing of her records', async () => {
    const { letters, write } = await come({ at: '#/mail/forger?thread=new' });
    await write('My orders, please', 'Which orders have I placed?');

    await letters.filter({ hasText: 'We could not verify who sent your mail' }).waitFor();
    expect(await letters.first().textContent()).toContain('sender not verified');
    expect(await letters.last().textContent()).not.toMatch(/ORD-|CUST-/);
    await letters.first().getByRole('button', { name: 'Show raw source' }).click();
    await letters.first().getByText('localhost; auth=none').waitFor();
  });

  test('another customer sees nothing of it, and the team sees all of it at once, with its labels', async () => {
    const team = await come({ at: '#/mail/team' });
    const { page, letters, choose, write } = await come({ at: '#/mail/jordan', colorScheme: 'dark' });
    await page.getByText('No mail yet.').waitFor();
    await expectAccessible(page, 'empty mailbox');
    await page.getByRole('button', { name: 'Write a mail' }).click();
    await choose('To', 'Help desk');
    await page.locator('input[type=file]').setInputFiles({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('The lock sticks.'),
    });
    await expectAccessible(page, 'new mail');
    await write('<b>Notes</b>', '<img src=x onerror=alert(1)> Good morning!');

    const row = team.page.getByRole('list', { name: 'Threads' }).getByRole('button', { name: /<b>Notes<\/b>/ });
    await row.getByText('INBOX').waitFor();
    await row.click();
    const seen = team.letters.first();
    await seen.getByRole('list', { name: 'Attachments' }).getByText('notes.txt').waitFor();
    await seen.getByText('<img src=x onerror=alert(1)> Good morning!').waitFor();
    await team.letters.first().getByText('Answered by Countersign').waitFor();
    await expectAccessible(team.page, 'thread of the team');
    expect(await letters.count()).toBe(2);
    for (const subject of ['My orders', 'My orders, please']) {
      expect(await team.page.getByText(subject, { exact: true }).first().isVisible()).toBe(true);
    }
  });

  test('a refund that she asks for is signed by the manager in Slack, and her thread tells it', async () => {
    const { page, letters, write } = await come({ at: '#/mail/lisa?thread=new' });
    await write('The clasp', 'Please refund $20 of order ORD-1001, the clasp is loose.');
    await letters.filter({ hasText: 'waits for the signature of a manager' }).waitFor();

    const manager = await come({ as: 'U0MARCO', at: '#/C0APPROVALS' });
    const card = messages(manager.page).filter({ hasText: 'ORD-1001' });
    await card.getByText('verified: our mail server vouches for it').waitFor();
    expect(await card.textContent()).toMatch(/lisa\.park@example\.com[\s\S]*Please refund \$20 of order ORD-1001/);
    await card.getByRole('button', { name: 'Approve' }).click();
    await letters.filter({ hasText: '$20.00 of ORD-1001 was refunded' }).waitFor();
    expect(await letters.count()).toBe(3);
    await expectAccessible(page, 'thread with an outcome');
  });

  test('an address that no desk has is refused in words', async () => {
    const refused = await fetch(`${playground.url}/playground/mail`, {
      method: 'POST',
      body: JSON.stringify({ as: 'lisa', to: 'support+nobody@localhost', subject: 'Hi', text: 'Hello?' }),
    });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('Nobody reads mail to support+nobody@localhost here');
  });

  test('on a phone one pane is shown at a time, with a way back', async () => {
    const { page, letters } = await come({ ...phone, at: '#/mail/lisa' });
    await page
      .getByRole('button', { name: /My orders/ })
      .first()
      .tap();
    await letters.first().waitFor();
    expect(await page.getByRole('list', { name: 'Threads' }).isVisible()).toBe(false);
    await expectAccessible(page, 'thread on a phone');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('complementary').getByRole('button', { name: 'Back' }).tap();
    await page.getByRole('list', { name: 'Threads' }).waitFor();
    await expectAccessible(page, 'threads on a phone');
  });
});

type Mailer = ReturnType<typeof mailer>;

/** The acts of somebody at the page's mailbox. */
function mailer({ page }: Visit) {
  return {
    page,
    letters: page.getByRole('log', { name: 'Mails of this thread' }).getByRole('article'),
    async choose(label: string, option: string) {
      await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
      await page.getByRole('option', { name: new RegExp(`^${option}`) }).click();
    },
    async write(subject: string, text: string) {
      await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
      await page.getByRole('textbox', { name: 'Text' }).fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
    },
  };
}
