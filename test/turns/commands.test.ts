import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveSummary, unsummarizedTurns } from '../../core/records/summaries.ts';
import { claimThread, handBack } from '../../core/records/threads.ts';
import { recordSteps } from '../../core/records/turns.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { atDesk } from '../support/at-desk.ts';

const bank = 'C0BANK';

/** It says all that it was given, so that the thread shows what it knows. */
const telling: Script = ({ messages, lastUser, toolResults }) => {
  const system = String(messages[0]?.content);
  if (system.startsWith('You keep the running summary')) return { text: 'Zebra was talked about.' };
  if (lastUser.includes('stolen') && toolResults.length === 0) {
    const args = { user_id: 'user_001', card_id: 'CARD-0001', reason: 'stolen' };
    return { calls: [{ name: 'bank__deactivate_card', arguments: args }] };
  }
  const [, about = 'nobody'] = /"my" mean user_id (\S+),/.exec(system) ?? [];
  const heard = messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => /\n(.*)\n/s.exec(String(content))?.[1]);
  const known = [system.includes('Zebra') && 'zebra', system.includes('deactivate_card') && 'the card'].filter(Boolean);
  return { text: `About ${about}, heard ${heard.join(' | ')}; known: ${known.join(' and ') || 'nothing'}.` };
};

let app: App;
beforeAll(async () => {
  app = await startApp('postgres', telling, { contextSize: 2 });
  app.slack.addChannel(bank);
  app.slack.addUser('U0OUTSIDER', { teamId: 'T0OTHER' });
}, 60_000);
afterAll(() => app.close());

const { ask, botSays, question, press, sql } = atDesk(() => app, bank);
const asked = () => app.model.ledger.length;
const threadRow = async (thread: string) =>
  (
    await sql<{ id: number; summary: string; notes: string }>(
      `select id, summary, notes from countersign.threads where address = '${bank}:${thread}'`,
    )
  )[0]!;

describe('a word of the desk is answered by code', () => {
  beforeEach(() => app.model.script(telling));

  it('and makes the conversation one about another user, of whom the model is told from there on', async () => {
    const before = asked();
    const thread = await ask('user user_002');
    const answer = await botSays(thread, /✓/);
    expect(answer).toBe(
      '✓ Switched to user: user_002\n\nFrom here on this conversation is about Jordan Ellis (user_002), and nothing that was said before counts.',
    );
    expect(asked()).toBe(before);
    await ask('what is there?', { thread });
    await botSays(thread, /^About user_002, heard what is there\?; known: nothing\.$/);
  });

  it('as a turn on record, with the call that looked and an audit of who asked', async () => {
    const thread = await ask('user user_003');
    await botSays(thread, /✓/);
    const { id } = await threadRow(thread);
    const steps = await sql(
      `select s.kind from countersign.steps s join countersign.turns u on u.id = s.turn_id where u.thread_id = ${id} order by n`,
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['input', 'model', 'tool', 'divider', 'model']);
    const calls = await sql(`select tool, state, arguments from countersign.tool_calls where thread_id = ${id}`);
    expect(calls).toEqual([
      { tool: 'bank__get_account_details', state: 'succeeded', arguments: { user_id: 'user_003' } },
    ]);
    const audit = await sql(`select kind, content from countersign.audit_contents where thread_id = ${id} order by id`);
    expect(audit.at(-1)).toMatchObject({
      kind: 'thread.divided',
      content: { by: expect.stringContaining('U0LISA'), about: 'user_003' },
    });
  });

  it('and ends all that was said before: history, summary and notes', async () => {
    const thread = await ask('user user_002');
    await botSays(thread, /✓/);
    for (const word of ['one', 'two', 'three', 'four', 'five']) {
      await ask(word, { thread });
      await botSays(thread, new RegExp(`heard .*${word};`));
    }
    await until(async () => (await threadRow(thread)).summary !== '' || undefined, 'the summary');
    await sql(`update countersign.threads set notes = 'Zebra' where id = ${(await threadRow(thread)).id}`);
    await ask('six', { thread });
    await botSays(thread, /heard .*six; known: zebra\.$/);

    await ask('reset', { thread });
    const answer = await botSays(thread, /Conversation reset/);
    expect(answer).toBe(
      '✓ Conversation reset\n\nNothing that was said before counts any more. It is about user_001 again.',
    );
    expect(await threadRow(thread)).toMatchObject({ summary: '', notes: '' });
    await ask('seven', { thread });
    await botSays(thread, /^About user_001, heard seven; known: nothing\.$/);
    await ask('eight', { thread });
    await botSays(thread, /^About user_001, heard seven \| eight; known: nothing\.$/);
  });

  it.each([
    ['User user_002', /✓ Switched to user: user_002/],
    ['user  `user_002`.', /✓ Switched to user: user_002/],
    ['RESET!', /✓ Conversation reset/],
    ['please reset my card', /heard please reset my card;/],
    ['user user_002 please', /heard user user_002 please;/],
    ['user guide', /heard user guide;/],
    ['users user_002', /heard users user_002;/],
  ])('only if it stands alone: "%s"', async (text, answer) => {
    await botSays(await ask(text), answer);
  });

  it('and at a desk without such words goes to the model', async () => {
    const { ts } = await app.slack.say({
      user: 'U0LISA',
      channel: 'C0GENERAL',
      text: `<@${app.slack.botUserId}> reset`,
    });
    const reply = await until(() => app.replies('C0GENERAL', ts)[0], 'the reply');
    expect(reply.text).toBe('About nobody, heard reset; known: nothing.');
  });
});

