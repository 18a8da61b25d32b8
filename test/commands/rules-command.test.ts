import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Furnished, furnish } from '../support/furnish.ts';
import { bundled } from '../support/programs.ts';

const desk = `
title: Shop
instructions: help.md
slack: { channels: "*" }
roles: { boss: [U0ANN, U0BEN], all: [U0ANN, U0BEN, U0CYD] }
approvals: { signers: [boss], hours: 8, channel: C0SIGN, escalate_to: U0ANN }
customers: { tool: shop.look_up, argument: email, field: customer_id }
tools:
  shop:
    look_up: { effect: read, rule: allow, customer: customer_id }
    pay:
      effect: keyed
      rule: approve
      when:
        - { argument: amount, under: 20, rule: confirm }
        - { argument: amount, over: 500, rule: approve, quorum: 2 }
      check: { tool: shop.look_up, arguments: { id: order }, fields: [status], shown: { items.0.left: in stock } }
    gift: { effect: keyed, rule: approve, signers: [all], probe: { tool: shop.look_up, arguments: { id: gift, to: to } } }
    block:
      effect: keyed
      rule: approve
      customer: customer_id
      own: true
      edited: false
      when:
        - { argument: reason, given: false, rule: deny }
        - { asked_by: customer, rule: confirm }
        - { asked_by: [service, anonymous], rule: deny }
quotas:
  - { tools: [shop.pay], sum: amount, most: 900, per: day, of: desk, over: deny }
  - { tools: [shop.gift], sum: amount, most: 500, per: day, of: desk, over: { signatures: 2 } }
  - { tools: [shop.gift, shop.block], most: 3, per: hour, of: principal, over: deny }
rate: { calls: 9, per: minute }
`;

let house: Furnished;
beforeAll(() => {
  // It is not known what a server has that does not answer, so the desk's file alone decides.
  house = furnish({ desks: { shop: desk }, servers: { shop: { url: 'http://127.0.0.1:9/mcp' } } });
  writeFileSync(join(dirname(house.desks), 'people.yaml'), 'ann: [slack:U0ANN, email:ann@shop.example]\n');
});
afterAll(() => house.close());

function rules(...words: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...bundled('scripts/rules.ts'), ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { stdout, stderr, status };
}
const check = (args: object, account: string, ...more: string[]) =>
  rules('check', '--desk', 'shop', '--tool', 'shop.pay', '--args', JSON.stringify(args), '--as', account, ...more);
const gift = (args: object, account: string) =>
  rules('check', '--desk', 'shop', '--tool', 'shop.gift', '--args', JSON.stringify(args), '--as', account);

