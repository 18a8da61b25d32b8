import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messagesIn, reviseEntry, saveEntry, withdrawEntry } from '../../core/records/entries.ts';
import { openReply } from '../../core/records/replies.ts';
import { handBack, releaseThread, renewLease } from '../../core/records/threads.ts';
import { parkTurn, recordSteps, supersedeTurn } from '../../core/records/turns.ts';
import {
  call,
  claim,
  entry,
  expireLease,
  finish,
  openRecords,
  output,
  place,
  type Records,
  say,
  take,
  tenant,
  textsOf,
} from '../crash/records.ts';

const VOIDED = 'The request is void.';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
});
afterAll(() => records.close());

const park = { waitMs: 0, maxWaitMs: 60_000, notice: { place, body: 'away' }, sendMs: 60_000 };

async function stateOf(turn: number): Promise<string> {
  const [row] = await sql<{ state: string }>('select state from countersign.turns where id = $1', [turn]);
  return row?.state ?? 'missing';
}

async function callStates(turn: number): Promise<string[]> {
  const rows = await sql<{ state: string }>('select state from countersign.tool_calls where turn_id = $1 order by id', [
    turn,
  ]);
  return rows.map(({ state }) => state);
}

describe('an entry', () => {
  it('is saved once, however many bring it at once', async () => {
    const message = entry();
    const saved = await Promise.all(Array.from({ length: 8 }, () => saveEntry(db, tenant, message)));
    expect(saved.map(({ kind }) => kind).sort()).toEqual([...Array(7).fill('duplicate'), 'saved']);
    const threads = await sql('select 1 from countersign.threads where address = $1', [message.address]);
    expect(threads).toHaveLength(1);
  });

  it('that speaks to nobody begins no thread', async () => {
    expect(await saveEntry(db, tenant, entry({ addressed: false }))).toEqual({ kind: 'not_ours' });
  });

  it('that overtook the mention it follows joins it in the order of the messages', async () => {
    const address = 'C1:overtaken';
    const before = entry({ address, addressed: false, text: 'before' });
    const mention = entry({ address, text: 'the mention' });
    const late = entry({ address, addressed: false, text: 'late' });
    const later = entry({ address, addressed: false, text: 'later' });
    for (const early of [later, late, before, late]) {
      expect(await saveEntry(db, tenant, early)).toEqual({ kind: 'not_ours' });
    }
    const thread = await say(db, mention);
    expect(await saveEntry(db, tenant, before)).toEqual({ kind: 'not_ours' });
    expect(await saveEntry(db, tenant, late)).toEqual({ kind: 'duplicate' });
    expect(textsOf(await take(db, thread))).toEqual(['the mention', 'late', 'later']);
  });

  it('that was overheard and then edited or deleted joins as it stands', async () => {
    const address = 'C1:changed';
    const mention = entry({ address, text: 'the mention' });
    const edited = entry({ address, addressed: false });
    const deleted = entry({ address, addressed: false });
    await saveEntry(db, tenant, edited);
    await saveEntry(db, tenant, deleted);
    expect(await reviseEntry(db, tenant, 'slack', edited.externalId, { text: 'edited' }, VOIDED)).toEqual({
      kind: 'unknown',
    });
    expect(await withdrawEntry(db, tenant, 'slack', deleted.externalId)).toEqual({ kind: 'unknown' });
    expect(textsOf(await take(db, await say(db, mention)))).toEqual(['the mention', 'edited']);
  });

  it('is in a thread once, whichever of the mention and its follow-up is first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const address = `C1:race ${round}`;
      const mention = entry({ address, text: 'first' });
      const followUp = entry({ address, addressed: false, text: 'second' });
      await Promise.all([saveEntry(db, tenant, followUp), saveEntry(db, tenant, mention)]);
      const [thread] = await sql<{ id: string }>('select id from countersign.threads where address = $1', [address]);
      expect(textsOf(await take(db, Number(thread?.id)))).toEqual(['first', 'second']);
    }
  });
});