describe('nothing is changed', () => {
  it('where nobody has that id', async () => {
    const thread = await ask('user user_002');
    await botSays(thread, /✓/);
    await ask('user user_999', { thread });
    expect(await botSays(thread, /user_999/)).toMatch(/^Nothing was changed\. There is no user user_999\./);
    await ask('still there?', { thread });
    await botSays(thread, /^About user_002, heard .*still there\?;/);
  });

  it('by people of another company', async () => {
    const before = asked();
    const thread = await ask('user user_002', { user: 'U0OUTSIDER' });
    await botSays(thread, /^Nothing was changed\. Only colleagues/);
    await ask('reset', { thread, user: 'U0OUTSIDER' });
    await until(() => app.replies(bank, thread).length === 2 || undefined, 'the second answer');
    expect(app.replies(bank, thread)[1]?.text).toMatch(/^Nothing was changed\. Only colleagues/);
    expect(asked()).toBe(before);
  });
});

describe('what waits from before', () => {
  it('is signed by its card, and by no word that is typed after a reset', async () => {
    const thread = await ask('My card was stolen');
    const card = await question(thread, 'CARD-0001');
    await ask('and now?', { thread });
    await botSays(thread, /and now\?; known: the card\.$/);
    await ask('reset', { thread });
    await botSays(thread, /Conversation reset.* A request from before still waits on its card\.$/s);
    await ask('yes', { thread });
    await botSays(thread, /^About user_001, heard yes; known: nothing\.$/);
    expect(await sql("select status from bank.cards where id = 'CARD-0001'")).toEqual([{ status: 'active' }]);

    await press('U0LISA', 'yes', card);
    await botSays(thread, /deactivate_card/);
    expect(await sql("select status from bank.cards where id = 'CARD-0001'")).toEqual([{ status: 'deactivated' }]);
  });
});

describe('messages that come together', () => {
  const together = async (...texts: string[]) => {
    const thread = await ask('hello');
    await botSays(thread, /heard hello;/);
    await app.stopWorkers();
    for (const text of texts) await ask(text, { thread });
    await app.restartWorkers();
    return thread;
  };
  const last = (thread: string) =>
    until(() => {
      const reply = app.replies(bank, thread)[1];
      return reply && !reply.streaming ? reply.text : undefined;
    }, 'the second reply');

  it('are answered by the model from the word on, in the same reply', async () => {
    const thread = await together('a question of before', 'user user_002', 'and the balance?');
    expect(await last(thread)).toMatch(
      /^✓ Switched to user: user_002\n\n.*\n\nAbout user_002, heard and the balance\?; known: nothing\.$/s,
    );
    await ask('go on', { thread });
    await botSays(thread, /^About user_002, heard and the balance\? \| go on; known: nothing\.$/);
  });

  it('are not answered for the wrong user', async () => {
    const before = asked();
    const thread = await together('user user_999', 'and the balance?');
    expect(await last(thread)).toMatch(/^Nothing was changed\..*please write it again\.$/s);
    expect(asked()).toBe(before + 1);
  });

  it('may hold several words, and the last one counts', async () => {
    const thread = await together('user user_002', 'reset', 'user user_003', 'whose?');
    expect(await last(thread)).toMatch(
      /user_002.*Conversation reset.*Switched to user: user_003.*About user_003, heard whose\?;/s,
    );
  });
});

it('a worker that takes a turn up behind its divider says what was to be said, once', async () => {
  const thread = await ask('hello');
  await botSays(thread, /heard hello;/);
  await app.stopWorkers();
  await ask('reset', { thread });
  const { db } = app.context;
  const tenant = app.slack.teamId;
  const claim = await claimThread(db, tenant, Number((await threadRow(thread)).id), { leaseMs: 10_000, context: 2 });
  if (claim.kind !== 'turn') throw new Error(claim.kind);
  const content = { after: 1, subject: null, place: {}, told: '✓ Conversation reset, as was told' };
  expect(await recordSteps(db, claim, [{ n: 1, kind: 'divider', content }])).toEqual({ kind: 'ok' });
  await handBack(db, claim);
  const before = asked();
  await app.restartWorkers();
  await botSays(thread, /✓ Conversation reset, as was told$/);
  expect(asked()).toBe(before);
});

it('a summary of what was said before, made meanwhile, is not kept', async () => {
  const thread = await ask('one');
  await botSays(thread, /heard one;/);
  await ask('two', { thread });
  await botSays(thread, /two;/);
  const { db } = app.context;
  const tenant = app.slack.teamId;
  const id = Number((await threadRow(thread)).id);
  const due = await unsummarizedTurns(db, tenant, id, 1);
  if (due.kind !== 'some') throw new Error(due.kind);
  await ask('reset', { thread });
  await botSays(thread, /✓ Conversation reset/);
  const made = { from: due.from, upto: due.upto, summary: 'Zebra' };
  expect(await saveSummary(db, tenant, id, made)).toEqual({ kind: 'overtaken' });
});

it('no model is needed', async () => {
  await app.restartWorkers({ model: { kind: 'none' } });
  const thread = await ask('a question that has to wait');
  await until(() => app.replies(bank, thread)[0], 'the word that it waits');
  await ask('user user_002', { thread });
  await botSays(thread, /✓ Switched to user: user_002/);
  await app.restartWorkers();
});
