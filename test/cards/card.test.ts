import { describe, expect, it } from 'vitest';
import { type ApprovalState, approvalStates, type cardKinds, type Origins } from '../../core/records/approvals.ts';
import { openWay, type Way } from '../replies/channel-setup.ts';
import {
  actionsOf,
  approvalOf,
  approvals,
  blocksOf,
  cardOf,
  cardsIn,
  inState,
  picture,
  signersAt,
  textsOf,
} from './card-setup.ts';

type Kind = (typeof cardKinds)[number];

/** Posts a card as Slack takes it, and gives the message that stands there. */
async function shown(way: Way, change: Parameters<typeof approvalOf>[0] = {}, kind: Kind = 'signers') {
  const isThere = kind === 'asker' || kind === 'pointer';
  const card = cardOf({ kind, place: isThere ? way.place : { channel: approvals } });
  expect(await way.channel.show(card, approvalOf(change))).toMatchObject({ kind: 'shown' });
  return cardsIn(way.slack, isThere ? way.place.channel : approvals).at(-1);
}

const finalStates = approvalStates.filter((state) => !['open', 'unknown'].includes(state));
const rules: Record<Kind, 'approve' | 'confirm'> = {
  asker: 'confirm',
  signers: 'approve',
  escalation: 'approve',
  pointer: 'approve',
  reminder: 'approve',
};

