import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Furnished, furnish } from './furnish.ts';

const desk = `
title: Shop
instructions: help.md
slack: { channels: "*" }
roles: { boss: [U0ANN, U0BEN] }
approvals: { signers: [boss] }
tools:
  shop:
    look_up: { effect: read, rule: allow, customer: customer_id }
    pay:
      effect: keyed
      rule: approve
      when:
        - { argument: amount, under: 20, rule: confirm }
        - { argument: amount, over: 500, rule: approve, quorum: 2 }
      check: { tool: shop.look_up, arguments: { id: order }, fields: [status] }
quotas:
  - { tools: [shop.pay], sum: amount, most: 500, per: day, of: desk, over: deny }
`;
const program = fileURLToPath(new URL('../scripts/rules.ts', import.meta.url));

let house: Furnished;
beforeAll(() => {
  house = furnish({ desks: { shop: desk } });
  writeFileSync(join(dirname(house.desks), 'people.yaml'), 'ann: [slack:U0ANN, email:ann@shop.example]\n');
});
afterAll(() => house.close());

function rules(...words: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), program, ...words],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    },
  );
  return { stdout, stderr, status };
}
const check = (args: object, account: string, ...more: string[]) =>
  rules('check', '--desk', 'shop', '--tool', 'shop.pay', '--args', JSON.stringify(args), '--as', account, ...more);

describe('npm run rules', () => {
  it('lists what each desk lets happen', () => {
    const { stdout, status } = rules();
    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'shop: Shop',
      '  shop__look_up  read   allow: every call runs at once',
      '  shop__pay      keyed  approve: any other call needs 1 signature of boss',
      '                        confirm where amount under 20',
      '                        approve where amount over 500',
      '  at most amount of shop.pay, 500 per day: beyond it, it does not run',
      '',
      '',
    ]);
  });

  it('explains a call', () => {
    const { stdout } = check({ order: 'ORD-1', amount: 501 }, 'email:ann@shop.example');
    expect(stdout).toBe(`shop__pay at the desk shop, asked by email:ann@shop.example, who is ann
Verdict: approve. It runs after 2 signatures; one rejection ends it.
Rule: amount over 500 needs 2 signatures of boss.
Condition: confirm where amount under 20: does not fit.
Condition: approve where amount over 500: fits.
Scope: staff, any record.
May sign: boss (U0ANN, U0BEN).
Own call: U0ANN asks for it and may not sign it.
Edited: who changes the arguments may sign the changed call.
World check: shop__look_up with id "ORD-1", for status; what changes stops it.
Quota: amount of shop.pay, 500 per day. This call counts 501; beyond it, it does not run.
Effect: keyed. After a crash it is sent again with the same idempotency key.
Not looked at here: whether the arguments fit the tool's own schema, and how much of a quota is used.
`);
  });

  it.each<[string, () => { stdout: string }, string]>([
    ['what cannot be judged', () => check({}, 'slack:U0LISA'), 'amount under 20: cannot be judged, so the stricter'],
    ['what a yes is enough for', () => check({ amount: 5 }, 'slack:U0LISA'), 'Verdict: confirm. It runs when'],
    ['what no customer may do', () => check({}, 'email:x@y.example', '--customer', 'CUST-1'), 'Verdict: refused'],
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
