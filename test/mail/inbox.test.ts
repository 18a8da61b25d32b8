import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp } from '../support/app.ts';
import { headerOf, openPost, type Post } from './post.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';
const alex = 'alex.carter@example.com';

/** Asks for the balance where that is asked for, and says otherwise what it was given to read. */
const script: Script = ({ messages, lastUser, toolResults }) => {
  if (toolResults.length > 0) return { text: toolResults.map(({ content }) => content).join(' ') };
  if (/balance/.test(lastUser)) return { calls: [{ name: 'bank__get_account_balance', arguments: {} }] };
  const heard = messages.filter(({ role }) => role === 'user').map(({ content }) => String(content));
  return { text: `Heard ${heard.length}: ${heard.join(' | ').replace(/[<>]/g, '')}` };
};

describe('mail to a desk', () => {
  let app: App;
  let post: Post;
  beforeAll(async () => {
    app = await startApp('postgres', script, { smtpPort: 0, playground: true });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
  });

  it('is answered in its thread, with what mail programs keep a thread by', async () => {
    const asked = await post.write({ from: jordan, to: bank, subject: 'My money', text: 'What is my balance?' });
    const answer = await post.answerTo(asked);

    expect(answer.text).toContain('user_002 (Jordan Ellis) has $19,068.77');
    expect(answer.to_text).toBe(jordan);
    expect(headerOf(answer.raw, 'References')).toBe(asked);
    expect(headerOf(answer.raw, 'Subject')).toBe('Re: My money');
    expect(headerOf(answer.raw, 'Auto-Submitted')).toBe('auto-replied');
    expect(headerOf(answer.raw, 'Message-ID')).toMatch(/^<reply-\d+\.[0-9a-f]{24}@localhost>$/);
    const question = (await post.all()).find(({ message_id }) => message_id === asked);
    expect(answer.thread_id).toBe(question?.thread_id);
  });

  it('that answers ours, or follows on its own, goes on with that conversation', async () => {
    const first = await post.write({ from: jordan, to: bank, subject: 'A word', text: 'I like blue.' });
    const answer = await post.answerTo(first);
    const references = [first, answer.message_id];
    const again = { from: jordan, to: bank, subject: 'Re: A word', text: 'And green.' };
    const second = await post.write({ ...again, inReplyTo: answer.message_id, references });
    expect((await post.answerTo(second)).text).toContain('I like blue.');

    const third = await post.write({ ...again, text: 'And red.', inReplyTo: first, references: [first] });
    const last = await post.answerTo(third);
    expect(last.text).toMatch(/I like blue[\s\S]*And green[\s\S]*And red/);
    expect(last.thread_id).toBe(answer.thread_id);
  });

  it('that guesses what a mail of others is called learns nothing of their conversation', async () => {
    const theirs = await post.write({ from: jordan, to: bank, subject: 'Secret', text: 'My cat is called Tom.' });
    await post.answerTo(theirs);
    const guessed = { to: bank, subject: 'Re: Secret', text: 'And mine?', inReplyTo: theirs, references: [theirs] };

    const other = await post.answerTo(await post.write({ ...guessed, from: alex }));
    const forged = await post.answerTo(await post.write({ ...guessed, from: jordan, anonymous: true }));
    expect(other.text).toContain('And mine?');
    expect(forged.text).toContain('And mine?');
    expect(other.text + forged.text).not.toContain('Tom');
  });

  it.each([
    ['writes without logging in', {}],
    ['claims that we vouch for them', { headers: [vouching('auth=pass smtp.auth=jordan.ellis@example.com')] }],
    ['claims that their domain does', { headers: [vouching('dmarc=pass header.from=example.com')] }],
  ])('of somebody who %s says nothing of any account', async (_, claims) => {
    const mail = { from: jordan, to: bank, subject: 'My money', text: 'What is my balance?', anonymous: true };
    const answer = await post.answerTo(await post.write({ ...mail, ...claims }));
    expect(answer.text).toContain('is not open to this sender');
    expect(answer.text).toContain('We could not verify who sent your mail');
    expect(answer.text).not.toContain('19,068');
  });

  it('of who logs in as somebody else than they say is nobody’s', async () => {
    const mail = { from: jordan, to: bank, subject: 'My money', text: 'What is my balance?', loggedInAs: alex };
    const answer = await post.answerTo(await post.write(mail));
    expect(answer.text).toContain('We could not verify who sent your mail');
    expect(answer.text).not.toContain('19,068');
  });

  it('that is sent twice, because its sender did not hear that we have it, is answered once', async () => {
    const mail = {
      from: jordan,
      to: bank,
      subject: 'Twice',
      text: 'Hello',
      messageId: '<twice@example.com>',
      date: new Date(0),
    };
    await post.write(mail);
    await post.answerTo('<twice@example.com>');
    await post.write(mail);
    const after = await post.write({ ...mail, subject: 'Once', messageId: '<once@example.com>' });
    await post.answerTo(after);
    const answers = (await post.all()).filter(({ raw }) => headerOf(raw, 'In-Reply-To') === '<twice@example.com>');
    expect(answers).toHaveLength(1);
  });

  it('to an address that no desk has is refused at once', async () => {
    const mail = { from: jordan, to: 'support+nobody@localhost', subject: 'Hello', text: 'Hello' };
    await expect(post.write(mail)).rejects.toMatchObject({ responseCode: 550 });
  });

  it('is asked for again while the mailbox is out of reach, and nothing of it is lost', async () => {
    const mail = { from: jordan, to: bank, subject: 'Late', text: 'Here I am.' };
    await post.sql('alter table mail.messages rename to gone');
    await expect(post.write(mail)).rejects.toMatchObject({ responseCode: 451 });
    await post.sql('alter table mail.gone rename to messages');
    expect((await post.answerTo(await post.write(mail))).text).toContain('Here I am.');
  });
});

function vouching(value: string) {
  return { key: 'Authentication-Results', value: `localhost; ${value}` };
}
