import { expect, test } from 'vitest';
import { rowsOf } from '../../playground/page/state/rows.ts';
import { isThreadNew, unreadOf } from '../../playground/page/state/unread.ts';
import { answered, heard, said, stateAfter, ts } from './page-setup.ts';

const reader = { now: 1_700_000_100_000, timeZone: 'UTC', locale: 'en-US' };
const listed = { ephemerals: [], reader, me: 'U0LISA' };

test('days are divided, and what one person writes in a row has one face', () => {
  const messages = [
    { ...said(0, 'yesterday'), ts: '1699900000.000100' },
    said(1, 'one'),
    said(2, 'two'),
    said(3, 'three', { user: 'U0MARCO' }),
    { ...said(4, 'later', { user: 'U0MARCO' }), ts: '1700000900.000100' },
  ];
  const rows = rowsOf({ ...listed, messages });
  expect(
    rows.map((row) => (row.kind === 'message' ? `${row.message.text}${row.follows ? ' +' : ''}` : row.kind)),
  ).toEqual(['day', 'yesterday', 'day', 'one', 'two +', 'three', 'later']);
});

test('a line stands above what others wrote since one last looked, and not above what one wrote oneself', () => {
  const messages = [said(1, 'old'), said(2, 'mine'), said(3, 'news', { user: 'U0MARCO' })];
  const kinds = rowsOf({ ...listed, messages, readTo: ts(1) }).map(({ kind }) => kind);
  expect(kinds).toEqual(['day', 'message', 'message', 'new', 'message']);
});

test('a private message stands where it was sent', () => {
  const ephemeral = { ts: ts(2), user: 'U0LISA', channel: 'C0GENERAL', text: 'psst' };
  const rows = rowsOf({ ...listed, messages: [said(1, 'a'), said(3, 'b')], ephemerals: [ephemeral] });
  expect(rows.map(({ kind }) => kind)).toEqual(['day', 'message', 'ephemeral', 'message']);
});

test('a thread counts its replies below its first message', () => {
  const messages = [said(1, 'who?'), answered(2, 1, 'Lisa'), answered(3, 1, 'Park')];
  const rows = rowsOf({ ...listed, messages, thread: ts(1) });
  expect(rows.map(({ kind }) => kind)).toEqual(['message', 'replies', 'message', 'message']);
  expect(rows[1]).toMatchObject({ count: 2 });
});

test('a channel is bold for what is new, and counts what is meant for me', () => {
  const marco = { user: 'U0MARCO' };
  const state = stateAfter(
    heard(said(1, 'mine')),
    heard(said(2, 'hello', marco)),
    heard(said(3, 'you, <@U0LISA>', marco)),
    heard(answered(4, 1, 'Lisa')),
  );
  expect(unreadOf(state, 'C0GENERAL', {}, ts(0))).toEqual({ isUnread: true, count: 2 });
  expect(unreadOf(state, 'C0GENERAL', { C0GENERAL: ts(3) }, ts(0))).toEqual({ isUnread: true, count: 1 });
  const readAll = { C0GENERAL: ts(3), [`C0GENERAL:${ts(1)}`]: ts(4) };
  expect(unreadOf(state, 'C0GENERAL', readAll, ts(0))).toEqual({ isUnread: false, count: 0 });
  expect(unreadOf(state, 'C0GENERAL', {}, ts(9))).toEqual({ isUnread: false, count: 0 });
});

test('each message of a direct conversation counts', () => {
  const state = stateAfter(heard(answered(2, 2, 'hi', { channel: 'D0LISA', thread_ts: undefined })));
  expect(unreadOf(state, 'D0LISA', {}, ts(0)).count).toBe(1);
});

test('a thread is new to those who take part in it', () => {
  const root = said(1, 'who?', { replyCount: 1, latestReply: ts(2), replyUsers: ['U0MARCO'] });
  expect(isThreadNew(root, 'U0LISA', {}, ts(0))).toBe(true);
  expect(isThreadNew(root, 'U0MARCO', {}, ts(0))).toBe(true);
  expect(isThreadNew(root, 'U0PRIYA', {}, ts(0))).toBe(false);
  expect(isThreadNew(root, 'U0LISA', { [`C0GENERAL:${ts(1)}`]: ts(2) }, ts(0))).toBe(false);
});
