import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITED_REQUEST_TEXT } from '../../core/approvals/outcome-phrases.ts';
import { openSeals } from '../../core/gate/seals.ts';
import { DOTS } from '../../core/gate/secrets.ts';
import { requestEdit } from '../../core/records/approvals.ts';
import { reviseEntry } from '../../core/records/entries.ts';
import { finishTurn, recordSteps } from '../../core/records/turns.ts';
import { callSchema, entryContentSchema, type Step } from '../../core/records/types.ts';
import { approval, askAndEnd, awaiting, endTurn, found, look } from '../approvals/approvals-setup.ts';
import { entry, openRecords, output, place, type Records, say, take, tenant, textsOf } from '../crash/records.ts';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
});
afterAll(() => records.close());

/** A turn whose call had these secrets in it. */
async function tell(text: string, scrub: string[], before: Step[] = []) {
  const message = entry({ text });
  const thread = await say(db, message);
  const turn = await take(db, thread);
  if (before.length > 0) await recordSteps(db, turn, before);
  const frozen = approval();
  const steps = [output(1 + before.length, 'calls')];
  await recordSteps(db, turn, steps, { calls: [awaiting(frozen)], scrub });
  return { message, thread, turn: { ...turn, steps: [...turn.steps, ...before] }, id: frozen.id };
}

const entriesOf = async (thread: number) =>
  (
    await sql<{ content: unknown }>('select content from countersign.entries where thread_id = $1 order by seq', [
      thread,
    ])
  ).map(({ content }) => entryContentSchema.parse(content));

const stepsOf = (thread: number) =>
  sql<{ n: number; kind: string; content: Record<string, unknown> }>(
    `select s.n, s.kind, s.content from countersign.steps s join countersign.turns u on u.id = s.turn_id
      where u.thread_id = $1 order by u.id, s.n`,
    [thread],
  );

describe('a secret is taken out of what was said', () => {
  it.each([
    ['a word that records have for a key', 'text', 'set it to text', `set it to ${DOTS}`],
    ['digits that stand in a place, too', '0000', 'set it to 0000', `set it to ${DOTS}`],
    ['a short one, where it stands alone', '12', 'pin 12, order 123 of 212', `pin ${DOTS}, order 123 of 212`],
    ['one of signs', 'a(b]\\*c', 'set it to a(b]\\*c', `set it to ${DOTS}`],
    ['a short one of signs', '.*', 'it is .* or so', `it is ${DOTS} or so`],
    ['one as Slack writes it', 'a<b&c', 'it is a&lt;b&amp;c', `it is ${DOTS}`],
    ['one in other letters', 'Größe12', 'es ist Größe12', `es ist ${DOTS}`],
  ])('%s: and the records stay whole', async (_, secret, text, clean) => {
    const { thread, turn } = await tell(text, [secret]);

    const said = { text: clean, author: 'U1', place };
    expect(await entriesOf(thread)).toEqual([said]);
    expect((await stepsOf(thread))[0]?.content).toMatchObject({ entries: [said] });
    await endTurn(db, { turn });
    await say(db, {
      address: (await sql('select address from countersign.threads where id = $1', [thread]))[0]?.address,
    });
    expect((await take(db, thread)).history).toHaveLength(1);
  });

  it('in arguments, by their values', async () => {
    const decision = { kind: 'refused' as const, text: 'text is not good' };
    const called = (id: string, raw: string) => ({ id, name: 'shop__x', arguments: raw, decision });
    const raws = ['{"text":"my text","n":[{"text":1234}]}', '{"text"', '{ "other": 1 }', '{"a":"\\u0000 text"}', '[]'];
    const before: Step = {
      n: 1,
      kind: 'model',
      content: { text: 'text', calls: raws.map((raw, i) => called(`c${i}`, raw)), tokens: 1234 },
    };
    const { thread } = await tell('x', ['text', '1234'], [before]);

    const { content } = (await stepsOf(thread))[1]!;
    const calls = callSchema.array().parse(content.calls);
    expect(content).toMatchObject({ text: DOTS, tokens: 1234 });
    expect(calls.map(({ arguments: raw }) => raw)).toEqual([
      `{"n": [{"text": 1234}], "text": "my ${DOTS}"}`,
      `{"${DOTS}"`,
      '{ "other": 1 }',
      '{}',
      '[]',
    ]);
    expect(calls[0]?.decision).toEqual({ kind: 'refused', text: `${DOTS} is not good` });
  });

  it('in all of its thread, and in no other', async () => {
    const secret = 'hunter2secret';
    const other = await say(db, { text: `they said ${secret}` });
    const message = entry({ text: `later I want ${secret}` });
    const thread = await say(db, message);
    const first = await take(db, thread);
    const early = approval({ details: { asked: { text: `later I want ${secret}`, author: 'U1' } } });
    await recordSteps(db, first, [output(1, 'calls')], { calls: [awaiting(early)] });
    await finishTurn(db, first, {
      state: 'done',
      steps: [output(2, `You want ${secret}`)],
      tokens: 1,
      notes: `wants ${secret}`,
      reply: { place, body: `You want ${secret}` },
      sendMs: 0,
    });
    await sql('update countersign.threads set leased_until = null, summary = $2 where id = $1', [
      thread,
      `has ${secret}`,
    ]);
    await sql('update countersign.cards set shown = wanted where approval = $1', [early.id]);
    await say(db, { address: message.address, text: 'do it' });
    const turn = await take(db, thread);
    await recordSteps(db, turn, [output(1, 'calls')], { calls: [awaiting(approval())], scrub: [secret] });

    const rows = await sql(
      `select to_jsonb(t)::text || (select jsonb_agg(e)::text from countersign.entries e where e.thread_id = t.id)
           || (select jsonb_agg(o)::text from countersign.outbox o where o.thread_id = t.id)
           || (select jsonb_agg(a)::text from countersign.approvals a where a.thread_id = t.id) as all
         from countersign.threads t where id = $1`,
      [thread],
    );
    expect(rows[0]?.all.split(DOTS)).toHaveLength(6);
    expect(JSON.stringify([rows, await stepsOf(thread)])).not.toContain(secret);
    expect((await found(db, early.id)).details.asked.text).toBe(`later I want ${DOTS}`);
    const waiting = await sql('select 1 from countersign.cards where approval = $1 and shown < wanted', [early.id]);
    expect(waiting).toHaveLength(2);
    expect(textsOf(await take(db, other))).toEqual([`they said ${secret}`]);
  });
});

