import { describe, expect, test } from 'vitest';
import { readQuery } from '../../mcp-servers/gmail/query.ts';
import { describeEffect } from './effects.ts';
import { answersOf, hostServer, type Said, today } from './kit.ts';

const host = hostServer('gmail');
const letter = { to: 'lisa.park@example.com', subject: 'Your pendant', body: 'It is ready to be picked up.' };

/** Subjects of an answer, in its order. */
const subjectsOf = ({ data }: Said) => (data as { emails: { subject: string }[] }).emails.map(({ subject }) => subject);

describe('the tools', () => {
  test('are these, and say truthfully which of them change something', async () => {
    const { client } = await host.open();
    const { tools } = await client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['list_emails', true],
      ['search_emails', true],
      ['get_email', true],
      ['send_email', false],
    ]);
  });

  test.each([
    ['list_emails', {}, { total: 11 }],
    ['list_emails', { unread: true, limit: 2 }, { total: 5, next_offset: 2 }],
    ['list_emails', { label: 'SENT' }, { total: 1 }],
    ['list_emails', { label: 'starred' }, { total: 1 }],
    ['get_email', { email_id: '18c2a4f0b7d39e05' }, { attachments: ['policy.pdf'], labels: ['INBOX', 'STARRED'] }],
  ])('%s %o', answersOf(host, 'read only'));

  test.each([
    ['from:lisa.park@example.com', ['Gift card for ORD-1018', 'Loose clasp on my Solace pendant']],
    ['from:lisa', ['Change of address', 'Gift card for ORD-1018', 'Loose clasp on my Solace pendant']],
    ['from:lisa -from:parker subject:"loose clasp"', ['Loose clasp on my Solace pendant']],
    ['to:lisa.park@example.com', ['Re: Loose clasp on my Solace pendant']],
    ['in:sent', ['Re: Loose clasp on my Solace pendant']],
    ['has:attachment is:unread', ['Sapphires, this week only', 'Payment of ORD-1023']],
    ['has:attachment -is:unread from:elena', ['Appraisal for my insurance']],
    ['"four days late"', ['Where is my parcel?']],
    ['ORD-1020', ['Delivery of the dress watch']],
    ['after:2026/11/10 before:2026/11/17 label:INBOX', ['Ring size', 'The watch stopped']],
    ['filename:transfer.pdf', ['Payment of ORD-1023']],
    ['20 % off', ['Sapphires, this week only']],
    ['from:nobody', []],
  ])('search_emails understands %s', async (query, subjects) => {
    const { call } = await host.open('read only');
    expect(subjectsOf(await call('search_emails', { query }))).toEqual(subjects);
  });

  test.each([
    ['cc:lisa', /no operator cc:/],
    ['after:yesterday', /yesterday is no day/],
    ['after:2026-02-31', /is no day/],
    ['newer_than:soon', /soon is no age/],
    ['is:mine', /is: takes unread/],
    ['has:wings', /has: takes attachment/],
  ])('search_emails refuses %s and says what it takes', async (query, says) => {
    const { call } = await host.open('read only');
    expect(await call('search_emails', { query })).toMatchObject({ isError: true, text: expect.stringMatching(says) });
  });

  test('an answer stands in the conversation that it answers, and is found there', async () => {
    const { call } = await host.open();
    const sent = await call('send_email', { ...letter, reply_to: '18c2a4f0b7d39e01' });
    expect(sent.data).toMatchObject({ thread_id: '18c2a4f0b7d39e01', to: letter.to, became: 'sent' });
    expect(subjectsOf(await call('search_emails', { query: 'in:sent picked' }))).toEqual(['Your pendant']);
    expect(await call('send_email', { ...letter, reply_to: '0000000000000000' })).toMatchObject({ isError: true });
  });

  test.each(['lisa', 'lisa@example.com, tom@example.com', 'Lisa <lisa@example.com>', 'a@b.c\r\nBcc: d@e.f'])(
    'nothing is sent to %j',
    async (to) => {
      const { call } = await host.open();
      expect(await call('send_email', { ...letter, to })).toMatchObject({ isError: true });
    },
  );
});

test.each([
  ['newer_than:2w', { gte: new Date('2026-11-06T12:00:00Z') }],
  ['older_than:1y', { lt: new Date('2025-11-20T12:00:00Z') }],
])('%s counts from now', (query, receivedAt) => {
  expect(readQuery(query, today)).toEqual({ kind: 'ok', where: { AND: [{ receivedAt }] } });
});

describeEffect('gmail', host, 'send_email', {
  args: letter,
  others: { ...letter, subject: 'Your ring' },
  trace: ({ prisma }) => prisma.mailMessage.count(),
});

test('a search of % or _ finds them and not everything', async () => {
  const { call } = await host.open('read only');
  expect(subjectsOf(await call('search_emails', { query: '_' }))).toEqual([]);
});

test('no tool may delete a mail', async () => {
  const { db } = await host.open('read only');
  await expect(db.prisma.$executeRawUnsafe('delete from mail.messages')).rejects.toThrow('permission denied');
});
