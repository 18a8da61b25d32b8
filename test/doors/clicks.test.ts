import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getApproval, requestEdit, voidApproval } from '../../core/records/approvals.ts';
import { deliver, signedForm } from '../../playground/slack/delivery.ts';
import { approval, approve, begin, end, expire, hold, look, nextOf } from '../approvals/approvals-setup.ts';
import { tenant } from '../crash/records.ts';
import { until } from '../support/app.ts';
import { approveButtons, type DoorKind, openPorch, type Porch, personOf, room, type Shown } from '../support/clicks.ts';

let porch: Porch;
const kinds: DoorKind[] = ['http', 'socket'];

const state = async ({ id }: Shown) => (await look(porch.records, id)).state;
const jobNames = () => porch.added.map(({ name }) => name);
const signatures = ({ id }: Shown) =>
  porch.records.sql('select account, verdict, reason from countersign.signatures where approval = $1', [id]);
const refusals = ({ id }: Shown) =>
  porch.records.sql(
    `select content->>'by' as by, content->>'why' as why from countersign.audit_contents
      where approval = $1 and kind = 'approval.refused' order by id`,
    [id],
  );

describe.each(kinds)('a click, by %s', (kind) => {
  beforeAll(async () => {
    porch = await openPorch(kind);
  });
  afterAll(() => porch.close());
  let card: Shown;
  beforeEach(async () => {
    card = await porch.card({}, approveButtons);
  });

  it('of someone entitled signs, and adds a job for the dispatch and the cards', async () => {
    const clicked = await porch.click(card, 'U0MARCO', 'approval.approve');

    expect(clicked).toMatchObject({ shown: 'done', status: 200 });
    expect(await state(card)).toBe('approved');
    expect(await signatures(card)).toEqual([{ account: personOf('U0MARCO'), verdict: 'approve', reason: null }]);
    expect(jobNames()).toEqual(['dispatch', 'card', 'card']);
    expect(porch.added[0]?.data).toEqual({ tenant, approval: card.id });
  });

  it('of a member of an entitled user group signs', async () => {
    await porch.click(card, 'U0PRIYA', 'approval.approve');
    expect(await state(card)).toBe('approved');
  });

  it('of a guest who is in an entitled user group signs nothing', async () => {
    porch.slack.addUser('U0GRETA', { isRestricted: true });
    porch.slack.addUserGroup('S0OPS', ['U0PRIYA', 'U0GRETA']);
    await porch.click(card, 'U0GRETA', 'approval.approve');
    expect(await porch.privateNoteTo('U0GRETA')).toContain('can approve this');
    expect(await state(card)).toBe('open');
  });

  it('after another decided is told who did and when, and changes nothing', async () => {
    await porch.click(card, 'U0MARCO', 'approval.approve');
    porch.added.length = 0;
    expect((await porch.click(card, 'U0ZOE', 'approval.approve')).shown).toBe('done');

    expect(await porch.privateNoteTo('U0ZOE')).toMatch(
      /^<@U0MARCO> approved this <!date\^\d+\^.*>; it is running now\.$/,
    );
    expect(await signatures(card)).toHaveLength(1);
    expect(jobNames()).toEqual([]);
    expect(porch.slack.ephemerals('U0MARCO')).toEqual([]);
  });

  it('of someone who is not entitled is told so, alone', async () => {
    await porch.click(card, 'U0AUDIT', 'approval.approve');

    expect(await porch.privateNoteTo('U0AUDIT')).toContain(
      'Only a manager or a member of <!subteam^S0OPS> can approve this',
    );
    expect(await state(card)).toBe('open');
    expect(porch.slack.messages(room).at(-1)?.ts).toBe(card.ts);
    await porch.click(card, 'U0AUDIT', 'approval.reject');
    expect(await porch.privateNoteTo('U0AUDIT')).toContain('can approve this');
    await porch.click(card, 'U0AUDIT', 'approval.edit');
    expect(await porch.privateNoteTo('U0AUDIT')).toContain('can approve this');
    expect(porch.slack.openViews('U0AUDIT')).toEqual([]);
    const by = personOf('U0AUDIT');
    const why = 'not_signer';
    expect(await refusals(card)).toEqual([0, 1, 2].map(() => ({ by, why })));
  });

  it('of the asker, who may sign for others, does not sign their own', async () => {
    await porch.click(card, 'U0LISA', 'approval.approve');
    expect(await porch.privateNoteTo('U0LISA')).toContain('your own request');
    expect(await state(card)).toBe('open');
  });

  it('of the editor does not sign what they changed', async () => {
    const edited = await porch.card({ editor: personOf('U0ZOE') }, approveButtons);
    await porch.click(edited, 'U0ZOE', 'approval.approve');
    expect(await porch.privateNoteTo('U0ZOE')).toContain('You changed this request yourself');
    expect(await state(edited)).toBe('open');
  });

  it('that comes after the expiry expires it, and the thread is told', async () => {
    await expire(porch.records, card.id);
    await porch.click(card, 'U0MARCO', 'approval.approve');

    expect(await porch.privateNoteTo('U0MARCO')).toContain('expired');
    expect(await look(porch.records, card.id)).toMatchObject({ state: 'expired', outcomes: ['expired'] });
    expect(porch.added[0]).toEqual({ name: 'turn', data: { tenant, thread: card.thread } });
    await porch.click(card, 'U0MARCO', 'approval.approve');
    expect(await porch.privateNoteTo('U0MARCO')).toMatch(/^This request expired <!date/);
  });

  it('on a void one is told why and where the new card is', async () => {
    const next = nextOf(approval({ canonical: '{"amount":11}' }));
    Object.assign(next.call, { desk: 'jewelry' });
    await voidApproval(porch.records.db, tenant, { approval: card.id, reason: 'the stock changed', next });
    await porch.click(card, 'U0MARCO', 'approval.approve');
    expect(await porch.privateNoteTo('U0MARCO')).toBe(
      'This request is void: the stock changed. Nothing was done. The new card is in <#C0SIGN>.',
    );
  });

  it('on one that is being changed is told to wait for the new card', async () => {
    const by = { person: personOf('U0ZOE'), account: personOf('U0ZOE') };
    await requestEdit(porch.records.db, tenant, { approval: card.id, ...by, arguments: { amount: 9 } });
    await porch.click(card, 'U0MARCO', 'approval.approve');
    expect(await porch.privateNoteTo('U0MARCO')).toContain('changing this request right now');
    await porch.click(card, 'U0MARCO', 'approval.edit');
    expect(await porch.privateNoteTo('U0MARCO')).toContain('changing this request right now');
    expect(await state(card)).toBe('open');
  });

  it('with a NUL in its id is malformed, and no failure of ours', async () => {
    const spoiled = await porch.card({}, approveButtons, room, '\0');
    const clicked = await porch.click({ ...spoiled, id: `${spoiled.id}\0` }, 'U0MARCO', 'approval.approve');
    expect(clicked.status).toBe(kind === 'http' ? 400 : 200);
    expect(await state(spoiled)).toBe('open');
  });

  it('signs once where two are needed', async () => {
    const two = await porch.card({ quorum: 2 }, approveButtons);
    await porch.click(two, 'U0MARCO', 'approval.approve');
    await porch.click(two, 'U0MARCO', 'approval.approve');
    expect(await porch.privateNoteTo('U0MARCO')).toContain('You have already approved this');
    expect(await state(two)).toBe('open');
    await porch.click(two, 'U0PRIYA', 'approval.approve');
    expect(await state(two)).toBe('approved');
  });

  it('of another company is refused with a word', async () => {
    await porch.click(card, 'U0GUEST', 'approval.approve');
    expect(await porch.privateNoteTo('U0GUEST')).toContain('not a member of this workspace');
    expect(await state(card)).toBe('open');
    expect(await refusals(card)).toEqual([{ by: 'slack:T0THEIRS:U0GUEST', why: 'foreign' }]);
  });

  it('on a call too long for a card does not sign it', async () => {
    const long = await porch.card({ canonical: JSON.stringify({ text: 'x'.repeat(3000) }) }, approveButtons);
    await porch.click(long, 'U0MARCO', 'approval.approve');
    expect(await porch.privateNoteTo('U0MARCO')).toContain('too long to show whole');
    expect(await state(long)).toBe('open');
  });

  it('on what another build made changes nothing', async () => {
    await porch.records.sql('update countersign.approvals set version = 99 where id = $1', [card.id]);
    await porch.click(card, 'U0GUEST', 'approval.approve');
    expect(await porch.privateNoteTo('U0GUEST')).toContain('not a member of this workspace');
    expect(await state(card)).toBe('open');
    await porch.click(card, 'U0MARCO', 'approval.approve');
    expect(await porch.privateNoteTo('U0MARCO')).toContain('another version of this program');
    expect(await signatures(card)).toEqual([]);
  });

  it('Yes and No are the asker’s alone', async () => {
    const question = { rule: 'confirm' as const, tool: 'shop__note' };
    const asked = await confirmCard(question);
    await porch.click(asked, 'U0MARCO', 'approval.yes');
    expect(await porch.privateNoteTo('U0MARCO')).toContain('Only the person who asked');
    await porch.click(asked, 'U0LISA', 'approval.yes');
    expect(await state(asked)).toBe('approved');
    expect(jobNames()).toContain('dispatch');

    const other = await confirmCard(question);
    await porch.click(other, 'U0LISA', 'approval.no');
    expect(await look(porch.records, other.id)).toMatchObject({ state: 'rejected', outcomes: ['rejected'] });
    expect(jobNames()).toContain('turn');
    expect(jobNames()).not.toContain('dispatch');
  });

  it('settles a call of unknown outcome, each way once', async () => {
    const happened = await unknownCard();
    await porch.click(happened, 'U0LISA', 'approval.happened');
    expect(await porch.privateNoteTo('U0LISA')).toContain('your own request');
    expect(await refusals(happened)).toEqual([{ by: personOf('U0LISA'), why: 'own' }]);
    await porch.click(happened, 'U0MARCO', 'approval.happened');
    expect(await look(porch.records, happened.id)).toMatchObject({
      state: 'settled',
      outcomes: ['unknown', 'settled'],
    });
    expect(jobNames()).toEqual(['turn', 'card', 'card']);
    await porch.click(happened, 'U0ZOE', 'approval.again');
    expect(await porch.privateNoteTo('U0ZOE')).toContain('has already said what happened');

    const again = await unknownCard();
    await porch.click(again, 'U0MARCO', 'approval.again');
    expect(await state(again)).toBe('approved');
    expect(porch.added[0]).toEqual({ name: 'dispatch', data: { tenant, approval: again.id } });

    const nothing = await unknownCard();
    await porch.click(nothing, 'U0AUDIT', 'approval.did_not');
    expect(await porch.privateNoteTo('U0AUDIT')).toContain('can say what happened');
    await porch.click(nothing, 'U0MARCO', 'approval.did_not');
    const outcome = (await getApproval(porch.records.db, tenant, nothing.id))?.outcome;
    expect([await state(nothing), outcome]).toEqual(['settled', 'did not happen']);
  });

  it('that the records cannot take now shows Slack’s error, and signs when clicked again', async () => {
    const { sql } = porch.records;
    await sql("create function public.refuse() returns trigger language plpgsql as $$ begin raise 'full'; end $$");
    await sql('create trigger refuse before insert on countersign.signatures execute function public.refuse()');
    const failed = await porch.click(card, 'U0MARCO', 'approval.approve');
    await sql('drop trigger refuse on countersign.signatures');
    await sql('drop function public.refuse');

    expect(failed.shown).toBe('failed');
    expect([await state(card), jobNames()]).toEqual(['open', []]);
    await porch.click(card, 'U0MARCO', 'approval.approve');
    expect(await state(card)).toBe('approved');
  });

  it('of six at once has one winner, and five are told', async () => {
    const users = ['U0MARCO', 'U0ZOE', 'U0PRIYA'];
    const said = () =>
      users.flatMap((user) => porch.slack.ephemerals(user)).filter(({ text }) => /approved this/.test(text));
    const before = said().length;
    const clicked = await Promise.all([...users, ...users].map((user) => porch.click(card, user, 'approval.approve')));
    expect(clicked.every(({ shown }) => shown === 'done')).toBe(true);
    expect(await signatures(card)).toHaveLength(1);
    expect(jobNames().filter((name) => name === 'dispatch')).toHaveLength(1);
    await until(() => said().length === before + 5 || undefined, 'the words');
  });

  async function confirmCard({ rule }: { rule: 'confirm' }): Promise<Shown> {
    const shown = await porch.card({ rule }, ['approval.yes', 'approval.no']);
    await porch.records.sql("update countersign.approvals set tool = 'shop__note' where id = $1", [shown.id]);
    return shown;
  }

  async function unknownCard(): Promise<Shown> {
    const shown = await porch.card({}, ['approval.happened', 'approval.did_not', 'approval.again']);
    await approve(porch.records.db, shown.id);
    const held = await hold(porch.records.db, shown.id);
    await begin(porch.records.db, held);
    await end(porch.records.db, held, 'unknown');
    return shown;
  }
});