describe('a claim', () => {
  it('is won by one of many', async () => {
    const thread = await say(db);
    const claims = await Promise.all(Array.from({ length: 6 }, () => claim(db, thread)));
    expect(claims.map(({ kind }) => kind).sort()).toEqual([...Array(5).fill('busy'), 'turn']);
  });

  it('takes the leading messages of one person, by the time they were sent', async () => {
    const address = 'C1:run';
    const thread = await say(db, { address, text: 'third', sentAt: '1003.000000' });
    await say(db, { address, text: 'first', sentAt: '1001.000000' });
    await say(db, { address, text: 'another person', by: 'U2', sentAt: '1004.000000' });
    await say(db, { address, text: 'second', sentAt: '1002.000000' });
    await say(db, { address, text: 'behind', sentAt: '1005.000000' });

    const first = await take(db, thread);
    expect(textsOf(first)).toEqual(['first', 'second', 'third']);
    expect(await finish(db, first)).toMatchObject({ kind: 'done' });
    expect(await releaseThread(db, first, null)).toEqual({ kind: 'more' });
    const second = await take(db, thread);
    expect(second.turn).toMatchObject({ number: 2, principal: { id: 'U2' } });
    expect(textsOf(second)).toEqual(['another person']);
    await finish(db, second);
    expect(await releaseThread(db, second, null)).toEqual({ kind: 'more' });
    const third = await take(db, thread);
    expect(textsOf(third)).toEqual(['behind']);
    await finish(db, third);
    expect(await releaseThread(db, third, null)).toEqual({ kind: 'released' });
    expect(await claim(db, thread)).toEqual({ kind: 'idle' });
  });

  it('goes round again for what came in meanwhile', async () => {
    const address = 'C1:meanwhile';
    const thread = await say(db, { address });
    const turn = await take(db, thread);
    await say(db, { address, text: 'meanwhile' });
    expect(await claim(db, thread)).toEqual({ kind: 'busy' });
    await finish(db, turn);
    expect(await releaseThread(db, turn, null)).toEqual({ kind: 'more' });
    expect(textsOf(await take(db, thread))).toEqual(['meanwhile']);
  });

  it('after a crash takes the turn up at its last step and counts the crash', async () => {
    const thread = await say(db);
    const dead = await take(db, thread);
    await recordSteps(db, dead, [output(1, 'so far')]);
    await expireLease(records, thread);
    const next = await take(db, thread);
    expect(next).toMatchObject({ resumed: true, epoch: dead.epoch + 1, turn: { id: dead.turn.id, attempts: 1 } });
    expect(next.steps.map(({ n }) => n)).toEqual([0, 1]);
  });

  it('after a hand-back counts no crash', async () => {
    const thread = await say(db);
    const stopped = await take(db, thread);
    expect(await handBack(db, stopped)).toEqual({ kind: 'ok' });
    expect((await take(db, thread)).turn).toMatchObject({ id: stopped.turn.id, attempts: 0 });
  });

  it('counts no crash for a renewal that arrives after the hand-back', async () => {
    const thread = await say(db);
    const stopped = await take(db, thread);
    await handBack(db, stopped);
    expect(await renewLease(db, stopped, 60_000)).toEqual({ kind: 'lost' });
    expect((await take(db, thread)).turn.attempts).toBe(0);
  });
});

describe('a worker that lost its thread', () => {
  it('is refused every write', async () => {
    const thread = await say(db);
    const zombie = await take(db, thread);
    await expireLease(records, thread);
    const heir = await take(db, thread);

    const lost = { kind: 'lost' };
    expect(await renewLease(db, zombie, 60_000)).toEqual(lost);
    expect(await recordSteps(db, zombie, [output(1, 'from the grave')], { calls: [call('z')] })).toEqual(lost);
    expect(await openReply(db, zombie, place)).toEqual(lost);
    expect(await parkTurn(db, zombie, park)).toEqual(lost);
    expect(await supersedeTurn(db, zombie)).toEqual(lost);
    expect(await handBack(db, zombie)).toEqual(lost);
    expect(await finish(db, zombie)).toEqual(lost);
    expect(await releaseThread(db, zombie, null)).toEqual(lost);

    expect(await renewLease(db, heir, 60_000)).toEqual({ kind: 'ok' });
    expect(await sql('select 1 from countersign.steps where turn_id = $1', [heir.turn.id])).toHaveLength(1);
    expect(await sql('select 1 from countersign.outbox where thread_id = $1', [thread])).toEqual([]);
  });

  it('is refused after it gave it back, too', async () => {
    const thread = await say(db);
    const gone = await take(db, thread);
    await handBack(db, gone);
    expect(await recordSteps(db, gone, [output(1, 'late')])).toEqual({ kind: 'lost' });
    expect(await finish(db, gone)).toEqual({ kind: 'lost' });
  });
});

