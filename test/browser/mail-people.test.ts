import { appendFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { launch } from '../../scripts/browser/chromium.ts';
import { PATIENCE_MS } from '../../scripts/browser/screen.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { type Playground, startPlayground } from '../support/playground.ts';
import { expectAccessible, messages, type Visit, type Visitor, visit } from './page-setup.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Colleagues read what this desk writes before it goes out. */
const readFirst = '\nemail: { answers: draft, signature: "Your help desk" }\n';

describeInBrowser('people who take part in mail, at the page', () => {
  let playground: Playground;
  let browser: Awaited<ReturnType<typeof launch>>;
  const visits: Visit[] = [];
  beforeAll(async () => {
    const arrange = (folder: string) => appendFileSync(`${folder}/desks/helpdesk.yaml`, readFirst);
    [playground, browser] = await Promise.all([startPlayground(arrange), launch()]);
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

  const come = async (visitor: Visitor) => {
    const one = await visit(browser, playground.url, visitor);
    one.page.setDefaultTimeout(PATIENCE_MS);
    visits.push(one);
    return { ...one, letters: one.page.getByRole('log', { name: 'Mails of this thread' }).getByRole('article') };
  };
  const write = async ({ page }: Visit, to: string, subject: string, text: string) => {
    await page.getByRole('button', { name: /To$/ }).click();
    await page.getByRole('option', { name: new RegExp(`^${to}`) }).click();
    await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
    await page.getByRole('textbox', { name: 'Text' }).fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
  };

  test('a colleague changes the draft on its card and sends it; the customer gets what they wrote', async () => {
    const customer = await come({ at: '#/mail/lisa?thread=new' });
    await write(customer, 'Help desk', 'The export', 'Which incidents are open?');
    const colleague = await come({ as: 'U0MARCO', at: '#/C0APPROVALS' });
    const card = messages(colleague.page).filter({ hasText: 'The export' });
    await card.getByText('The agent’s answer:').waitFor();
    expect(await customer.letters.count()).toBe(1);
    await expectAccessible(colleague.page, 'card of a draft');

    await card.getByRole('button', { name: 'Edit and send' }).click();
    const form = colleague.page.getByRole('dialog');
    await form.getByRole('textbox').fill('We know of it, and mend it today.');
    await form.getByRole('button', { name: 'Send' }).click();

    await customer.letters.filter({ hasText: 'We know of it, and mend it today.' }).waitFor();
    expect(await customer.letters.last().textContent()).toContain('Your help desk');
    expect(await customer.letters.count()).toBe(2);
    await card.getByText('Sent in its place:').waitFor();
    expect(await card.getByRole('button', { name: 'Send' }).count()).toBe(0);
  });

  test('a customer asks for a person; a colleague writes to them from Slack, another from the mailbox, and gives it back', async () => {
    const customer = await come({ at: '#/mail/lisa?thread=new' });
    await write(customer, 'Jewelry operations', 'My ring', 'I would like to talk to a human, please.');
    await customer.letters.nth(1).waitFor();
    const colleague = await come({ as: 'U0MARCO', at: '#/C0APPROVALS' });
    const card = messages(colleague.page).filter({ hasText: 'My ring' });
    await card.getByText('The agent writes nothing in this conversation').waitFor();
    await expectAccessible(colleague.page, 'card of a conversation that was handed over');
    await card.getByRole('button', { name: 'Send to customer' }).click();
    const form = colleague.page.getByRole('dialog');
    await form.getByRole('textbox').fill('Marco here. What may I do for you?');
    await form.getByRole('button', { name: 'Send' }).click();
    await form.waitFor({ state: 'detached' });
    await customer.letters.filter({ hasText: 'Marco here.' }).waitFor();

    const answer =
      (text: string) =>
      async ({ page }: Visit) => {
        await page.getByRole('textbox', { name: 'Answer' }).fill(text);
        await page.getByRole('textbox', { name: 'Answer' }).press('Control+Enter');
      };
    await answer('Is it ready to be picked up?')(customer);
    await expect.poll(() => customer.letters.count(), { timeout: PATIENCE_MS }).toBe(4);
    // Under the card stand her mail and his, and no answer of the agent.
    await card.getByText('2 replies').waitFor();

    const team = await come({ at: '#/mail/team' });
    await team.page.getByRole('button', { name: /My ring/ }).click();
    await answer('It is, from four o’clock on.')(team);
    await customer.letters.filter({ hasText: 'from four o’clock on' }).waitFor();

    await card.getByRole('button', { name: 'Give back to the agent' }).click();
    await expect.poll(() => card.getByRole('button', { name: 'Send to customer' }).count()).toBe(0);
    await answer('Which orders have I placed?')(customer);
    await customer.letters.filter({ hasText: 'ORD-1004' }).waitFor();
  });
});
