import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyoneAlone, readPeople } from '../../core/desk/people.ts';
import type { OnArgument } from '../../core/desk/types.ts';
import { countedFor } from '../../core/gate/quotas.ts';
import { isOffered, ruleFor } from '../../core/gate/rules.ts';
import type { Principal } from '../../core/records/types.ts';
import { deskOf } from '../desks/written-desk.ts';

const staff: Principal = { kind: 'staff', id: 'slack:T0:U0LISA' };

function rule(pay: string, args?: Record<string, unknown>, by = staff) {
  const ruled = ruleFor(deskOf(pay), 'shop__pay', args && { by, args });
  if (ruled.verdict === 'no_rule') throw new Error('there is no such tool');
  return ruled;
}

describe('the rule of a call', () => {
  const tiers = `{ rule: approve, when: [
    { argument: amount, under: 10, rule: allow },
    { argument: amount, over: 1000, rule: deny },
    { argument: amount, over: 500, rule: approve, signers: [owner, U0CYD], quorum: 2 },
    { argument: to, is: [till, drawer], rule: confirm } ] }`;

  it.each([
    [{ amount: 9.99, to: 'bank' }, 'allow', 'a call with amount under 10 runs at once'],
    [{ amount: 10, to: 'bank' }, 'approve', 'a boss must approve this call'],
    [{ amount: 500, to: 'bank' }, 'approve', 'a boss must approve this call'],
    [{ amount: 501, to: 'till' }, 'approve', '2 people (owner or U0CYD) must approve a call with amount over 500'],
    [{ amount: 1001, to: 'till' }, 'deny', 'a call with amount over 1000 is not allowed'],
    [{ amount: 50, to: 'drawer' }, 'confirm', 'the requester must confirm a call with to till or drawer'],
    [{ amount: 50, to: 'Till' }, 'approve', 'a boss must approve this call'],
  ])('%j: the first condition that fits', (args, verdict, ruleText) => {
    expect(rule(tiers, args)).toMatchObject({ verdict, ruleText });
  });

  it('without arguments is the default', () => {
    expect(rule(tiers)).toMatchObject({ verdict: 'approve', quorum: 1, signers: ['boss'], own: false, edited: true });
    expect(ruleFor(deskOf(tiers), 'shop__play')).toEqual({ verdict: 'no_rule' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['missing', {}],
    ['a text', { amount: '9', to: 'till' }],
    ['nothing', { amount: null, to: 'till' }],
    ['sealed', { amount: { $sealed: 'x' }, to: 'till' }],
    ['inherited', Object.create({ amount: 9, to: 'till' })],
  ])('whose argument is %s is the strictest that it may be', (_what, args) => {
    expect(rule(tiers, args)).toMatchObject({
      verdict: 'deny',
      ruleText: 'a call with amount over 1000 (amount cannot be judged here) is not allowed',
    });
  });

  it('asks for one yes, however many signatures the other calls need', () => {
    const two = '{ rule: approve, quorum: 2, when: [{ argument: amount, under: 10, rule: confirm }] }';
    expect(rule(two, { amount: 9 })).toMatchObject({ verdict: 'confirm', quorum: 1 });
    expect(rule(two, { amount: 10 })).toMatchObject({ verdict: 'approve', quorum: 2 });
  });

  it('is no laxer for an argument that cannot be judged', () => {
    const lax = '{ rule: confirm, when: [{ argument: trusted, is: true, rule: allow }] }';
    expect(rule(lax, { trusted: 'true' }).verdict).toBe('confirm');
    expect(rule(lax, { trusted: true }).verdict).toBe('allow');
  });

  it('is no stricter for one that comes after what fits', () => {
    const late = `{ rule: allow, when: [{ argument: to, is: till, rule: confirm }, { argument: amount, over: 1, rule: deny }] }`;
    expect(rule(late, { to: 'till' }).verdict).toBe('confirm');
    expect(rule(late, { to: 'bank' }).verdict).toBe('deny');
  });

  it('needs who may sign either of two approvals, and the larger number', () => {
    const either = (signers: string) =>
      `{ rule: approve, quorum: 1, when: [{ argument: amount, over: 5, rule: approve, signers: [${signers}], quorum: 1 }] }`;
    expect(rule(either('owner'), {})).toMatchObject({ verdict: 'approve', signers: ['U0ANN'] });
    expect(rule(either('U0ANN, U0BEN, U0CYD'), {})).toMatchObject({ verdict: 'approve', signers: ['boss'] });
    expect(rule(either('U0CYD'), {})).toMatchObject({ verdict: 'deny' });
    const more = '{ rule: approve, when: [{ argument: amount, over: 5, rule: approve, quorum: 2 }] }';
    expect(rule(more, {})).toMatchObject({ verdict: 'approve', quorum: 2, signers: ['boss'] });
  });

  it('offers a tool when some call of it may run', () => {
    expect(isOffered(deskOf('{ rule: deny }'), 'shop__pay')).toBe(false);
    expect(isOffered(deskOf('{ rule: deny, when: [{ argument: a, is: b, rule: deny }] }'), 'shop__pay')).toBe(false);
    expect(isOffered(deskOf('{ rule: deny, when: [{ argument: a, is: b, rule: confirm }] }'), 'shop__pay')).toBe(true);
    expect(isOffered(deskOf('{ rule: allow, when: [{ argument: a, is: b, rule: deny }] }'), 'shop__pay')).toBe(true);
    expect(isOffered(deskOf('{ rule: allow }'), 'shop__play')).toBe(false);
  });

  it('compares numbers only', () => {
    const over: OnArgument['fits'] = { kind: 'over', than: 5 };
    const desk = deskOf('{ rule: allow }');
    desk.tools.get('shop__pay')!.when = [{ argument: 'amount', fits: over, rule: 'deny' }];
    const verdictOf = (amount: unknown) => ruleFor(desk, 'shop__pay', { by: staff, args: { amount } }).verdict;
    expect([-6, 5, 5.01, Number.POSITIVE_INFINITY, Number.NaN, [1], true].map(verdictOf)).toEqual([
      'allow',
      'allow',
      'deny',
      'deny',
      'deny',
      'deny',
      'deny',
    ]);
  });
});

describe('the limits of a call', () => {
  const desk = deskOf(
    '{ rule: approve, own: true }',
    `quotas:
  - { tools: [shop.pay], sum: amount, most: 500, per: day, of: desk, over: { signatures: 2 } }
  - { tools: [shop.pay, shop.look_up], most: 9, per: hour, of: principal, over: deny }
`,
  );
  const asking = { desk, principal: { kind: 'staff' as const, id: 'U0LISA' } };
  const sum = 'amount of shop.pay, 500 per day';
  const calls = 'calls of shop.look_up, shop.pay, 9 per hour for each who asks';

  it('is what the desk says of the tool', () => {
    expect(countedFor(asking, everyoneAlone, 'shop__pay', { amount: 80 })).toEqual({
      limits: [
        { id: sum, tools: ['shop__pay'], seconds: 86_400, most: 500, desk: 'shop', sum: 'amount', quorum: 2 },
        {
          id: calls,
          tools: ['shop__pay', 'shop__look_up'],
          seconds: 3600,
          most: 9,
          desk: 'shop',
          accounts: ['U0LISA'],
        },
      ],
      amounts: { [sum]: 80, [calls]: 1 },
    });
    expect(countedFor(asking, everyoneAlone, 'shop__look_up', {}).amounts).toEqual({ [calls]: 1 });
    expect(countedFor(asking, everyoneAlone, 'shop__other', {})).toEqual({ limits: [], amounts: {} });
  });

  it.each([{}, { amount: '1' }, { amount: null }, { amount: Number.NaN }, Object.create({ amount: 1 })])(
    'is over it with %j',
    (args) => {
      expect(countedFor(asking, everyoneAlone, 'shop__pay', args).amounts[sum]).toBeGreaterThan(1e300);
    },
  );

  it('grows by what takes away', () => {
    expect(countedFor(asking, everyoneAlone, 'shop__pay', { amount: -80 }).amounts[sum]).toBe(80);
  });
});

describe('people.yaml', () => {
  const file = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-people-'));
    writeFileSync(join(folder, 'people.yaml'), text);
    const read = readPeople(join(folder, 'people.yaml'));
    return read.kind === 'ok' ? read : { ...read, lines: read.lines.map((line) => line.replace(`${folder}/`, '')) };
  };

  it('says which accounts are one person', () => {
    const read = file('lisa: [slack:U0LISA, email:Lisa@Shop.example]\n');
    if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
    const accounts = ['slack:U0LISA', 'email:lisa@SHOP.example', 'slack:U0MARCO', 'slack:u0lisa', 'key:lisa'];
    expect(accounts.map(read.people.personOf)).toEqual(['lisa', 'lisa', 'slack:U0MARCO', 'slack:u0lisa', 'key:lisa']);
  });

  it('may be missing: then each account is a person', () => {
    const read = readPeople('/no/such/people.yaml');
    expect(read.kind === 'ok' && read.people.personOf('email:Ann@x.example')).toBe('email:ann@x.example');
  });

  it.each([
    [
      'lisa: [U0LISA]',
      'people.yaml:1: lisa.0 is no account, such as slack:U0123ABCD or email:lisa@shop.example; correct it',
    ],
    [
      'lisa: [email:a@b.c]\nann:\n  - email:A@b.c',
      'people.yaml:3: ann.0 is an account of lisa already; remove one of the two',
    ],
    [
      'slack:U0LISA: [email:a@b.c]',
      'people.yaml:1: slack:U0LISA is no name for a person; use lower-case letters, such as lisa',
    ],
    ['lisa: []', 'people.yaml:1: lisa is empty; list at least one'],
    [
      '- lisa',
      'people.yaml:1: must list people with their accounts, such as lisa: [slack:U0123ABCD]; write them or remove the file',
    ],
    ['lisa: [', 'people.yaml:1: '],
  ])('with a fault (%s) is told apart', (text, line) => {
    const read = file(text);
    expect(read.kind === 'broken' && read.lines).toEqual([expect.stringContaining(line)]);
  });
});
