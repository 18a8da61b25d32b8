import { describe, expect, it } from 'vitest';
import { ruleFor } from '../../core/gate/rules.ts';
import type { Principal } from '../../core/records/types.ts';
import { deskOf, deskText, readWritten } from '../desks/written-desk.ts';

const staff: Principal = { kind: 'staff', id: 'slack:T0:U0LISA' };

function rule(pay: string, args: Record<string, unknown>, by = staff) {
  const ruled = ruleFor(deskOf(pay), 'shop__pay', { by, args });
  if (ruled.verdict === 'no_rule') throw new Error('there is no such tool');
  return ruled;
}

describe('a condition on what is given or on who asks', () => {
  it('may depend on whether an argument is given, which can always be judged', () => {
    const pay = `{ rule: confirm, when: [{ argument: stock, given: true, rule: approve }] }`;
    const ruleTexts = {
      approve: 'a boss must approve a call with stock given',
      confirm: 'the requester must confirm this call',
    };
    const verdictOf = (args: Record<string, unknown>) => {
      const { verdict, ruleText } = rule(pay, args);
      expect(ruleText).toBe(ruleTexts[verdict as 'approve' | 'confirm']);
      return verdict;
    };
    expect([0, '', false, [], {}, { $sealed: 'x' }].map((stock) => verdictOf({ stock }))).toEqual(
      Array(6).fill('approve'),
    );
    expect([{}, { stock: null }, { stock: undefined }, Object.create({ stock: 1 })].map(verdictOf)).toEqual(
      Array(4).fill('confirm'),
    );
    const missing = '{ rule: allow, when: [{ argument: reason, given: false, rule: deny }] }';
    expect(rule(missing, {})).toMatchObject({
      verdict: 'deny',
      ruleText: 'a call with reason not given is not allowed',
    });
    expect(rule(missing, { reason: 0 }).verdict).toBe('allow');
  });

  it('without known arguments is the strictest that they may make it', () => {
    const desk = deskOf('{ rule: allow, when: [{ argument: stock, given: true, rule: approve }] }');
    expect(ruleFor(desk, 'shop__pay', { by: staff })).toMatchObject({
      verdict: 'approve',
      ruleText: 'a boss must approve a call with stock given (stock cannot be judged here)',
    });
  });

  const asked = `{ rule: approve, when: [
    { asked_by: customer, rule: confirm }, { asked_by: [service, anonymous], rule: deny } ] }`;

  it.each<[Principal['kind'], string, string]>([
    ['staff', 'approve', 'a boss must approve this call'],
    ['customer', 'confirm', 'the requester must confirm a call asked by a customer'],
    ['service', 'deny', 'a call asked by a service or someone unknown is not allowed'],
    ['anonymous', 'deny', 'a call asked by a service or someone unknown is not allowed'],
  ])('may depend on who asks: %s', (kind, verdict, ruleText) => {
    for (const args of [{}, { amount: 5 }])
      expect(rule(asked, args, { kind, id: 'x' })).toMatchObject({ verdict, ruleText });
    const unsaid = { verdict, ruleText: ruleText.replace('this call', 'any other call') };
    expect(ruleFor(deskOf(asked), 'shop__pay', { by: { kind, id: 'x' } })).toMatchObject(unsaid);
  });

  it('takes who asks from the principal, and from nothing that is written', () => {
    const claims = {
      asked_by: 'customer',
      askedBy: ['customer'],
      by: { kind: 'customer', id: 'CUST-1' },
      kind: 'customer',
    };
    const called = { kind: 'staff' as const, id: 'customer:CUST-1' };
    expect(rule(asked, { ...claims, principal: claims.by }, called).verdict).toBe('approve');
  });

  it('is no laxer for an argument that cannot be judged before who asks is', () => {
    const both = `{ rule: allow, when: [{ argument: amount, over: 5, rule: deny }, { asked_by: customer, rule: confirm }] }`;
    const by: Principal = { kind: 'customer', id: 'CUST-1' };
    expect([{}, { amount: 1 }, { amount: 6 }].map((args) => rule(both, args, by).verdict)).toEqual([
      'deny',
      'confirm',
      'deny',
    ]);
  });
});

