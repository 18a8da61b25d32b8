import { describe, expect, test } from 'vitest';
import { mergeRepeats } from '../../playground/page/behind/groups.ts';
import { checkPromises } from '../../playground/page/behind/promises.ts';
import type { StoryRow } from '../../playground/page/protocol.ts';

const row = (at: number, kind: StoryRow['kind'], title: string, facts: Record<string, string> = {}): StoryRow => ({
  ...{ id: `${at}`, at, kind, title, state: 'ok' },
  facts: Object.entries(facts).map(([name, value]) => ({ name, value })),
});
const statesOf = (rows: StoryRow[]) =>
  Object.fromEntries(checkPromises(rows).map(({ promise, state }) => [promise, state]));

const asked = row(1, 'entry', 'Saved before Slack got an acknowledgement', {
  acknowledged: '31 ms later',
  'delivered as': '2 events, 6 deliveries',
});
const frozen = row(2, 'approval', 'refund_order was frozen exactly as shown', { 'hash of the call': '9ac0' });
const signed = row(3, 'signature', 'Marco Rossi signed', { 'hash of the signed call': '9ac0' });
const sent = row(4, 'call', 'refund_order was sent off', { 'hash of the call': '9ac0' });

describe('the promises of a thread', () => {
  test('are proved by its records', () => {
    const rows = [
      ...[asked, frozen, signed, sent],
      row(5, 'reply', 'The answer was saved in the outbox', { turn: '1' }),
      row(6, 'reply', 'Slack has the answer', { message: '1700000001.000100' }),
      row(7, 'audit', 'Line 1 of the audit', { 'chain hash': 'ab' }),
    ];
    expect(checkPromises(rows)).toEqual([
      { promise: 'Saved before Slack got an acknowledgement', proof: '31 ms later', state: 'kept' },
      { promise: 'One message is one entry', proof: '6 deliveries, 1 entry', state: 'kept' },
      { promise: 'Nothing runs before it is signed', proof: '1 call sent after the signature', state: 'kept' },
      { promise: 'What was shown is what ran', proof: 'shown, signed and sent under hash 9ac0', state: 'kept' },
      { promise: 'Every answer arrives', proof: '1 in the outbox, 1 in Slack', state: 'kept' },
      { promise: 'Everything is in the audit', proof: '1 line, each chained to the one before', state: 'kept' },
    ]);
  });

  test('are open while a signature or an answer is waited for', () => {
    const written = row(5, 'reply', 'The answer was saved in the outbox', { turn: '1' });
    expect(statesOf([asked, { ...frozen, state: 'waiting' }, written])).toMatchObject({
      'Nothing runs before it is signed': 'open',
      'Every answer arrives': 'open',
    });
    expect(statesOf([asked, frozen])).not.toHaveProperty('What was shown is what ran');
  });

  test('are kept where a signature was refused and nothing ran', () => {
    expect(checkPromises([{ ...frozen, state: 'refused' }])).toEqual([
      { promise: 'Nothing runs before it is signed', proof: '1 call not sent', state: 'kept' },
    ]);
  });

  test('are told as broken where the records say so', () => {
    expect(statesOf([frozen, { ...sent, at: 2 }, signed])).toMatchObject({
      'Nothing runs before it is signed': 'broken',
    });
    expect(statesOf([frozen, sent])).toMatchObject({ 'Nothing runs before it is signed': 'broken' });
    const late = row(1, 'entry', 'Saved', { acknowledged: '-4 ms later' });
    expect(statesOf([late])).toEqual({ 'Saved before Slack got an acknowledgement': 'broken' });
  });

  test('are not listed where nothing is on record', () => {
    expect(checkPromises([row(1, 'turn', 'A turn began')])).toEqual([]);
  });
});

test('the same job in a row is told once', () => {
  const card = (at: number) => row(at, 'job', 'A card has to be shown anew');
  const told = mergeRepeats([card(1), card(2), row(3, 'job', 'A call may go out'), card(4)]);
  expect(told.map(({ times }) => times)).toEqual([2, 1, 1]);
});
