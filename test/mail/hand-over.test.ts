import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { colleaguesOf } from './colleagues.ts';
import { type Desks, desksWith } from './desks.ts';
import { headerOf, type Lying, openPost, type Post } from './post.ts';

const bank = 'support+bank@localhost';
const laptops = 'support+it@localhost';
const jordan = 'jordan.ellis@example.com';
let counted = 0;

/** Says what it was asked and what it knows, opens an issue, or hands over where it does not know any further. */
const script: Script = ({ messages, lastUser, toolResults }) => {
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  if (toolResults.length > 0) return { text: 'We look at it.' };
  if (/what do you know/.test(lastUser)) return { text: `I know: ${JSON.stringify(messages)}` };
  if (/spaceship/.test(lastUser))
    return { calls: [{ name: 'hand_over', arguments: { reason: 'A loan for a spaceship' } }] };
  if (/issue/.test(lastUser)) return { calls: [{ name: 'bank__report_issue', arguments: issue }] };
  if (/moved/.test(lastUser)) return { calls: [{ name: 'bank__update_address', arguments: harbor }] };
  return { text: `Answer to ${/number \d+/.exec(lastUser)?.[0]}` };
};
const issue = { subject: 'Charged twice', description: 'Two payments on one morning', category: 'transaction' };
const harbor = { street: '12 Harbor Street', city: 'Portland', state: 'Oregon', postal_code: '97209', country: 'USA' };