describe('npm run rules', () => {
  it('lists what each desk lets happen', () => {
    const { stdout, status } = rules();
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'shop: Shop',
      '  shop__look_up  read   allow: every call runs at once',
      '                        a customer reaches only their own customer_id',
      '  shop__pay      keyed  confirm: the requester must confirm a call with amount under 20',
      '                        approve: 2 people (boss) must approve a call with amount over 500',
      '                        approve: a boss must approve any other call',
      '                        checked first: shop__look_up with id from order',
      '                        a change stops it: status',
      '                        only shown: items.0.left ("in stock")',
      '  shop__gift     keyed  approve: an all must approve every call',
      '                        if the outcome is not known: shop__look_up with id from gift, to',
      '  shop__block    keyed  deny: a call with reason not given is not allowed',
      '                        confirm: the requester must confirm a call asked by a customer',
      '                        deny: a call asked by a service or someone unknown is not allowed',
      '                        approve: a boss must approve any other call',
      '                        who asks may sign, too',
      '                        the editor may not sign the changed call',
      '                        a customer reaches only their own customer_id',
      '  the amount of shop__pay comes to at most 900 per day; a call beyond it does not run',
      '  the amount of shop__gift comes to at most 500 per day; a call beyond it needs 2 signatures',
      '  at most 3 calls of shop__block and shop__gift per hour for each requester; a call beyond it does not run',
      '  at most 9 calls in 60 seconds for each requester',
      '  boss: U0ANN, U0BEN',
      '  all: U0ANN, U0BEN, U0CYD',
      '  a request waits 8 hours for signatures in C0SIGN, and U0ANN is told after three quarters of them',
      '  a customer is known by shop__look_up: their email gives the customer_id',
      '',
      '',
    ]);
  });

  it('explains a call', () => {
    const { stdout } = check({ order: 'ORD-1', amount: 501 }, 'email:ann@shop.example');
    expect(stdout).toBe(`shop__pay at the desk shop, asked by email:ann@shop.example, who is ann
Verdict: approve. It runs after 2 signatures; one rejection ends it.
Rule: 2 people (boss) must approve a call with amount over 500.
Condition: confirm: the requester must confirm a call with amount under 20: does not fit.
Condition: approve: 2 people (boss) must approve a call with amount over 500: fits.
Scope: staff, any record.
May sign: boss (U0ANN, U0BEN).
Own call: U0ANN asks for it and may not sign it.
Too few: only 1 of 2 can sign this, so it would wait until it expires.
Edited: the editor may sign the changed call.
World check: shop__look_up with id "ORD-1", for status; a change stops it. Only shown: items.0.left ("in stock"); a change does not stop it.
Quota: the amount of shop__pay comes to at most 900 per day. This call counts 501; a call beyond it does not run.
Not known: whether this tool exists (shop is down: fetch failed).
Effect: keyed. After a crash it is sent again with the same idempotency key.
Not looked at here: whether the arguments fit the tool's own schema, and how much of a quota is used.
`);
  });

  it.each<[string, () => { stdout: string }, string]>([
    [
      'what cannot be judged',
      () => check({}, 'slack:U0LISA'),
      'the requester must confirm a call with amount under 20: cannot be judged, so the stricter',
    ],
    [
      'what a yes is enough for',
      () => check({ amount: 5 }, 'slack:U0LISA'),
      'Verdict: confirm. It runs once the requester has confirmed it.',
    ],
    ['what no customer may do', () => check({}, 'email:x@y.example', '--customer', 'CUST-1'), 'Verdict: refused'],
    [
      'how many signatures it takes over a limit',
      () => gift({ amount: 501 }, 'slack:U0ANN'),
      'Verdict: approve. It runs after 2 signatures; one rejection ends it.',
    ],
    [
      'which limit it is over',
      () => gift({ amount: 501 }, 'slack:U0ANN'),
      'comes to at most 500 per day. This call counts 501, which alone is over the limit; a call beyond it needs 2 signatures.',
    ],
    [
      'that it takes no more up to a limit',
      () => gift({ amount: 500 }, 'slack:U0ANN'),
      'Verdict: approve. It runs after 1 signature; one rejection ends it.',
    ],
    ['what is over a limit for good', () => check({ amount: 901 }, 'slack:U0LISA'), 'Verdict: deny. It does not run.'],
    [
      'what a customer may do',
      () => rules('check', '--desk', 'shop', '--tool', 'shop.look_up', '--as', 'email:x@y.z', '--customer', 'CUST-1'),
      'Scope: only with customer_id CUST-1, whatever the model writes.',
    ],
    [
      'what a customer may not do to others',
      () =>
        rules(
          ...['check', '--desk', 'shop', '--tool', 'shop.look_up', '--as', 'email:x@y.z', '--customer', 'CUST-1'],
          ...['--args', '{"customer_id":"CUST-2"}'],
        ),
      'Scope: customer_id names the records of others.',
    ],
    [
      'what there is not',
      () => rules('check', '--desk', 'shop', '--tool', 'shop.play', '--as', 'slack:U1'),
      'does not list this tool',
    ],
  ])('tells %s', (_what, run, words) => {
    expect(run().stdout).toContain(words);
  });

  it.each<[string, object, string[], string[]]>([
    [
      'staff',
      { reason: 'lost' },
      ['--as', 'slack:U0LISA'],
      [
        'Verdict: approve.',
        'the requester must confirm a call asked by a customer: does not fit.',
        'Scope: staff, any record.',
      ],
    ],
    [
      'a customer',
      { reason: 'lost' },
      ['--as', 'email:x@y.example', '--customer', 'CUST-1'],
      [
        'Verdict: confirm.',
        'Rule: the requester must confirm a call asked by a customer.',
        'a call asked by a customer: fits.',
      ],
    ],
    [
      'a bot',
      { reason: 'lost', asked_by: 'customer' },
      ['--as', 'slack:B0HELPER'],
      [
        'Verdict: deny.',
        'a call asked by a service or someone unknown is not allowed: fits.',
        'Scope: a service, any record.',
      ],
    ],
    [
      'a customer who leaves out what must be given',
      { reason: null },
      ['--as', 'email:x@y.example', '--customer', 'CUST-1'],
      ['Verdict: deny.', 'Rule: a call with reason not given is not allowed.'],
    ],
  ])('judges a call by who asks: %s', (_what, args, who, lines) => {
    const { stdout } = rules(
      ...['check', '--desk', 'shop', '--tool', 'shop.block', '--args', JSON.stringify(args), ...who],
    );
    for (const line of lines) expect(stdout).toContain(line);
  });

  it('does not call them too few who are enough', () => {
    expect(gift({ amount: 501 }, 'slack:U0ANN').stdout).not.toContain('Too few');
    expect(check({ amount: 501 }, 'slack:U0LISA').stdout).not.toContain('Too few');
  });

  it.each([
    [['check'], 'check needs --desk, --tool and --as.'],
    [['check', '--desk', 'x', '--tool', 'y', '--as', 'slack:U1'], 'There is no desk x; the desks are shop.'],
    [['check', '--desk', 'shop', '--tool', 'y', '--as', 'U1'], '--as U1 is no account, such as slack:U0LISA.'],
    [['check', '--desk', 'shop', '--tool', 'y', '--as', 'slack:U1', '--args', '{'], '--args is not one JSON object'],
    [['explain'], 'npm run rules -- check --desk jewelry'],
    [['--no'], "Unknown option '--no'"],
  ])('%j is told how to ask', (words, line) => {
    const { stderr, status } = rules(...words);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(line) });
  });

  it('tells the faults of a desk', () => {
    house.write('other', desk);
    const { stderr, status } = rules();
    house.remove('other');
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('desks/shop.yaml:4: all other') });
  });
});
