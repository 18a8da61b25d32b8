import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { headerOf, type Lying, openPost, type Post } from './post.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';
const alex = 'alex.carter@example.com';

/** Asks for what a customer wants, and passes on what became of it. */
const script: Script = ({ lastUser, toolResults }) => {
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  if (toolResults.length > 0) return { text: 'We look at it, and you will hear from us here.' };
  if (/issue/.test(lastUser))
    return {
      calls: [{ name: 'bank__report_issue', arguments: { ...issue, description: lastUser.replace(/[<>]/g, '') } }],
    };
  if (/moved/.test(lastUser)) return { calls: [{ name: 'bank__update_address', arguments: harbor }] };
  return { text: `Heard ${lastUser.replace(/[<>]/g, '')}` };
};
const issue = { subject: 'Charged twice', description: 'Two payments on one morning', category: 'transaction' };
const harbor = { street: '12 Harbor Street', city: 'Portland', state: 'Oregon', postal_code: '97209', country: 'USA' };

describe('what a customer wants changed', () => {
  let app: App;
  let post: Post;
  const desks = mkdtempSync(join(tmpdir(), 'countersign-desks-'));
  beforeAll(async () => {
    cpSync('desks', desks, { recursive: true });
    const file = join(desks, 'bank.yaml');
    const written = readFileSync(file, 'utf8');
    // Here an address takes the signature of a manager, whoever asks.
    writeFileSync(file, written.replace(/(update_address:\n\s+effect: keyed\n\s+rule: approve\n)\s+when:\n.*\n/, '$1'));
    app = await startApp('postgres', script, { smtpPort: 0, playground: true }, { desks });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
    rmSync(desks, { recursive: true });
  });

  const toJordan = async (text: string, after = 0): Promise<Lying> =>
    until(
      async () => (await post.all()).slice(after).find((one) => one.to_text === jordan && one.text.includes(text)),
      `a mail that says "${text}"`,
      20_000,
    );
  const issues = async () =>
    (await post.sql("select count(*)::int as n from bank.issues where subject = 'Charged twice'"))[0]?.n;
  const asksForIssue = async () => {
    const before = (await post.all()).length;
    await post.write({ from: jordan, to: bank, subject: 'Twice', text: `I have an issue, number ${before}.` });
    const question = await toJordan('Please confirm what you asked for', before);
    const known = `select 1 from countersign.cards where message like '% ${question.message_id}'`;
    await until(
      async () => ((await post.sql(known)).length > 0 ? true : undefined),
      'the question to be known as asked',
    );
    return question;
  };
  const answering = (question: Lying) => ({
    to: bank,
    subject: `Re: ${question.subject}`,
    inReplyTo: question.message_id,
    references: [question.message_id],
  });

  it('is shown to them whole, and done once they answer with yes above what they quote', async () => {
    const before = await issues();
    const question = await asksForIssue();
    expect(question.text).toContain('subject: "Charged twice"');
    expect(await issues()).toBe(before);

    const quoted = question.text.replace(/^/gm, '> ');
    const text = `Yes\n\nOn Sun, Nov 29, 2026 at 9:58 PM Bank <${bank}> wrote:\n${quoted}`;
    await post.write({ ...answering(question), from: jordan, text });
    await toJordan('was confirmed and is done');
    expect(await issues()).toBe(Number(before) + 1);
  });

  it('is waited for during 72 hours', async () => {
    await asksForIssue();
    const [row] = await post.sql(
      "select extract(epoch from expires_at - opened_at)::int / 3600 as hours from countersign.approvals where state = 'open'",
    );
    expect(row?.hours).toBe(72);
  });

  it.each([
    ['somebody who writes under their name', { from: jordan, anonymous: true }],
    ['another customer', { from: alex }],
  ])('is not done on the yes of %s', async (_, who) => {
    const before = await issues();
    const question = await asksForIssue();
    const answer = await post.answerTo(await post.write({ ...answering(question), ...who, text: 'yes' }));
    expect(answer.text).toContain('Heard');
    await sleep(1_000);
    expect(await issues()).toBe(before);
  });

  it('is asked for by number where several questions are open, and done on a yes with one', async () => {
    const before = Number(await issues());
    const first = await asksForIssue();
    const conversation = { ...answering(first), from: jordan };
    const sent = (await post.all()).length;
    await post.write({ ...conversation, text: `I have another issue, number ${sent}.` });
    const second = await toJordan('Please confirm what you asked for', sent);
    expect([first.text, second.text].map((text) => /This is question (\d)/.exec(text)?.[1])).toEqual(['1', '2']);

    const bare = await post.answerTo(await post.write({ ...conversation, ...answering(second), text: 'Yes' }));
    expect(bare.text).toContain('Please answer with its number, such as "yes 1" or "no 1"');
    expect(bare.text).toMatch(/Question 1: .*Question 2: /s);
    expect(bare.text).not.toContain('button');
    expect(await issues()).toBe(before);

    await post.write({ ...conversation, ...answering(second), text: 'yes, question 2' });
    await toJordan('was confirmed and is done', sent);
    expect(await issues()).toBe(before + 1);
  });

  it('is asked again where their yes came before the question', async () => {
    const before = await issues();
    const question = await asksForIssue();
    // As where the worker has not recorded yet that it asked.
    await post.sql(`update countersign.cards set message = null where message like '% ${question.message_id}'`);
    const theirs = headerOf(question.raw, 'In-Reply-To') ?? '';
    const mail = { ...answering(question), from: jordan, inReplyTo: theirs, references: [theirs] };
    const answer = await post.answerTo(await post.write({ ...mail, text: 'Yes' }));
    expect(answer.text).toContain('I cannot tell which question you answer');
    expect(await issues()).toBe(before);
  });

  it('is not done where they say no', async () => {
    const before = await issues();
    const question = await asksForIssue();
    await post.write({ ...answering(question), from: jordan, text: 'No' });
    await toJordan('is cancelled');
    expect(await issues()).toBe(before);
  });

  it('waits for a manager in Slack where the desk says so, and they hear of it in their thread', async () => {
    const asked = await post.write({ from: jordan, to: bank, subject: 'My address', text: 'I have moved.' });
    expect((await post.answerTo(asked)).text).toContain('you will hear from us here');
    const card = await until(
      () => app.slack.messages('C0APPROVALS').find(({ blocks }) => JSON.stringify(blocks).includes('12 Harbor Street')),
      'a card in Slack',
    );
    expect(JSON.stringify(card.blocks)).toContain(jordan);
    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    const outcome = await toJordan('was signed and is done');
    const question = (await post.all()).find(({ message_id }) => message_id === asked);
    expect(outcome.thread_id).toBe(question?.thread_id);
  });
});
