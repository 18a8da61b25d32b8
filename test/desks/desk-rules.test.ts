import { describe, expect, it } from 'vitest';
import { deskNamed, readDesks } from '../../core/desk/desks.ts';
import { readWritten as read } from './written-desk.ts';

const plain = `title: Shop
instructions: help.md
slack: { channels: [C01] }
approvals: { signers: [boss, S0GROUP] }
roles: { boss: [U0ANN, U0BEN] }
tools:
  shop:
    look.up: { effect: read, rule: allow }
    note: { rule: confirm }
    pay: { rule: approve }
`;

/** The rules of paying, written out. */
const paying = (rules: string) => plain.replace('pay: { rule: approve }', `pay: { ${rules} }`);

describe('a desk with rules', () => {
  it('is read whole', () => {
    const { desk, lines } = read(`title: Shop
instructions: help.md
slack: { channels: [C01] }
roles: { boss: [U0ANN, S0GROUP] }
approvals: { channel: C09, hours: 48, escalate_to: U0ANN, signers: [boss] }
rate: { calls: 20, per: minute }
customers: { tool: shop.find, argument: email, field: customer.id }
local: { sum_up: { effect: read, rule: allow } }
tools:
  shop:
    find: { effect: read, rule: allow }
    pay:
      effect: keyed
      rule: approve
      when:
        - { argument: amount, under: 10, rule: allow }
        - { argument: amount, over: 500, rule: approve, signers: [U0BEN], quorum: 1 }
        - { argument: to, is: [bank, 7, true], rule: deny }
        - { argument: to, is: till, rule: confirm }
        - { argument: note, given: false, rule: deny }
        - { asked_by: customer, rule: confirm }
        - { asked_by: [service, anonymous], rule: approve, signers: [U0BEN], quorum: 1 }
      signers: [boss, U0CYD]
      quorum: 2
      own: true
      edited: false
      first: [amount]
      check: { tool: shop.find, arguments: { id: order }, fields: [status], shown: { total.paid: paid } }
      probe: { tool: sum_up, arguments: {} }
      customer: customer_id
    drop: { rule: approve }
quotas:
  - { tools: [shop.pay, shop.drop], sum: amount, most: 500.5, per: week, of: principal, over: deny }
  - { tools: [shop.drop], most: 3, per: hour, of: desk, over: { signatures: 2 } }
`);
    expect(lines).toEqual([]);
    expect(desk).toMatchObject({
      roles: new Map([['boss', ['U0ANN', 'S0GROUP']]]),
      approvals: { channel: 'C09', hours: 48, escalateTo: 'U0ANN', signers: ['boss'] },
      rate: { calls: 20, seconds: 60 },
      customers: { kind: 'lookup', tool: 'shop__find', argument: 'email', field: 'customer.id' },
      quotas: [
        {
          id: 'amount of shop.drop, shop.pay, 500.5 per week for each who asks',
          tools: ['shop__pay', 'shop__drop'],
          sum: 'amount',
          most: 500.5,
          seconds: 604_800,
          of: 'principal',
          over: { kind: 'deny' },
        },
        { id: 'calls of shop.drop, 3 per hour', seconds: 3600, of: 'desk', over: { kind: 'sign', quorum: 2 } },
      ],
    });
    expect(desk?.tools.get('shop__pay')).toEqual({
      effect: 'keyed',
      rule: 'approve',
      when: [
        { argument: 'amount', fits: { kind: 'under', than: 10 }, rule: 'allow' },
        { argument: 'amount', fits: { kind: 'over', than: 500 }, rule: 'approve', signers: ['U0BEN'], quorum: 1 },
        { argument: 'to', fits: { kind: 'is', oneOf: ['bank', 7, true] }, rule: 'deny' },
        { argument: 'to', fits: { kind: 'is', oneOf: ['till'] }, rule: 'confirm' },
        { argument: 'note', fits: { kind: 'given', given: false }, rule: 'deny' },
        { askedBy: ['customer'], rule: 'confirm' },
        { askedBy: ['service', 'anonymous'], rule: 'approve', signers: ['U0BEN'], quorum: 1 },
      ],
      signers: ['boss', 'U0CYD'],
      quorum: 2,
      own: true,
      edited: false,
      first: ['amount'],
      check: {
        tool: 'shop__find',
        arguments: { id: 'order' },
        fields: [
          { path: 'status', compared: true },
          { path: 'total.paid', words: 'paid', compared: false },
        ],
      },
      probe: { tool: 'sum_up', arguments: {} },
      customer: 'customer_id',
    });
  });

  it('may look with a tool whose name is altered for models', () => {
    const { desk } = read(paying('rule: approve, probe: { tool: shop.look.up, arguments: {} }'));
    expect(desk?.tools.get('shop__pay')?.probe?.tool).toMatch(/^shop__look_up_\w{8}$/);
  });

  it('that is shipped asks nothing of anyone, and is read', () => {
    const shipped = readDesks(new URL('../../desks', import.meta.url).pathname);
    const desk = shipped.kind === 'ok' ? deskNamed(shipped.desks, 'jewelry') : undefined;
    expect(desk).toMatchObject({ approvals: { channel: undefined, signers: ['manager'] } });
    expect(desk?.tools.get('jewelryops__refund_order')).toMatchObject({
      rule: 'approve',
      check: { tool: 'jewelryops__get_order' },
      first: ['order_id', 'amount'],
    });
  });
});