describe('a turn of which a message is changed', () => {
  it('is told at its next write, begins no calls, and starts over with what stands', async () => {
    const address = 'C1:edited';
    const asked = entry({ address, text: 'as asked' });
    const thread = await say(db, asked);
    const turn = await take(db, thread);
    expect(await reviseEntry(db, tenant, 'slack', asked.externalId, { text: 'as edited' }, VOIDED)).toEqual({
      kind: 'revised',
      thread,
    });
    expect(await recordSteps(db, turn, [output(1, 'calls')], { calls: [call('never')] })).toEqual({ kind: 'revised' });
    expect(await callStates(turn.turn.id)).toEqual([]);
    expect(await finish(db, turn)).toEqual({ kind: 'revised' });
    expect(await supersedeTurn(db, turn)).toEqual({ kind: 'ok' });
    const anew = await take(db, thread);
    expect(textsOf(anew)).toEqual(['as edited']);
    expect(await finish(db, anew)).toMatchObject({ kind: 'done' });
    expect(await reviseEntry(db, tenant, 'slack', asked.externalId, { text: 'too late' }, VOIDED)).toEqual({
      kind: 'answered',
    });
  });

  it('records what did happen, and says unknown of what nobody waits for', async () => {
    const asked = entry();
    const thread = await say(db, asked);
    const turn = await take(db, thread);
    await recordSteps(db, turn, [output(1, 'calls')], { calls: [call('b-known'), call('b-open')] });
    await withdrawEntry(db, tenant, 'slack', asked.externalId);
    const outcomes = [{ id: 'b-known', state: 'succeeded' as const, reason: null, read: false }];
    expect(await recordSteps(db, turn, [], { outcomes })).toEqual({ kind: 'revised' });
    await supersedeTurn(db, turn);
    expect(await callStates(turn.turn.id)).toEqual(['succeeded', 'unknown']);
    expect(await claim(db, thread)).toEqual({ kind: 'idle' });
  });

  it('is not taken up any more where nobody had it in hand', async () => {
    const asked = entry();
    const thread = await say(db, asked);
    const dead = await take(db, thread);
    await recordSteps(db, dead, [output(1, 'calls')], { calls: [call('c-open')] });
    await expireLease(records, thread);
    await withdrawEntry(db, tenant, 'slack', asked.externalId);
    expect(await claim(db, thread)).toEqual({ kind: 'idle' });
    expect(await stateOf(dead.turn.id)).toBe('superseded');
    expect(await callStates(dead.turn.id)).toEqual(['unknown']);
    expect(await finish(db, dead)).toEqual({ kind: 'lost' });
  });

  it('stays known with its writer, for the model has read it', async () => {
    const asked = entry({ text: 'next time refund 900' });
    const thread = await say(db, asked);
    await take(db, thread);
    await withdrawEntry(db, tenant, 'slack', asked.externalId);
    expect(await messagesIn(db, tenant, thread)).toEqual([
      { by: asked.principal, text: 'next time refund 900', at: expect.any(Number) },
    ]);
  });

  it('keeps the newer of two edits that overtake each other', async () => {
    const asked = entry();
    const thread = await say(db, asked);
    const edit = (text: string, edited: string) =>
      reviseEntry(db, tenant, 'slack', asked.externalId, { text, edited }, VOIDED);
    expect(await edit('newer', '20.000000')).toMatchObject({ kind: 'revised' });
    expect(await edit('older', '10.000000')).toEqual({ kind: 'unchanged' });
    expect(textsOf(await take(db, thread))).toEqual(['newer']);
  });

  it('leaves the message it had begun to the next one, or drops it where nothing is left to answer', async () => {
    const [kept, dropped] = [entry(), entry()];
    for (const asked of [kept, dropped]) {
      const thread = await say(db, asked);
      const turn = await take(db, thread);
      expect(await openReply(db, turn, place)).toMatchObject({ kind: 'opened' });
      if (asked === kept) await reviseEntry(db, tenant, 'slack', asked.externalId, { text: 'again' }, VOIDED);
      else await withdrawEntry(db, tenant, 'slack', asked.externalId);
      await supersedeTurn(db, turn);
      const next = await claim(db, thread);
      const [row] = await sql<{ state: string }>('select state from countersign.outbox where thread_id = $1', [thread]);
      if (asked === kept) expect(next).toMatchObject({ kind: 'turn', open: { messages: [] } });
      expect(row?.state).toBe(asked === kept ? 'opening' : 'dropping');
    }
  });
});

describe('a turn that waits for the model', () => {
  it('tells the person once, waits longer each time, and is taken up as it stands', async () => {
    const thread = await say(db);
    const waits: number[] = [];
    const notices: (number | null)[] = [];
    for (let round = 0; round < 3; round += 1) {
      const turn = await take(db, thread);
      expect(turn.turn).toMatchObject({ number: 1, attempts: 0, noticed: round > 0 });
      const parked = await parkTurn(db, turn, park);
      if (parked.kind !== 'parked') throw new Error(parked.kind);
      notices.push(parked.notice);
      expect(await claim(db, thread)).toEqual({ kind: 'busy' });
      const [row] = await sql<{ s: string }>(
        'select extract(epoch from due_at - clock_timestamp()) as s from countersign.threads where id = $1',
        [thread],
      );
      waits.push(Math.ceil(Number(row?.s)));
      await sql('update countersign.threads set due_at = clock_timestamp() where id = $1', [thread]);
    }
    expect(waits).toEqual([1, 2, 4]);
    expect(notices.map((id) => id !== null)).toEqual([true, false, false]);
    expect(await sql('select 1 from countersign.outbox where thread_id = $1', [thread])).toHaveLength(1);
  });
});
