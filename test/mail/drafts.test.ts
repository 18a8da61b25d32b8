import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { colleaguesOf } from './colleagues.ts';
import { type Desks, desksWith } from './desks.ts';
import { headerOf, openPost, type Post } from './post.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';
let counted = 0;

/** Says what it was asked, and how much of the conversation it was given. */
const script: Script = ({ messages, lastUser }) => {
  if (/what do you know/.test(lastUser)) return { text: `I know: ${JSON.stringify(messages)}` };
  return { text: `Answer to ${/number \d+/.exec(lastUser)?.[0]}` };
};

describe('at a desk whose answers a colleague reads first', () => {
  let app: App;
  let post: Post;
  let desks: Desks;
  beforeAll(async () => {
    desks = desksWith({ bank: 'email: { answers: draft, signature: "Your bank", assistant: false }' });
    app = await startApp('postgres', script, { smtpPort: 0, playground: true }, { desks: desks.folder });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
    desks.remove();
  });

  const colleagues = colleaguesOf(() => app);
  const ask = async (more: Partial<Parameters<Post['write']>[0]> = {}) => {
    const number = `number ${++counted}`;
    const asked = await post.write({
      from: jordan,
      to: bank,
      subject: `Mail ${number}`,
      text: `This is ${number}`,
      ...more,
    });
    return { asked, number, card: await colleagues.card(`Answer to ${number}"`, 'mail.discard') };
  };
  const draftFor = async (asked: string) =>
    (await post.all()).find(({ labels, raw }) => labels.includes('DRAFT') && headerOf(raw, 'In-Reply-To') === asked);
  const sentFor = async (asked: string) =>
    (await post.all()).filter(({ labels, raw }) => labels.includes('SENT') && headerOf(raw, 'In-Reply-To') === asked);
  const isGone = (asked: string) =>
    until(async () => ((await draftFor(asked)) ? undefined : true), 'the draft to be deleted');

  it('an answer waits on a card and in the mailbox, and goes out once, however often it is sent', async () => {
    const { asked, number, card } = await ask();
    const shown = colleagues.shown(card);
    for (const part of [`This is ${number}`, jordan, 'verified: our mail server vouches for it'])
      expect(shown).toContain(part);
    const draft = await until(() => draftFor(asked), 'the draft in the mailbox');
    expect(draft.text).toContain(`Answer to ${number}`);
    expect(headerOf(draft.raw, 'Auto-Submitted')).toBeUndefined();
    expect(await sentFor(asked)).toEqual([]);

    await Promise.all(['U0MARCO', 'U0PRIYA', 'U0MARCO'].map((user) => colleagues.press(user, 'send', card)));
    const answer = await post.answerTo(asked);
    expect(answer.text).toMatch(/^Answer to number \d+\n\n-- \nYour bank/);
    expect(headerOf(answer.raw, 'Message-ID')).toMatch(/^<reply-\d+\./);
    await colleagues.cardSays(card, 'Sent as it is by <@U0');
    await isGone(asked);
    await sleep(300);
    expect(await sentFor(asked)).toHaveLength(1);
    expect(await colleagues.cardSays(card, 'Sent')).not.toContain('mail.send');
  });

  it('a colleague changes it and sends it: the card shows both, and the agent knows what the customer got', async () => {
    const { asked, number, card } = await ask();
    const form = await colleagues.form('U0MARCO', 'edit', card);
    expect(JSON.stringify(form.view)).toContain(`Answer to ${number}`);
    await colleagues.submit('U0MARCO', form, 'We will call you tomorrow.');
    const answer = await post.answerTo(asked);
    expect(answer.text).toMatch(/^We will call you tomorrow\.\n\n-- \nYour bank/);
    expect(headerOf(answer.raw, 'Auto-Submitted')).toBeUndefined();
    await colleagues.cardSays(
      card,
      `Answer to ${number}`,
      'We will call you tomorrow.',
      'Changed and sent by <@U0MARCO>',
    );
    await isGone(asked);

    const again = {
      inReplyTo: answer.message_id,
      references: [asked, answer.message_id],
      subject: `Re: ${answer.subject}`,
    };
    await post.write({ from: jordan, to: bank, text: 'So what do you know?', ...again });
    const next = await colleagues.card('I know:');
    expect(colleagues.shown(next)).toContain('sent to the customer in place of your answer');
  });

  it('a colleague discards it: nothing goes out, and who has begun to change it is told', async () => {
    const { asked, card } = await ask();
    const form = await colleagues.form('U0PRIYA', 'edit', card);
    await colleagues.press('U0MARCO', 'discard', card);
    await colleagues.cardSays(card, 'Discarded by <@U0MARCO>');
    await isGone(asked);
    expect(await colleagues.submit('U0PRIYA', form, 'Hello')).toContain('Discarded by <@U0MARCO>');
    expect(await sentFor(asked)).toEqual([]);
  });

  it('another mail of the customer takes the place of the draft', async () => {
    const { asked, card, number } = await ask();
    const again = { inReplyTo: asked, references: [asked], subject: `Re: Mail ${number}` };
    const second = await ask(again);
    await colleagues.cardSays(card, 'Withdrawn');
    await isGone(asked);
    await colleagues.press('U0MARCO', 'send', second.card);
    await post.answerTo(second.asked);
    expect(await sentFor(asked)).toEqual([]);
  });

  it('a guest may not send it, and the audit has that they tried', async () => {
    app.slack.addUser('U0VISITOR', { isRestricted: true });
    const { asked, card } = await ask();
    expect(await colleagues.refused('U0VISITOR', 'send', card)).toContain('Only colleagues can answer customers');
    expect(await sentFor(asked)).toEqual([]);
    const refused = await post.sql("select content from countersign.audit_contents where kind = 'mail.refused'");
    expect(JSON.stringify(refused)).toContain('U0VISITOR');
  });

  it('a colleague who answers from the mailbox itself withdraws it', async () => {
    const { asked, card, number } = await ask();
    await until(() => draftFor(asked), 'the draft in the mailbox');
    const answer = { subject: `Re: Mail ${number}`, inReplyTo: asked, references: [asked] };
    await post.write({ from: bank, to: jordan, text: 'I have done it for you, Priya.', ...answer });
    await colleagues.cardSays(card, 'Withdrawn', 'has answered the customer');
    await isGone(asked);
    expect((await sentFor(asked)).map(({ text }) => text.trim())).toEqual(['I have done it for you, Priya.']);

    await post.write({ from: jordan, to: bank, text: 'And what do you know now?', ...answer });
    const next = await colleagues.card('I know:', 'Priya');
    expect(colleagues.shown(next)).toContain('mail of a colleague to the customer');
  });
});