describe('a card', () => {
  it.each(Object.keys(rules) as Kind[])('of the kind %s looks so in every state', async (kind) => {
    const way = await openWay();
    for (const state of approvalStates) {
      const message = await shown(way, { ...inState[state], state, rule: rules[kind] }, kind);
      expect(picture(message)).toMatchSnapshot(state);
    }
  });

  it('is told from others in one line, in which nothing is markup and no secret stands', async () => {
    const { channel } = await openWay();
    const order = (change: Parameters<typeof approvalOf>[0]) => channel.brief(approvalOf(change));
    expect(order({})).toBe('`refund order (order_id: "ORD-1001", amount: 120.5, reason: "arrived broken")`');
    const canonical = JSON.stringify({
      order_id: 'x` **yes** <!channel>\n- y',
      pin: '1234',
      token: { $sealed: 's1' },
    });
    expect(order({ canonical, details: { secret: ['pin'], sealed: ['s1'] } })).toBe(
      '`refund order (order_id: "x\\u{60} **yes** \\u{3c}!channel>\\n - y", pin: ••••••••, token: ••••••••)`',
    );
    expect(order({ canonical: '{}' })).toBe('`refund order (without any arguments)`');
    expect(order({ canonical: JSON.stringify({ text: 'x'.repeat(900) }) })).toHaveLength(202);
    expect(order({ canonical: JSON.stringify({ text: 'x'.repeat(9_000) }) })).toContain('too long for a card');
  });

  it('in the thread says why the card to sign is not there, until it is', async () => {
    const way = await openWay();
    const at = async (unposted: string, message: string | null = null) =>
      picture(await shown(way, { cards: [signersAt(message)], details: { unposted } }, 'pointer'));
    expect(await at('not_in_channel')).toContain(`could not be posted in <#${approvals}>: invite me there.`);
    expect(await at('is_archived')).toContain('it is archived');
    expect(await at('missing_scope')).toContain('Slack says missing_scope');
    expect(await at('not_in_channel', '1795000001.000100')).not.toContain('could not be posted');
  });

  it('that reminds the asker says until when', async () => {
    const way = await openWay();
    expect(picture(await shown(way, { rule: 'confirm' }, 'reminder'))).toMatchSnapshot();
  });

  it('shows all that can be said of a request', async () => {
    const way = await openWay();
    const message = await shown(way, {
      quorum: 2,
      signatures: inState.approved.signatures,
      principal: { kind: 'customer', id: 'ann@example.com' },
      editor: 'slack:U0PRIYA',
      edit: { arguments: {}, account: 'slack:U0PRIYA' },
      canonical: '{"amount":120.5,"order_id":"ORD-1001","password":{"$sealed":"s1"}}',
      details: {
        asked: { text: 'hi', author: 'lisa@example.com' },
        place: { address: 'ops@example.com' },
        secret: ['password'],
        sealed: ['s1'],
        seen: [
          { field: 'order.status', compared: true, value: 'shipped', before: 'paid' },
          { field: 'order.total', words: 'total', compared: true, value: '240.00' },
          { field: 'lines.0.stock', words: 'in stock', compared: false, value: '4' },
        ],
        limit: { id: 'refunds-per-day', used: 480, most: 500 },
        refusedEdit: 'amount must be a number',
      },
    });
    expect(picture(message)).toMatchSnapshot();
  });

  it('says where values come from that the requester did not write, and how many more there are', async () => {
    const way = await openWay();
    const [dana, eve] = ['slack:U0DANA', 'slack:U0EVE'].map((id) => ({ kind: 'staff' as const, id }));
    const origins = async (values: Origins['values']) =>
      textsOf(blocksOf(await shown(way, { details: { origins: { values, writers: [] } } }))).map(({ text }) => text);
    const some = await origins({
      amount: [{ kind: 'person', by: [dana!, eve!], at: null }],
      order_id: [{ kind: 'tool', tool: 'shop__get_order' }, { kind: 'nobody' }],
      reason: [{ kind: 'editor', account: 'slack:U0PRIYA' }],
    });
    for (const line of [
      'amount: from a message of <@U0DANA> and of 1 more',
      'order_id: from a result of shop__get_order',
      'order_id: nobody said this here',
      'reason: changed by <@U0PRIYA>',
    ]) {
      expect(some).toContain(line);
    }
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`a${at}`, [{ kind: 'nobody' as const }]]));
    const texts = await origins(many);
    expect(texts).toContain('a8: nobody said this here');
    expect(texts).not.toContain('a9: nobody said this here');
    expect(texts).toContain('and 3 more');
  });

  it.each(finalStates)('that is %s has no buttons', async (state) => {
    const way = await openWay();
    for (const kind of ['signers', 'escalation', 'asker'] as const) {
      expect(actionsOf(await shown(way, { ...inState[state], state, rule: rules[kind] }, kind))).toEqual([]);
    }
  });

  it('carries the id of its approval in each button, and nothing else', async () => {
    const way = await openWay();
    const states: ApprovalState[] = ['open', 'unknown'];
    for (const state of states) {
      for (const rule of ['approve', 'confirm'] as const) {
        const message = await shown(way, { ...inState[state], state, rule });
        const buttons = blocksOf(message).flatMap(({ type, elements = [] }) => (type === 'actions' ? elements : []));
        expect(buttons.map((button) => ({ ...button }))).toEqual(
          buttons.map(() => expect.objectContaining({ type: 'button', value: 'a8Xk2' })),
        );
        expect(buttons.length).toBeGreaterThanOrEqual(2);
      }
    }
  });

  it('cannot be signed while it is changed, nor where another build asked', async () => {
    const way = await openWay();
    const edit = { arguments: {}, account: 'slack:U0PRIYA' };
    expect(actionsOf(await shown(way, { edit }))).toEqual([]);
    expect(actionsOf(await shown(way, { version: 99 }))).toEqual([]);
  });

  it('links to the message that asked, and to the card of the signers', async () => {
    const way = await openWay();
    const message = await shown(way, { details: { place: { ...way.place, thread: '1795000000.000100' } } });
    const link = `https://playground.slack.com/archives/C0GENERAL/p${way.place.asked?.replace('.', '')}?thread_ts=1795000000.000100&cid=C0GENERAL`;
    expect(picture(message)).toContain(`~ <${link}|Open the message>`);

    const card = cardOf({ kind: 'pointer', place: way.place });
    await way.channel.show(card, approvalOf({ cards: [signersAt(null)] }));
    expect(picture(cardsIn(way.slack, 'C0GENERAL').at(-1))).toContain(`<#${approvals}>`);
    await way.channel.show(card, approvalOf({ cards: [signersAt(message?.ts ?? '')] }));
    const there = `https://playground.slack.com/archives/C0APPROVALS/p${message?.ts.replace('.', '')}`;
    expect(picture(cardsIn(way.slack, 'C0GENERAL').at(-1))).toContain(`<${there}|this card>`);
  });

  it('has no markup of anyone but us, whatever stands in its record', async () => {
    const way = await openWay();
    const evil = '<!channel> *b* <https://evil.example|ok> `c` @here :tada:';
    const message = await shown(way, {
      ...inState.rejected,
      state: 'rejected',
      reason: evil,
      tool: `shop__${evil}`,
      principal: { kind: 'customer', id: evil },
      editor: evil,
      decidedBy: evil,
      canonical: JSON.stringify({ [evil]: evil }),
      details: {
        asked: { text: evil, author: evil },
        about: evil,
        ruleText: evil,
        seen: [
          { field: evil, compared: true, value: evil },
          { field: 'a', words: evil, compared: false, value: evil },
        ],
      },
    });
    const marked = textsOf(blocksOf(message)).filter(({ type }) => type === 'mrkdwn');
    for (const { text } of marked) expect(text).not.toMatch(/evil|channel|here|`/);
    const plain = blocksOf(message)
      .flatMap((block) => textsOf([block]))
      .filter(({ type }) => type === 'plain_text');
    expect(plain.every((text) => 'emoji' in text && text.emoji === false)).toBe(true);
    expect(message?.text).not.toMatch(/[<>*@:`]{2}|evil\./);
  });
});