describe('a rule that cannot hold is told by file, line and remedy', () => {
  it.each<[string, string, string]>([
    [
      'nobody may sign',
      plain.replace('[boss, S0GROUP]', '[]'),
      'shop.yaml:10: tools.shop.pay.rule is approve and nobody may sign; list signers there, or for all under approvals',
    ],
    [
      'nobody may sign what a condition asks for',
      paying('rule: allow, when: [{ argument: a, over: 1, rule: approve }]').replace('[boss, S0GROUP]', '[]'),
      'shop.yaml:10: tools.shop.pay.when.0.rule is approve and nobody may sign; list signers there, or for all under approvals',
    ],
    [
      'more signatures than people',
      paying('rule: approve, signers: [boss, U0ANN], quorum: 3'),
      'shop.yaml:10: tools.shop.pay.quorum asks for 3 signatures and 2 may sign; list more signers or ask for fewer',
    ],
    [
      'more signatures than people under a condition',
      paying('rule: approve, when: [{ argument: a, over: 1, rule: approve, signers: [U0ANN], quorum: 2 }]'),
      'shop.yaml:10: tools.shop.pay.when.0.quorum asks for 2 signatures and 1 may sign; list more signers or ask for fewer',
    ],
    [
      'a role that is not there',
      plain.replace('[boss, S0GROUP]', '[boss, bos]'),
      'shop.yaml:4: approvals.signers.1 names the role bos, which is not under roles; add it there or correct the name',
    ],
    [
      'a role that is not there, at a tool',
      paying('rule: approve, signers: [constructor]'),
      'shop.yaml:10: tools.shop.pay.signers.0 names the role constructor, which is not under roles; add it there or correct the name',
    ],
    [
      'a role that is not there, at a condition',
      paying('rule: allow, when: [{ argument: a, is: x, rule: approve, signers: [x] }]'),
      'shop.yaml:10: tools.shop.pay.when.0.signers.0 names the role x, which is not under roles; add it there or correct the name',
    ],
    [
      'a signer by name',
      paying('rule: approve, signers: ["@Ann"]'),
      'shop.yaml:10: tools.shop.pay.signers.0 is no user (U0123ABCD), user group (S0123ABCD) or role (manager); correct it',
    ],
    [
      'a role in a role',
      plain.replace('U0BEN', 'boss'),
      'shop.yaml:5: roles.boss.1 is no id of a user or a user group, such as U0123ABCD or S0123ABCD; copy it from Slack',
    ],
    ['an empty role', plain.replace('U0ANN, U0BEN', ''), 'shop.yaml:5: roles.boss is empty; list at least one'],
    [
      'a role with the form of an id',
      plain.replaceAll('boss', 'BOSS'),
      'shop.yaml:5: roles.BOSS is no name for a role; use lower-case letters, such as manager',
    ],
    [
      'a check with a tool of another desk',
      paying('rule: approve, check: { tool: shop.find, arguments: {}, fields: [a] }'),
      'shop.yaml:10: tools.shop.pay.check.tool names shop.find, which is not among the tools of this desk; add it there or correct the name',
    ],
    ...[
      ['of nothing', '', ' needs fields, shown or both; say what is to be seen on the card'],
      ['of no fields', ', fields: []', '.fields is empty; list at least one'],
      ['that shows no fields', ', shown: {}', '.shown is empty; list at least one'],
      [
        'of a word',
        ', fields: status',
        '.fields must be a list of fields, such as [status], or the words to show for each, such as { status: state }',
      ],
      [
        'of a field that may change and may not',
        ', fields: [a, b], shown: { b: the b }',
        ' has a field in both fields and shown; remove it from one of them',
      ],
    ].map(([what = '', rest = '', line = '']): [string, string, string] => [
      `a check ${what}`,
      paying(`rule: approve, check: { tool: shop.look.up, arguments: {}${rest} }`),
      `shop.yaml:10: tools.shop.pay.check${line}`,
    ]),
    [
      'a probe that does something',
      paying('rule: approve, probe: { tool: shop.note, arguments: {} }'),
      'shop.yaml:10: tools.shop.pay.probe.tool names shop.note, whose effect is once; name a tool whose effect is read',
    ],
    [
      'customers found by what does something',
      `${plain}customers: { tool: shop.note, argument: a, field: b }\n`,
      'shop.yaml:11: customers.tool names shop.note, whose effect is once; name a tool whose effect is read',
    ],
    [
      'customers found nohow',
      `${plain}customers: sender\n`,
      'shop.yaml:11: customers must be principal, or the tool, argument and field that find the id of a customer',
    ],
    [
      'over a word',
      paying('rule: approve, when: [{ argument: a, over: much, rule: deny }]'),
      'shop.yaml:10: tools.shop.pay.when.0.over must be of type number',
    ],
    [
      'a condition on nothing',
      paying('rule: approve, when: [{ argument: a, rule: deny }]'),
      'shop.yaml:10: tools.shop.pay.when.0 needs one of over, under, is and given; give exactly one',
    ],
    [
      'two conditions in one',
      paying('rule: approve, when: [{ argument: a, over: 1, is: 1, rule: deny }]'),
      'shop.yaml:10: tools.shop.pay.when.0 needs one of over, under, is and given; give exactly one',
    ],
    [
      'what is over more behind what is over less',
      paying(
        'rule: confirm, when: [{ argument: a, over: 50, rule: approve }, { argument: a, over: 1000, rule: deny }]',
      ),
      'shop.yaml:10: tools.shop.pay.when.1.over can never count behind over: 50, for the first that fits does; put it before that, or remove it',
    ],
    [
      'what is under less behind what is under more',
      paying(
        'rule: approve, when: [{ argument: a, under: 9, rule: confirm }, { argument: b, under: 1, rule: deny }, { argument: a, under: 9, rule: allow }]',
      ),
      'shop.yaml:10: tools.shop.pay.when.2.under can never count behind under: 9, for the first that fits does; put it before that, or remove it',
    ],
    [
      'a condition on a list',
      paying('rule: approve, when: [{ argument: a, is: [[1]], rule: deny }]'),
      'shop.yaml:10: tools.shop.pay.when.0.is must be a text, a number, true or false, or a list of them',
    ],
    [
      'signers of what nobody signs',
      paying('rule: confirm, signers: [boss]'),
      'shop.yaml:10: tools.shop.pay.signers does nothing where no rule is approve; remove it',
    ],
    [
      'a quorum of what nobody signs',
      paying('rule: allow, quorum: 2'),
      'shop.yaml:10: tools.shop.pay.quorum does nothing where no rule is approve; remove it',
    ],
    [
      'signers of a condition that nobody signs',
      paying('rule: approve, when: [{ argument: a, is: x, rule: confirm, signers: [boss] }]'),
      'shop.yaml:10: tools.shop.pay.when.0 has signers or a quorum and its rule is confirm; remove them or make it approve',
    ],
    [
      'a check of what runs at once',
      paying('rule: allow, check: { tool: shop.look.up, arguments: {}, fields: [a] }'),
      'shop.yaml:10: tools.shop.pay.check does nothing where no rule is confirm or approve; remove it',
    ],
    [
      'an approvals channel by name',
      plain.replace('approvals: {', 'approvals: { channel: "#ok",'),
      'shop.yaml:4: approvals.channel is no id of a channel, such as C0123ABCD; copy it from Slack',
    ],
    [
      'an escalation to a group',
      plain.replace('approvals: {', 'approvals: { escalate_to: S0GROUP,'),
      'shop.yaml:4: approvals.escalate_to is no id of a channel or a user, such as C0123ABCD or U0123ABCD; copy it from Slack',
    ],
    [
      'no hours',
      plain.replace('approvals: {', 'approvals: { hours: 0,'),
      'shop.yaml:4: approvals.hours must be 0.001 or more',
    ],
    ['a rate of none', `${plain}rate: { calls: 0, per: day }\n`, 'shop.yaml:11: rate.per must be one of minute, hour'],
  ])('%s', (_what, text, line) => {
    expect(read(text).lines).toContain(line);
  });

  const quota = (rest: string, tools = 'shop.pay') =>
    `${plain}quotas:\n  - { tools: [${tools}], per: day, of: desk, ${rest} }\n`;
  it.each<[string, string, string]>([
    [
      'a quota of no known tool',
      quota('most: 1, over: deny', 'shop.pay, shop.play'),
      'shop.yaml:12: quotas.0.tools.1 names shop.play, which is not among the tools of this desk; add it there or correct the name',
    ],
    [
      'a quota of nothing',
      quota('most: 1, over: deny', ''),
      'shop.yaml:12: quotas.0.tools is empty; list at least one',
    ],
    [
      'a quota that asks for an answer',
      quota('most: 1, over: ask'),
      'shop.yaml:12: quotas.0.over must be deny or a number of signatures, such as { signatures: 2 }',
    ],
    [
      'a quota that lets nobody sign what the asker confirms',
      quota('most: 1, over: { signatures: 2 }', 'shop.note'),
      'shop.yaml:12: quotas.0.over.signatures cannot lift what shop.note does by confirm; make that approve, or say over: deny',
    ],
    [
      'a quota that asks for what is needed anyway',
      quota('most: 1, over: { signatures: 1 }'),
      'shop.yaml:12: quotas.0.over.signatures is no more than shop.pay needs anyway; ask for more, or say over: deny',
    ],
    [
      'a quota that asks for more than there are',
      quota('most: 1, over: { signatures: 3 }').replace('[boss, S0GROUP]', '[boss]'),
      'shop.yaml:12: quotas.0.over.signatures is more than may sign shop.pay; list more signers or ask for fewer',
    ],
    [
      'a quota that asks for more than there are beside the asker',
      quota('most: 1, over: { signatures: 2 }').replace('[boss, S0GROUP]', '[boss]'),
      'shop.yaml:12: quotas.0.over.signatures is more than may sign shop.pay when one of them asks for it; list more signers, or say own: true there',
    ],
    [
      'a quota twice',
      `${quota('most: 1, over: deny')}  - { tools: [shop.pay], per: day, of: desk, most: 1, over: { signatures: 2 } }\n`,
      'shop.yaml:13: quotas.1 counts the same as quotas.0; remove one of them',
    ],
  ])('%s', (_what, text, line) => {
    expect(read(text).lines).toContain(line);
  });

  it('and only that', () => {
    const ways = ['over: 9', 'over: 5', 'under: 1', 'under: 3', 'is: 4', 'is: 2', 'given: false', 'given: true'];
    const askers = ['customer', '[staff, customer]', 'service'].map((kind) => `{ asked_by: ${kind}, rule: deny }`);
    const conditions = [...ways.map((way) => `{ argument: a, ${way}, rule: deny }`), ...askers];
    expect(read(paying(`rule: approve, when: [${conditions.join(', ')}]`)).lines).toEqual([]);
    const two = quota('most: 1, over: { signatures: 2 }').replace('[boss, S0GROUP]', '[boss]');
    expect(read(two.replace('pay: { rule: approve }', 'pay: { rule: approve, own: true }')).lines).toEqual([]);
    expect(read(two.replace('U0BEN', 'U0BEN, U0CYD')).lines).toEqual([]);
    expect(read(paying('rule: approve, quorum: 9')).lines).toEqual([]);
    expect(read(quota('most: 1, over: { signatures: 9 }')).lines).toEqual([]);
    expect(read(paying('rule: approve, signers: [nobody], quorum: 2')).lines).toHaveLength(1);
  });
});
