import { describe, expect, test } from 'vitest';
import { chaptersOf, talliesOf } from '../../playground/page/behind/groups.ts';
import { complaintOf, startValue } from '../../playground/page/forms/values.ts';
import { stepsDone } from '../../playground/page/guide/steps.ts';
import type { StoryRow } from '../../playground/page/protocol.ts';
import { type Route, readRoute, routeOfLink, withBehindPane, writeRoute } from '../../playground/page/state/route.ts';
import { answered, bot, heard, said, stateAfter, ts } from './page-setup.ts';

describe('where one is', () => {
  const routes: Route[] = [
    { place: null },
    { place: { kind: 'home' } },
    { place: { kind: 'channel', channel: 'C0BANK' }, thread: '1700000001.000100' },
    {
      place: { kind: 'channel', channel: 'C0BANK' },
      tool: 'behind',
      watched: { channel: 'C0GENERAL', thread: '1700000001.000100' },
    },
  ];
  test.each(routes)('$place is read as it was written', (route) => {
    expect(readRoute(writeRoute(route))).toEqual(route);
  });

  test('a link of the workspace leads to its thread, and one of elsewhere does not', () => {
    const path = '/archives/C0GENERAL/p1700000002000100?thread_ts=1700000001.000100&cid=C0GENERAL';
    expect(routeOfLink(`https://playground.slack.com${path}`, ['playground.slack.com'])).toEqual({
      place: { kind: 'channel', channel: 'C0GENERAL' },
      thread: '1700000001.000100',
    });
    expect(routeOfLink(`https://evil.example${path}`, ['playground.slack.com'])).toBeNull();
    expect(routeOfLink('not a link', ['playground.slack.com'])).toBeNull();
  });
});

describe('Behind the scenes, opened from the sidebar,', () => {
  const [thread, former] = ['1700000001.000100', '1700000000.000100'];
  const bank = { kind: 'channel', channel: 'C0BANK' } as const;
  const watched = { channel: 'C0GENERAL', thread: former };

  test('follows the thread that is open', () => {
    const opened = withBehindPane({ place: null, thread, watched }, bank);
    expect(opened).toMatchObject({ tool: 'behind', thread, watched: { channel: 'C0BANK', thread } });
  });

  test('goes on with the thread it followed last when no thread is open', () => {
    expect(withBehindPane({ place: bank, watched }, bank)).toEqual({ place: bank, tool: 'behind', watched });
    expect(withBehindPane({ place: bank }, bank)).toEqual({ place: bank, tool: 'behind' });
  });
});

describe('complaints of Slack about a field, before the bot hears of it', () => {
  const block = (element: object, more: object = {}) => ({ type: 'input', block_id: 'a', element, ...more });
  const text = { type: 'plain_text_input', max_length: 5, min_length: 2 };
  const number = { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '9' };
  test.each([
    [block(text), ' ', 'Please complete this required field.'],
    [block(text, { optional: true }), '', null],
    [block(text), 'a', 'Please enter at least 2 characters.'],
    [block(text), 'abcdef', 'Please enter at most 5 characters.'],
    [block(number), '1.5', 'Please enter a valid number.'],
    [block(number), '0', 'Please enter at least 1.'],
    [block(number), '10', 'Please enter at most 9.'],
    [block({ ...number, is_decimal_allowed: true }), '1,5', null],
  ])('%j with "%s"', (field, value, complaint) => {
    expect(complaintOf(field, value)).toBe(complaint);
  });

  test('it begins with what stood there', () => {
    expect(startValue(block({ ...text, initial_value: 'old' }))).toBe('old');
    expect(startValue(block({ type: 'static_select', initial_option: { value: '2' } }))).toBe('2');
    expect(startValue(block(text))).toBe('');
  });
});

describe('the first minute', () => {
  const card = (head: string) =>
    heard({
      ...said(3, head, { user: bot, channel: 'C0APPROVALS' }),
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: head } },
        { type: 'actions', elements: [{ type: 'button', action_id: 'approval.approve' }] },
      ],
    });

  test('ticks itself off by what happened', () => {
    const mention = heard(said(1, `<@${bot}> refund it`));
    expect(stepsDone(stateAfter(heard(said(1, 'hello'))), ts(0))).toEqual([]);
    expect(stepsDone(stateAfter(mention), ts(0))).toEqual(['mention']);
    expect(stepsDone(stateAfter(mention, heard(answered(2, 1, 'It waits.'))), ts(0))).toEqual(['mention', 'answer']);
    const asked = [mention, heard(answered(2, 1, 'It waits.')), card('Signature needed: refund order')];
    expect(stepsDone(stateAfter(...asked), ts(0))).toEqual(['mention', 'answer', 'ask']);
    expect(stepsDone(stateAfter(...asked, card('Approved: refund order')), ts(0))).toContain('sign');
    expect(stepsDone(stateAfter(...asked, card('Done: refund order')), ts(0))).toHaveLength(5);
  });

  test('counts nothing that was there before', () => {
    expect(stepsDone(stateAfter(heard(said(1, `<@${bot}> hi`))), ts(5))).toEqual([]);
  });
});

describe('behind the scenes', () => {
  const row = (id: string, kind: StoryRow['kind'], state: StoryRow['state'] = 'ok'): StoryRow => ({
    ...{ id, kind, state },
    at: 0,
    title: id,
    facts: [],
  });

  test('each message and each signature begins a chapter', () => {
    const rows = [row('1', 'entry'), row('2', 'turn'), row('3', 'call'), row('4', 'signature'), row('5', 'call')];
    expect(chaptersOf(rows).map((chapter) => chapter.rows.length)).toEqual([3, 2]);
  });

  test('the state that asks most for a look stands for all of a kind', () => {
    const rows = [row('1', 'call'), row('2', 'call', 'waiting'), row('3', 'reply')];
    expect(talliesOf(rows)).toEqual([
      { kind: 'call', count: 2, worst: 'waiting' },
      { kind: 'reply', count: 1, worst: 'ok' },
    ]);
  });

  test('how a thing went on is not one more of its kind', () => {
    const rows = [row('turn:1', 'turn'), { ...row('turn:1:end', 'turn'), of: 'turn:1' }];
    expect(talliesOf(rows)).toEqual([{ kind: 'turn', count: 1, worst: 'ok' }]);
  });
});
