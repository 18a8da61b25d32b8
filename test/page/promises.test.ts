import { describe, expect, test } from 'vitest';
import { toldOnce } from '../../playground/page/behind/groups.ts';
import { promisesOf } from '../../playground/page/behind/promises.ts';
import type { StoryRow } from '../../playground/page/protocol.ts';

const row = (at: number, kind: StoryRow['kind'], title: string, facts: Record<string, string> = {}): StoryRow => ({
  ...{ id: `${at}`, at, kind, title, state: 'ok' },
  facts: Object.entries(facts).map(([name, value]) => ({ name, value })),
});
const statesOf = (rows: StoryRow[]) =>
  Object.fromEntries(promisesOf(rows).map(({ promise, state }) => [promise, state]));

const asked = row(1, 'entry', 'Saved before Slack was told', {
  'Slack was told': '31 ms later',
  'brought by': '2 events, 6 deliveries',
});
const frozen = row(2, 'approval', 'refund_order was frozen as it was shown', { 'frozen as': '9ac0' });
const signed = row(3, 'signature', 'Marco Rossi signed', { 'to what is frozen as': '9ac0' });
const sent = row(4, 'call', 'refund_order was sent off', { 'frozen as': '9ac0' });

describe('the promises of a thread', () => {
  test('are proved by its records', () => {
    const rows = [
      ...[asked, frozen, signed, sent],
      row(5, 'reply', 'The answer was put into the outbox', { turn: '1' }),
      row(6, 'reply', 'Slack has the answer', { message: '1700000001.000100' }),
      row(7, 'audit', 'Line 1 of the audit', { 'chained as': 'ab' }),
    ];
    expect(promisesOf(rows)).toEqual([
      { promise: 'Saved before Slack was told', proof: '31 ms later', state: 'kept' },
      { promise: 'One message is one entry', proof: '6 deliveries, 1 entry', state: 'kept' },
      { promise: 'Nothing runs before it is signed', proof: '1 call sent after the signature', state: 'kept' },
      { promise: 'What was shown is what ran', proof: 'frozen, signed and sent as 9ac0', state: 'kept' },
      { promise: 'Every answer arrives', proof: '1 in the outbox, 1 in Slack', state: 'kept' },
      { promise: 'All of it is in the audit', proof: '1 line, each chained to the one before', state: 'kept' },
    ]);
  });

  test('are open while a signature or an answer is waited for', () => {
    const written = row(5, 'reply', 'The answer was put into the outbox', { turn: '1' });
    expect(statesOf([asked, frozen, written])).toMatchObject({
      'Nothing runs before it is signed': 'open',
      'Every answer arrives': 'open',
    });
    expect(statesOf([asked, frozen])).not.toHaveProperty('What was shown is what ran');
  });

  test('are told as broken where the records say so', () => {
    expect(statesOf([frozen, { ...sent, at: 2 }, signed])).toMatchObject({
      'Nothing runs before it is signed': 'broken',
    });
    expect(statesOf([frozen, sent])).toMatchObject({ 'Nothing runs before it is signed': 'broken' });
    const late = row(1, 'entry', 'Saved', { 'Slack was told': '-4 ms later' });
    expect(statesOf([late])).toEqual({ 'Saved before Slack was told': 'broken' });
  });

  test('are not listed where nothing is on record', () => {
    expect(promisesOf([row(1, 'turn', 'A turn began')])).toEqual([]);
  });
});

test('the same job in a row is told once', () => {
  const card = (at: number) => row(at, 'job', 'A card has to be shown anew');
  const told = toldOnce([card(1), card(2), row(3, 'job', 'A call may go out'), card(4)]);
  expect(told.map(({ times }) => times)).toEqual([2, 1, 1]);
});
