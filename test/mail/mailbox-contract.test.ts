import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERED, RECORDED } from '../../mailbox/labels.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import { openGmail, openMock, type Subject } from './mailbox-subjects.ts';
import { headerOf } from './post.ts';
import { answer, idsIn, type Mail, mail } from './written-mail.ts';

/** What every kind of mailbox keeps to. */
describe.each([
  ['mock', openMock],
  ['Gmail', openGmail],
])('the %s mailbox', (_, open) => {
  let subject: Subject;
  let mailbox: Mailbox;
  let cursor: string;
  beforeAll(async () => {
    subject = await open();
    mailbox = subject.mailbox;
    cursor = await mailbox.start();
  });
  afterAll(() => subject.close());

  /** What came in since this was asked last. */
  const news = async () => {
    const changes = await mailbox.arrivals(cursor, 50);
    cursor = changes.at(-1)?.cursor ?? cursor;
    return idsIn(changes);
  };
  const deliver = (subjectLine: string, more: Partial<Mail> = {}) => subject.deliver(mail(subjectLine, more));

  const sentAs = async (messageId: string) =>
    (await subject.sent()).filter((one) => headerOf(one, 'Message-ID') === messageId);

  it('gives what came in after a cursor, the oldest first', async () => {
    const [first, second] = [await deliver('One'), await deliver('Two')];
    expect(await news()).toEqual([first, second]);
    expect(await news()).toEqual([]);
    const third = await deliver('Three');
    expect(await news()).toEqual([third]);
  });

  it('gives each message once to who goes on from any of its cursors, a few at a time', async () => {
    const came: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) came.push(await deliver(name));
    const whole = (await mailbox.arrivals(cursor, 50)).filter(({ id }) => id !== null);
    expect(idsIn(whole)).toEqual(came);
    expect(new Set(whole.map((change) => change.cursor)).size).toBe(came.length);
    for (const [at, { cursor: between }] of whole.entries())
      expect(idsIn(await mailbox.arrivals(between, 50))).toEqual(came.slice(at + 1));

    const walked: string[] = [];
    for (let round = 0; round < 9; round++) {
      const some = await mailbox.arrivals(cursor, 2);
      expect(idsIn(some).length).toBeLessThanOrEqual(2);
      walked.push(...idsIn(some));
      cursor = some.at(-1)?.cursor ?? cursor;
    }
    expect(walked).toEqual(came);
  });

  it('gives nothing that a person has put away before it was read', async () => {
    const [away, here] = [await deliver('Away'), await deliver('Here')];
    await subject.archive(away);
    expect(await news()).toEqual([here]);
  });

  it('keeps its place though history ids outgrow numbers', async () => {
    await subject.grow();
    await news();
    const [one, two] = [await deliver('Large'), await deliver('Larger')];
    const [first, second] = (await mailbox.arrivals(cursor, 50)).filter(({ id }) => id !== null);
    expect([first?.id, second?.id]).toEqual([one, two]);
    expect(idsIn(await mailbox.arrivals(first?.cursor ?? '', 50))).toEqual([two]);
    const number = /\d{16,}/.exec(second?.cursor ?? '')?.[0] ?? '0';
    expect(BigInt(number)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  });

  it('gives a message back as it came, byte by byte', async () => {
    const raw = mail('Bytes', { body: 'Grüße ♥\r\n.\r\nFrom here\r\n\r\n' });
    const before = Date.now();
    const id = await subject.deliver(raw);
    const kept = await mailbox.read(id);
    expect(Buffer.from(kept?.raw ?? []).equals(raw)).toBe(true);
    expect(kept).toMatchObject({ id, labels: expect.arrayContaining(['INBOX', 'UNREAD']) });
    expect(Math.abs((kept?.receivedAt.getTime() ?? 0) - before)).toBeLessThan(5_000);
  });

  it('has nothing under an id that is not there', async () => {
    expect(await mailbox.read('0123456789abcdef')).toBeNull();
  });

  it('sends into the thread that it answers, and labels what is answered', async () => {
    const id = await deliver('A question');
    const asked = await mailbox.read(id);
    await news();
    const threadId = asked?.threadId ?? '';
    const messageId = '<reply-1@example.com>';
    const place = await mailbox.send({ messageId, threadId, raw: await answer(messageId) });
    for (const _ of ['once', 'and again']) await mailbox.markAnswered(id);

    expect(place.threadId).toBe(threadId);
    expect((await mailbox.read(place.id))?.labels).toContain('SENT');
    expect((await mailbox.read(id))?.labels).toEqual(expect.arrayContaining(['INBOX', ANSWERED]));
    const [raw] = await sentAs(messageId);
    expect(headerOf(raw ?? Buffer.of(), 'In-Reply-To')).toBe('<asked@example.com>');
    expect(raw?.toString()).toContain('An answer.');
    // Neither is anything that came in.
    expect(await news()).toEqual([]);
  });

  it('sends a message once, however often it is asked to', async () => {
    const id = await deliver('Twice');
    const { threadId = '' } = (await mailbox.read(id)) ?? {};
    const messageId = '<reply-2@example.com>';
    const raw = await answer(messageId);
    const first = await mailbox.send({ messageId, threadId, raw });
    expect(await mailbox.send({ messageId, threadId, raw })).toMatchObject(first);
    expect(await mailbox.send({ messageId, raw })).toMatchObject(first);
    expect(await sentAs(messageId)).toHaveLength(1);
  });

  it('keeps a message that is to be recorded, once, and does not send it', async () => {
    const id = await deliver('To be recorded');
    const { threadId = '' } = (await mailbox.read(id)) ?? {};
    await news();
    const messageId = '<reply-3@example.com>';
    const message = { messageId, threadId, raw: await answer(messageId) };
    const place = await mailbox.record(message);
    expect(await mailbox.record(message)).toMatchObject(place);
    expect(await mailbox.read(place.id)).toMatchObject({ threadId, labels: [RECORDED] });
    expect(await sentAs(messageId)).toEqual([]);
    expect(await news()).toEqual([]);
  });

  it('keeps a draft, once, until it is dropped, and gives what a person sends in its place', async () => {
    const id = await deliver('To be drafted');
    const { threadId = '' } = (await mailbox.read(id)) ?? {};
    await news();
    const messageId = '<draft-1@example.com>';
    const message = { messageId, threadId, raw: await answer(messageId) };
    for (const _ of ['once', 'and again']) await mailbox.keepDraft(message);
    expect(await subject.drafts()).toHaveLength(1);
    expect(await sentAs(messageId)).toEqual([]);
    expect(await news()).toEqual([]);

    const byPerson = await subject.submit(await answer('<person@example.com>'), threadId);
    expect(await news()).toEqual([byPerson]);
    expect((await mailbox.read(byPerson))?.labels).toContain('SENT');
    for (const _ of ['once', 'and again']) await mailbox.dropDraft(messageId);
    expect(await subject.drafts()).toEqual([]);
  });

  it('answers though what it answers was deleted meanwhile', async () => {
    const id = await deliver('Gone');
    const { threadId = '' } = (await mailbox.read(id)) ?? {};
    await subject.remove(id);
    const messageId = '<reply-4@example.com>';
    await mailbox.send({ messageId, threadId, raw: await answer(messageId) });
    await mailbox.markAnswered(id);
    expect(await sentAs(messageId)).toHaveLength(1);
  });

  it('does not take for its own what others sent under a Message-ID that they guessed', async () => {
    const messageId = '<reply-5@example.com>';
    const id = await deliver('Guessed', { messageId });
    const { threadId = '' } = (await mailbox.read(id)) ?? {};
    await mailbox.send({ messageId, threadId, raw: await answer(messageId) });
    expect(await sentAs(messageId)).toHaveLength(1);
  });
});
