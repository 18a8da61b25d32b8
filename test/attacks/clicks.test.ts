import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliver, signedForm } from '../../playground/slack/delivery.ts';
import { approveButtons, openPorch, type Porch, personOf, type Shown } from '../support/clicks.ts';

const refusals = (id: string) =>
  porch.records.sql(
    `select content->>'by' as by, content->>'why' as why from countersign.audit_contents
      where approval = $1 and kind = 'approval.refused' order by id`,
    [id],
  );

let porch: Porch;
let card: Shown;
beforeAll(async () => {
  porch = await openPorch('http');
});
afterAll(() => porch.close());
beforeEach(async () => {
  card = await porch.card({}, approveButtons);
});

type Payload = { actions: object[]; user: object; team: object };
const send = (payload: object) =>
  deliver(`${porch.url}/slack/events`, signedForm(porch.slack, { payload: JSON.stringify(payload) }));
/** As Slack would send it, and never did. */
async function payload(): Promise<Payload> {
  porch.slack.connect({ kind: 'http', urls: ['http://127.0.0.1:1/'] });
  const { payload: made } = await porch.click(card, 'U0MARCO', 'approval.approve');
  porch.slack.connect({ kind: 'http', urls: [`${porch.url}/slack/events`] });
  return made as Payload;
}

describe('a click that', () => {
  it.each(['value', 'action_id', 'user', 'response_url'])('holds a NUL in its %s gets 400', async (place) => {
    const click = await payload();
    const [action] = click.actions;
    const spoiled = {
      value: { actions: [{ ...action, value: `${card.id}\0` }] },
      action_id: { actions: [{ ...action, action_id: 'approval.approve\0' }] },
      user: { user: { ...click.user, id: 'U0MARCO\0' } },
      response_url: { response_url: `${porch.url}/\0` },
    }[place];
    expect((await send({ ...click, ...spoiled })).status).toBe(400);
    const [row] = await porch.records.sql('select state from countersign.approvals where id = $1', [card.id]);
    expect(row).toEqual({ state: 'open' });
  });

  it('names an id that nobody knows goes on record', async () => {
    const click = await payload();
    const actions = ['approval.approve', 'approval.edit', 'approval.happened'].map((action_id) => [
      { ...click.actions[0], action_id, value: 'apr_invented' },
    ]);
    for (const one of actions) await send({ ...click, actions: one });
    await send({ ...click, actions: actions[0], team: { id: 'T0THEIRS', domain: 'theirs' } });
    const by = personOf('U0MARCO');
    expect(await refusals('apr_invented')).toEqual([
      ...[0, 1, 2].map(() => ({ by, why: 'unknown_id' })),
      { by: 'slack:T0THEIRS:U0MARCO', why: 'unknown_id' },
    ]);
    expect(await porch.privateNoteTo('U0MARCO')).toBeDefined();
  });
});