describe('a click that', () => {
  beforeAll(async () => {
    porch = await openPorch('http');
  });
  afterAll(() => porch.close());
  let card: Shown;
  beforeEach(async () => {
    card = await porch.card({}, approveButtons);
  });
  const send = (payload: object, how: Parameters<typeof signedForm>[2] = {}) =>
    deliver(`${porch.url}/slack/events`, signedForm(porch.slack, { payload: JSON.stringify(payload) }, how));
  /** As Slack would send it, and never did. */
  const payload = async () => {
    porch.slack.connect({ kind: 'http', urls: ['http://127.0.0.1:1/'] });
    const { payload: made } = await porch.click(card, 'U0MARCO', 'approval.approve');
    porch.slack.connect({ kind: 'http', urls: [`${porch.url}/slack/events`] });
    return made;
  };

  it('comes three times signs once', async () => {
    const click = await payload();
    const answers = await Promise.all([send(click), send(click), send(click)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await signatures(card)).toHaveLength(1);
    expect(jobNames().filter((name) => name === 'dispatch')).toHaveLength(1);
  });

  const stale = () => Math.floor(Date.now() / 1000) - 302;
  it.each([
    ['is signed with another secret', () => ({ signingSecret: 'f'.repeat(32) })],
    ['has a made-up signature', () => ({ signature: `v0=${'0'.repeat(64)}` })],
    ['is stale', () => ({ timestamp: stale() })],
    ['comes from the future', () => ({ timestamp: stale() + 604 })],
  ])('%s is refused', async (_what, how) => {
    expect((await send(await payload(), how())).status).toBe(401);
    expect(await state(card)).toBe('open');
  });

  it('a forger hides behind a check of the line is refused', async () => {
    const fields = { ssl_check: '1', payload: JSON.stringify(await payload()) };
    const how = { signature: `v0=${'0'.repeat(64)}` };
    await deliver(`${porch.url}/slack/events`, signedForm(porch.slack, fields, how));
    expect(await state(card)).toBe('open');
  });

  it('says it is another team’s is refused, and so is one that says both', async () => {
    const click = (await payload()) as { user: object; team: object };
    const theirs = { id: 'T0THEIRS', domain: 'theirs' };
    await send({ ...click, team: theirs });
    await send({ ...click, user: { ...click.user, team_id: 'T0THEIRS' } });
    await send({ ...click, team: null });
    const refused = () =>
      porch.slack.ephemerals('U0MARCO').filter(({ text }) => text.includes('not a member of this workspace'));
    await until(() => refused().length === 3 || undefined, 'the words');
    expect(await state(card)).toBe('open');
  });

  it('carries another person, team or verdict in its value decides nothing by it', async () => {
    const click = (await payload()) as { actions: object[]; user: object };
    const value = JSON.stringify({ id: card.id, user: 'U0MARCO', team: tenant });
    await send({ ...click, actions: [{ ...click.actions[0], value }] });
    await send({ ...click, user: { id: 'U0AUDIT', team_id: tenant } });
    expect(await signatures(card)).toEqual([]);
  });

  it('cannot be answered where it was made is answered in the channel, alone', async () => {
    const click = await payload();
    await send({ ...click, user: { id: 'U0AUDIT', team_id: tenant }, response_url: `${porch.url}/gone` });
    expect(await porch.privateNoteTo('U0AUDIT')).toContain('can approve this');
  });

  it('asks Slack who is in a user group, once in five minutes, and waits for no answer that does not come', async () => {
    porch = await openPorch('http');
    card = await porch.card({}, approveButtons);
    porch.slack.fault('usergroups.users.list', { kind: 'error', error: 'missing_scope' });
    await porch.click(card, 'U0PRIYA', 'approval.approve');
    expect(await porch.privateNoteTo('U0PRIYA')).toContain('We cannot check right now who may approve this');
    porch.slack.fault('usergroups.users.list', { kind: 'hang' });
    const hung = await porch.click(card, 'U0PRIYA', 'approval.approve');
    expect(hung.shown).toBe('done');
    expect(hung.ms).toBeLessThan(2_900);
    expect(await porch.privateNoteTo('U0PRIYA')).toContain('We cannot check right now who may approve this');
    expect(await state(card)).toBe('open');
  });
});
