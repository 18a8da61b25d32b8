import { describe, expect, test } from 'vitest';
import { reduce } from '../../playground/page/state/reduce.ts';
import { rootsOf, threadOf } from '../../playground/page/state/rows.ts';
import type { State } from '../../playground/page/state/state.ts';
import { answered, heard, hello, said, stateAfter, ts } from './page-setup.ts';

const rootsIn = (state: State) => rootsOf(state.logs.C0GENERAL!);
const textsIn = (state: State) => rootsIn(state).map(({ text }) => text);

describe('messages', () => {
  test('come in, grow, are edited and go', () => {
    const question = said(1, 'who?');
    const state = stateAfter(heard(question), heard(said(2, 'and?')), heard({ ...question, text: 'who is it?' }));
    expect(textsIn(state)).toEqual(['who is it?', 'and?']);

    const gone = reduce(state, heard({ ...said(2, ''), deleted: true }));
    expect(textsIn(gone)).toEqual(['who is it?']);
  });

  test('a reply is counted once below the first message, whatever comes first', () => {
    const root = said(1, 'who?');
    const reply = answered(2, 1, 'Lisa');
    const counted = { ...root, replyCount: 1, latestReply: ts(2), replyUsers: [reply.user] };

    for (const frames of [[heard(reply)], [heard(reply), heard(counted)], [heard(counted), heard(reply)]]) {
      const state = stateAfter(heard(root), ...frames, heard({ ...reply, text: 'Lisa Park' }));
      expect(rootsIn(state)[0]).toMatchObject({ replyCount: 1, latestReply: ts(2), replyUsers: [reply.user] });
      expect(threadOf(state.logs.C0GENERAL!, ts(1)).map(({ text }) => text)).toEqual(['who?', 'Lisa Park']);
    }
  });

  test('a deleted one stays while it has replies', () => {
    const root = said(1, 'who?', { replyCount: 1, latestReply: ts(2), replyUsers: ['U0MARCO'] });
    const state = stateAfter(heard(root), heard({ ...root, text: '', deleted: true }));
    expect(rootsIn(state)).toHaveLength(1);
  });

  test('a reply that was told to the channel, too, stands in both', () => {
    const state = stateAfter(
      heard(said(1, 'who?')),
      heard(answered(2, 1, 'all of you', { subtype: 'thread_broadcast' })),
    );
    expect(textsIn(state)).toEqual(['who?', 'all of you']);
  });
});

describe('the past', () => {
  test('older messages stand before those that are known', () => {
    const state = stateAfter(
      { type: 'history', channel: 'C0GENERAL', messages: [said(5, 'e'), said(6, 'f')], more: true },
      { type: 'history', channel: 'C0GENERAL', messages: [said(1, 'a'), said(2, 'b')], more: false },
    );
    expect(textsIn(state)).toEqual(['a', 'b', 'e', 'f']);
    expect(state.logs.C0GENERAL!.past).toBe('whole');
  });

  test('messages deleted during a lost connection are gone when it is back', () => {
    const history = (texts: [number, string][]) => ({
      type: 'history' as const,
      channel: 'C0GENERAL',
      messages: texts.map(([second, text]) => said(second, text)),
      more: false,
    });
    const before = stateAfter(
      history([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]),
      { type: 'link', link: { kind: 'lost' } },
    );
    const back = [
      hello,
      history([
        [1, 'a'],
        [3, 'c'],
      ]),
    ].reduce(reduce, before);
    expect(textsIn(back)).toEqual(['a', 'c']);
    expect(back.link).toEqual({ kind: 'open' });
  });

  test('a thread is asked for anew after a break', () => {
    const state = stateAfter({ type: 'thread', channel: 'C0GENERAL', thread: ts(1), messages: [said(1, 'who?')] });
    expect(state.logs.C0GENERAL!.whole.has(ts(1))).toBe(true);
    expect(reduce(state, hello).logs.C0GENERAL!.whole.has(ts(1))).toBe(false);
  });
});

describe('the status of the bot', () => {
  const status = { type: 'status', channel: 'C0GENERAL', thread: ts(1), text: 'is working on it…' } as const;

  test('ends with its next message, and with an empty word', () => {
    const state = stateAfter(heard(said(1, 'who?')), status);
    expect(Object.values(state.statuses)).toEqual(['is working on it…']);
    expect(reduce(state, heard(answered(2, 1, 'Lisa'))).statuses).toEqual({});
    expect(reduce(state, { ...status, text: '' }).statuses).toEqual({});
  });

  test('goes on while an older message of its grows', () => {
    const state = stateAfter(heard(said(1, 'who?')), heard(answered(2, 1, 'Li')), status);
    expect(reduce(state, heard(answered(2, 1, 'Lisa'))).statuses).not.toEqual({});
  });
});

describe('forms', () => {
  const form = (id: string, errors = {}) => ({ type: 'form' as const, form: { id, view: {}, errors } });

  test('the newest lies on top, and complaints replace what was there', () => {
    const state = stateAfter(form('V1'), form('V2'), form('V1', { reason: 'too short' }));
    expect(state.forms).toEqual([
      { id: 'V2', view: {}, errors: {} },
      { id: 'V1', view: {}, errors: { reason: 'too short' } },
    ]);
    expect(reduce(state, { type: 'form_closed', id: 'V1' }).forms.map(({ id }) => id)).toEqual(['V2']);
  });
});

test('acting as somebody else hides everything that the first person saw', () => {
  const state = stateAfter(
    heard(said(1, 'a secret')),
    { type: 'ephemeral', ephemeral: { ts: ts(2), user: 'U0LISA', channel: 'C0GENERAL', text: 'for you alone' } },
    { type: 'home', blocks: [{ type: 'divider' }] },
    { type: 'acting_as', user: 'U0MARCO' },
  );
  expect(state.hello?.me).toBe('U0MARCO');
  expect(state).toMatchObject({ logs: {}, ephemerals: [], home: null, channels: [] });
});

test('a new channel appears, and a known one is renamed', () => {
  const state = stateAfter(
    { type: 'channel', channel: { id: 'C0NEW', name: 'new-desk', kind: 'channel' } },
    { type: 'channel', channel: { id: 'C0GENERAL', name: 'everyone', kind: 'channel' } },
  );
  expect(state.channels.map(({ name }) => name)).toEqual(['everyone', 'approvals', 'lisa', 'new-desk']);
});