describe('a message that a secret was taken out of', () => {
  const text = 'set hunter2secret, see https://x.example';
  const edit = (externalId: string, said: string) =>
    reviseEntry(db, tenant, 'slack', externalId, { text: said }, EDITED_REQUEST_TEXT);

  it('is the same when it comes in again for a link, while it is answered and afterwards', async () => {
    const { message, turn, id } = await tell(text, ['hunter2secret']);
    expect(await edit(message.externalId, text)).toEqual({ kind: 'unchanged' });
    expect(await recordSteps(db, turn, [output(2, 'on')])).toEqual({ kind: 'ok' });
    await endTurn(db, { turn: { ...turn, steps: [...turn.steps, output(1, ''), output(2, '')] } });

    expect(await edit(message.externalId, text)).toEqual({ kind: 'unchanged' });
    expect(await look(records, id)).toMatchObject({ state: 'open' });
    expect(await edit(message.externalId, text.replace('hunter2', 'hunter3'))).toMatchObject({ kind: 'voided' });
    expect(await look(records, id)).toMatchObject({ state: 'void' });
  });

  it('that is changed before it is answered is known by its new text', async () => {
    const { message, thread } = await tell(text, ['hunter2secret']);
    expect(await edit(message.externalId, 'set it to other')).toEqual({ kind: 'revised', thread });
    expect((await sql('select content from countersign.entries where thread_id = $1', [thread]))[0]?.content).toEqual({
      text: 'set it to other',
      author: 'U1',
      place,
    });
  });
});

describe('the call that an edit asks for', () => {
  it('is in the audit by the names of what changed', async () => {
    const { id } = await askAndEnd(db, { canonical: '{"amount":10,"note":"a","who":"b"}' });
    const args = { amount: 10, note: 'EditSecret333', password: 'EditSecret333' };
    await requestEdit(db, tenant, { approval: id, person: 'Mia', account: 'U0MIA', arguments: args });

    const [row] = await sql(
      `select content from countersign.audit_contents where approval = $1 and kind = 'approval.edit_asked'`,
      [id],
    );
    expect(row?.content).toMatchObject({ by: 'U0MIA', changed: ['note', 'password', 'who'] });
    expect(JSON.stringify(row)).not.toContain('EditSecret333');
  });
});

describe('a seal', () => {
  it('is kept while a call that waits has the same', async () => {
    const seals = openSeals(db, tenant, randomBytes(32));
    const seal = await seals.close(['staff', 'U1', 'shop__reset', 'password'], 'hunter2secret');
    await askAndEnd(db, { details: { secret: ['password'], sealed: [seal] } });
    await seals.forget([seal]);
    expect(await seals.open(seal)).toEqual({ kind: 'open', secret: 'hunter2secret' });
  });
});