describe('colleagues take over mail', () => {
  let app: App;
  let post: Post;
  let desks: Desks;
  beforeAll(async () => {
    desks = desksWith({
      bank: (text) =>
        `${text}\nemail: { assistant: false, hand_over: ["I will tell my lawyer"] }\nlocal:\n  hand_over: { effect: read, rule: allow }\n`.replace(
          /(update_address:\n\s+effect: keyed\n\s+rule: approve\n)\s+when:\n.*\n/,
          '$1',
        ),
      it: (text) => `${text}\nemail: { answers: off }\n`,
    });
    app = await startApp('postgres', script, { smtpPort: 0, playground: true }, { desks: desks.folder });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
    desks.remove();
  });

  const colleagues = colleaguesOf(() => app);
  const write = (text: string, more: Partial<Parameters<Post['write']>[0]> = {}) =>
    post.write({ from: jordan, to: bank, subject: `Mail ${++counted}`, text, ...more });
  /** Goes on with the conversation of a mail. */
  const goingOn = ({ message_id, subject }: Lying) => ({
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    inReplyTo: message_id,
    references: [message_id],
  });
  const mailsTo = async (place: Lying) =>
    (await post.all()).filter(({ labels, thread_id }) => labels.includes('SENT') && thread_id === place.thread_id);
  const handedOver = async (text: string, more: Partial<Parameters<Post['write']>[0]> = {}) => {
    const answer = await post.answerTo(await write(text, more));
    expect(answer.text).toContain('A colleague of ours takes over');
    return answer;
  };

  it('by answering before the agent came to it, and what a machine sends from there is no answer of theirs', async () => {
    const first = await post.answerTo(await write(`This is number ${counted}`));
    const [thread] = await post.sql(
      `select id from countersign.threads where split_part(address, ' ', 3) = '${first.thread_id}'`,
    );
    const held = (until: string) =>
      post.sql(
        `update countersign.threads set leased_until = ${until}, rung_at = '2026-01-01' where id = ${thread?.id} and leased_until is null or leased_until > now() + '10 min'`,
      );
    const noted = async (words: string) =>
      until(async () => {
        const rows = await post.sql(
          `select 1 from countersign.entries where thread_id = ${thread?.id} and content->>'text' like '%${words}%'`,
        );
        return rows.length > 0 ? true : undefined;
      }, words);
    await until(async () => {
      await held("now() + '1 hour'");
      const [row] = await post.sql(
        `select leased_until > now() + '10 min' as held from countersign.threads where id = ${thread?.id}`,
      );
      return row?.held ? true : undefined;
    }, 'the thread to wait');
    await write('This is number 71', goingOn(first));
    await noted('number 71');
    await post.write({
      from: bank,
      to: jordan,
      text: 'Away, Priya.',
      headers: { 'Auto-Submitted': 'auto-replied' },
      ...goingOn(first),
    });
    await post.write({ from: bank, to: jordan, text: 'I did number 71, Priya.', ...goingOn(first) });
    await noted('I did number 71');
    await write('This is number 72', goingOn(first));
    await noted('number 72');
    await held('null');
    await until(
      async () => (await mailsTo(first)).find(({ text }) => text.includes('Answer to number 72')),
      'an answer',
      20_000,
    );
    expect((await mailsTo(first)).filter(({ text }) => text.includes('Answer to number 71'))).toEqual([]);
    const away = await post.sql(`select 1 from countersign.entries where content->>'text' like '%Away, Priya%'`);
    expect(away).toEqual([]);
  });

  it('where a customer asks for a person: the agent is silent until it is given back, and knows then what was said', async () => {
    const first = await post.answerTo(await write('This is number 100.'));
    const told = await handedOver('Thanks. Can I please talk to a human?', goingOn(first));
    const card = await colleagues.card('A customer asks for a person', first.subject);
    const shown = colleagues.shown(card);
    for (const part of [
      jordan,
      'verified: our mail',
      'talk to a human',
      'Customer: Subject: Mail',
      'Answer to number 100',
    ])
      expect(shown).toContain(part);

    await write('Is anybody there? This is number 101.', goingOn(told));
    await colleagues.below(card, 'number 101');
    await colleagues.write('U0PRIYA', 'write', card, 'Hello Jordan, this is Priya.');
    const mail = await until(async () => (await mailsTo(told)).find(({ text }) => text.includes('Priya')), 'her mail');
    expect(mail.to_text).toBe(jordan);
    expect(headerOf(mail.raw, 'Message-ID')).toMatch(/^<reply-\d+\./);
    expect(headerOf(mail.raw, 'Auto-Submitted')).toBeUndefined();
    await colleagues.below(card, 'this is Priya');
    expect(await mailsTo(told)).toHaveLength(3);

    await colleagues.press('U0PRIYA', 'give_back', card);
    expect(await colleagues.cardSays(card, 'Given back by <@U0PRIYA>')).not.toContain('mail.write');
    const last = await post.answerTo(await write('So what do you know?', goingOn(mail)));
    for (const part of ['number 101', 'this is Priya', 'mail of a colleague to the customer'])
      expect(last.text).toContain(part);
  });

  it('where the desk says so', async () => {
    await handedOver('If nothing happens I will tell my lawyer!');
    await colleagues.card('A customer asks for a person', 'I will tell my lawyer');
  });

  it('where the agent cannot help', async () => {
    const told = await handedOver('I want a loan for a spaceship.');
    const card = await colleagues.card('A customer waits for a colleague', 'A loan for a spaceship');
    await write('A blue spaceship.', goingOn(told));
    await colleagues.below(card, 'A blue spaceship');
    expect(await mailsTo(told)).toHaveLength(1);
  });

  it('of somebody whom nobody has verified, who is told no more than others', async () => {
    await handedOver('A human, please', { anonymous: true });
    const card = await colleagues.card('A human, please', 'not verified: anybody can write this address');
    const form = await colleagues.form('U0PRIYA', 'write', card);
    expect(JSON.stringify(form.view)).toContain('not verified');
  });

  it('while a question waits for a yes, which is left open', async () => {
    const asked = await write('I have an issue.');
    const question = await until(
      async () =>
        (await post.all()).find(
          ({ text, subject }) => text.includes('Please confirm') && subject === `Re: Mail ${counted}`,
        ),
      'the question',
    );
    await handedOver('I would rather speak to someone.', goingOn(question));
    const card = await colleagues.card('speak to someone', 'bank.report_issue waits for the customer');
    await write('yes', goingOn(question));
    await colleagues.below(card, 'yes');
    await colleagues.press('U0PRIYA', 'give_back', card);
    await colleagues.cardSays(card, 'Given back');
    await write('yes', goingOn(question));
    await until(
      async () => (await mailsTo(question)).find(({ text }) => text.includes('was confirmed and is done')),
      `the outcome for ${asked}`,
    );
  });

  it('at a desk that answers no mail: the customer hears nothing, and a colleague can answer', async () => {
    const asked = await write('My laptop is broken.', { to: laptops });
    const card = await colleagues.card('At this desk the agent answers no mail', 'My laptop is broken');
    const question = (await post.all()).find(({ message_id }) => message_id === asked) as Lying;
    expect(await mailsTo(question)).toEqual([]);
    await colleagues.write('U0PRIYA', 'write', card, 'Bring it to us.');
    expect((await post.answerTo(asked)).text).toMatch(/^Bring it to us/);
    await write('Where are you?', { ...goingOn(question), to: laptops });
    await colleagues.below(card, 'Where are you');
    expect(await mailsTo(question)).toHaveLength(1);
  });

  it('what is said in Slack stays there, and a form that is sent twice is one mail', async () => {
    const told = await handedOver('I want to talk to a real person.');
    const card = await colleagues.card('talk to a real person');
    await app.slack.say({ user: 'U0PRIYA', channel: 'C0APPROVALS', text: 'He again?!', thread_ts: card.ts });
    const form = await colleagues.form('U0PRIYA', 'write', card);
    await Promise.all([1, 2].map(() => colleagues.submit('U0PRIYA', form, 'How can I help?').catch(() => {})));
    await until(async () => ((await mailsTo(told)).length > 1 ? true : undefined), 'the mail');
    await write('Thank you', goingOn(told));
    await colleagues.below(card, 'Thank you');
    expect((await mailsTo(told)).map(({ text }) => text).join()).not.toContain('He again');
    expect(await mailsTo(told)).toHaveLength(2);
  });

  it('from the card of a request for a signature, which then says that a colleague has answered', async () => {
    const asked = await write('I have moved.');
    await post.answerTo(asked);
    const card = await colleagues.card('12 Harbor Street', 'approval.approve');
    await colleagues.write('U0PRIYA', 'write', card, 'Is that in Oregon?');
    const question = (await post.all()).find(({ message_id }) => message_id === asked) as Lying;
    const mail = await until(
      async () => (await mailsTo(question)).find(({ text }) => text.includes('Oregon')),
      'the mail',
    );
    await colleagues.cardSays(card, 'A colleague has answered this thread since.', 'approval.approve');

    await app.slack.click({ user: 'U0MARCO', channel: 'C0APPROVALS', ts: card.ts, action_id: 'approval.approve' });
    const outcome = await until(
      async () => (await mailsTo(question)).find(({ text }) => text.includes('was signed and is done')),
      'the outcome',
    );
    expect(outcome.thread_id).toBe(mail.thread_id);
  });
});