describe('such a condition that cannot hold is told by file, line and remedy', () => {
  const faultsOf = (rules: string, more?: string) => readWritten(deskText(`{ ${rules} }`, more)).lines;

  it.each<[string, string, string]>([
    [
      'a condition on nobody and nothing',
      'rule: approve, when: [{ given: true, rule: deny }]',
      'shop.yaml:6: tools.shop.pay.when.0 needs the name of an argument, or asked_by; add one of the two',
    ],
    ...['argument: a', 'argument: a, given: true', 'over: 1'].map((more): [string, string, string] => [
      `a condition on who asks with ${more}`,
      `rule: approve, when: [{ asked_by: customer, ${more}, rule: deny }]`,
      'shop.yaml:6: tools.shop.pay.when.0 has asked_by, which stands alone; make two conditions of it',
    ]),
    ...['boss', '[staff, U0ANN]', 'true'].map((kind): [string, string, string] => [
      `a condition on ${kind} who asks`,
      `rule: approve, when: [{ asked_by: ${kind}, rule: deny }]`,
      'shop.yaml:6: tools.shop.pay.when.0.asked_by must be one of staff, guest, customer, service, anonymous, or a list of them',
    ]),
    [
      'a condition on nobody who asks',
      'rule: approve, when: [{ asked_by: [], rule: deny }]',
      'shop.yaml:6: tools.shop.pay.when.0.asked_by is empty; list at least one',
    ],
    [
      'a condition on what is hardly given',
      'rule: approve, when: [{ argument: a, given: perhaps, rule: deny }]',
      'shop.yaml:6: tools.shop.pay.when.0.given must be of type boolean',
    ],
    [
      'signers of what a condition on who asks lets nobody sign',
      'rule: approve, when: [{ asked_by: customer, rule: confirm, quorum: 2 }]',
      'shop.yaml:6: tools.shop.pay.when.0 has signers or a quorum and its rule is confirm; remove them or make it approve',
    ],
    [
      'more signatures than people under a condition on who asks',
      'rule: approve, when: [{ asked_by: staff, rule: approve, signers: [U0ANN], quorum: 2 }]',
      'shop.yaml:6: tools.shop.pay.when.0.quorum asks for 2 signatures and 1 may sign; list more signers or ask for fewer',
    ],
    [
      'a role that is not there, at a condition on what is given',
      'rule: allow, when: [{ argument: a, given: true, rule: approve, signers: [x] }]',
      'shop.yaml:6: tools.shop.pay.when.0.signers.0 names the role x, which is not under roles; add it there or correct the name',
    ],
    [
      'one who asks behind several',
      'rule: approve, when: [{ asked_by: [staff, customer], rule: deny }, { asked_by: customer, rule: confirm }]',
      'shop.yaml:6: tools.shop.pay.when.1.asked_by can never count behind asked_by: staff, customer, for the first that fits does; put it before that, or remove it',
    ],
    [
      'what is given twice',
      'rule: approve, when: [{ argument: a, given: false, rule: deny }, { argument: a, given: false, rule: allow }]',
      'shop.yaml:6: tools.shop.pay.when.1.given can never count behind given: false, for the first that fits does; put it before that, or remove it',
    ],
    ...['over: 1', 'under: 1', 'is: x'].map((way): [string, string, string] => [
      `what is ${way} behind what is given`,
      `rule: approve, when: [{ argument: a, given: true, rule: deny }, { argument: a, ${way}, rule: allow }]`,
      `shop.yaml:6: tools.shop.pay.when.1.${way.split(':')[0]} can never count behind given: true, for the first that fits does; put it before that, or remove it`,
    ]),
    [
      'a condition on nothing but who signs',
      'rule: approve, when: [{ rule: approve, signers: [boss] }]',
      'shop.yaml:6: tools.shop.pay.when.0 needs the name of an argument, or asked_by; add one of the two',
    ],
  ])('%s', (_what, rules, line) => {
    expect(faultsOf(rules)).toContain(line);
  });

  it('and only that', () => {
    const sayings = ['argument: a, given: false', 'argument: a, given: true', 'argument: b, over: 1'];
    const askers = ['asked_by: customer', 'asked_by: [staff, customer]', 'asked_by: service'];
    const conditions = [...sayings, ...askers].map((condition) => `{ ${condition}, rule: deny }`);
    expect(faultsOf(`rule: approve, when: [${conditions.join(', ')}]`)).toEqual([]);
  });

  it('does not count who asks among those who sign, where only staff could be both', () => {
    const quota = 'quotas: [{ tools: [shop.pay], most: 1, per: day, of: desk, over: { signatures: 2 } }]';
    const asked = (by: string) =>
      faultsOf(
        `rule: approve, signers: [boss, U0CYD], when: [{ asked_by: ${by}, rule: approve, signers: [boss] }]`,
        quota,
      );
    expect(asked('[customer, service]')).toEqual([]);
    expect(asked('[customer, staff]')).toEqual([
      expect.stringContaining('is more than may sign shop.pay when one of them'),
    ]);
  });
});
