import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRequiresConfirmation } from '../../core/agent/tools/check-requires-confirmation.ts';
import { findEntities } from '../../core/agent/tools/extract-entities.ts';
import { deskNamed, readDesks } from '../../core/desk/desks.ts';
import type { Condition, Desk, ToolRule } from '../../core/desk/types.ts';
import type { Caller } from '../../core/gate/types.ts';
import type { Rule } from '../../core/records/types.ts';
import type { ScriptedCall } from '../fakes/model/spoken.ts';
import { backends } from '../support/app.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';

/** Calls what the question names as JSON, and answers with the result. */
const calling =
  (calls: Record<string, ScriptedCall>) => (request: { lastUser: string; toolResults: { content: string }[] }) => {
    const call = calls[/<message[^>]*>\n(.*)\n/.exec(request.lastUser)?.[1] ?? ''];
    if (!call) return { text: 'Noted.' };
    return request.toolResults.length === 0 ? { calls: [call] } : { text: `${request.toolResults[0]?.content}` };
  };

describe.each(backends)('the tools that every desk can have, on %s', (backend) => {
  let app: ShopApp;
  const facts = (established: string[]) => ({
    name: 'summarize_state',
    arguments: { established, open: ['the size?'] },
  });
  beforeAll(async () => {
    app = await startShopApp(
      backend,
      calling({
        'find the ids': {
          name: 'extract_entities',
          arguments: { text: 'Refund order 1042 and ord-2001 for lisa@park.example, $45.50, please' },
        },
        'may we pay?': { name: 'check_requires_confirmation', arguments: { tool: 'shop__pay' } },
        'may we note?': { name: 'check_requires_confirmation', arguments: { tool: 'shop__note' } },
        'may we look?': { name: 'check_requires_confirmation', arguments: { tool: 'shop__look_up' } },
        'may we erase?': { name: 'check_requires_confirmation', arguments: { tool: 'shop__erase' } },
        'may we fly?': { name: 'check_requires_confirmation', arguments: { tool: 'shop__fly' } },
        'sum it up': facts(['ORD-1042 is Lisa Park’s']),
        'sum it up again': facts(['ORD-1042 is closed']),
      }),
    );
  });
  afterAll(() => app.close());

  it('extract_entities gives ids in the form that tools take, spoken ones too', async () => {
    const { text } = await app.ask('find the ids');

    expect(text).toContain('order: ORD-2001, ORD-1042');
    expect(text).toContain('email: lisa@park.example');
    expect(text).toContain('amount: $45.50');
  });

  it.each([
    ['may we pay?', 'must approve it first'],
    ['may we note?', 'must confirm it first'],
    ['may we look?', 'runs at once'],
    ['may we erase?', 'not allowed'],
    ['may we fly?', 'no such tool'],
  ])('check_requires_confirmation answers "%s" by the rules of the desk', async (question, answer) => {
    expect((await app.ask(question)).text).toContain(answer);
  });

  it('summarize_state keeps notes, which later turns of the thread are given, and replaces them', async () => {
    const { thread_ts: thread } = await app.ask('sum it up');
    await app.ask('thanks', { thread: thread! });
    expect(systemOf(app)).toMatch(/<data from="notes">\nEstablished:\n- ORD-1042 is Lisa Park’s\nOpen:\n- the size\?/);

    await app.ask('sum it up again', { thread: thread! });
    await app.ask('thanks again', { thread: thread! });
    expect(systemOf(app)).toContain('ORD-1042 is closed');
    expect(systemOf(app)).not.toContain('Lisa Park');

    await app.ask('hello from elsewhere');
    expect(systemOf(app)).not.toContain('<data from="notes">');
  });
});

function systemOf(app: ShopApp): string {
  return app.model.ledger.at(-1)!.body.messages[0]!.content!;
}

describe('check_requires_confirmation', () => {
  const overFifty: Condition = { argument: 'amount', fits: { kind: 'over', than: 50 }, rule: 'approve' };
  const tools = new Map([
    ['shop__look_up', toolRule('allow')],
    ['away__look_up', toolRule('allow')],
    ['shop__pay', toolRule('allow', [overFifty])],
    ['shop__erase', toolRule('deny')],
    ['pay_back', toolRule('confirm')],
  ]);
  const caller: Caller = { desk: { ...bareDesk(), tools }, principal: { kind: 'staff', id: 'lisa' } };
  const ask = (tool: string, args?: Record<string, unknown>) =>
    checkRequiresConfirmation.run({ tool, ...(args && { arguments: args }) }, caller);
  const answer = (tool: string, rule: Rule, needed: boolean) => ({
    kind: 'ok',
    structured: { tool, rule, requires_confirmation: needed },
  });

  it.each(['erase', 'ERASE', 'Shop__Erase', 'shop__erase'])('knows which tool is meant by %s', async (name) => {
    expect(await ask(name)).toMatchObject(answer('shop__erase', 'deny', false));
  });

  it.each([
    ['look_up', '"look_up" may be several tools', 'shop__look_up, away__look_up.'],
    ['fly', 'There is no such tool as "fly"', 'shop__look_up, away__look_up, shop__pay, pay_back.'],
    ['back', 'There is no such tool as "back"', 'pay_back.'],
    ['', 'There is no such tool as ""', 'pay_back.'],
  ])('does not answer for "%s", and lists what may be meant', async (name, what, candidates) => {
    const told = await ask(name);

    expect(told).toEqual({ kind: 'error', text: expect.stringContaining('is not known') });
    expect(told.kind === 'error' && told.text.startsWith(what) && told.text.endsWith(candidates)).toBe(true);
  });

  it.each<[string, Record<string, unknown> | undefined, Rule]>([
    ['at most as much', { amount: 50 }, 'allow'],
    ['more', { amount: 51 }, 'approve'],
    ['who knows how much', { amount: 'much' }, 'approve'],
    ['without arguments', undefined, 'approve'],
  ])('judges a call by its arguments: %s', async (_what, args, rule) => {
    const told = await ask('pay', args);

    expect(told).toMatchObject(answer('shop__pay', rule, rule === 'approve'));
    expect(told).toMatchObject({ text: expect.stringContaining(rule === 'approve' ? 'amount over 50' : 'this call') });
    expect(told.kind === 'ok' && told.text.includes('Ask with its arguments')).toBe(args === undefined);
  });

  function toolRule(rule: Rule, when: Condition[] = []): ToolRule {
    return { effect: 'once', rule, when, quorum: 1, own: false, edited: true, first: [] };
  }

  function bareDesk(): Desk {
    return {
      ...{
        name: 'shop',
        title: 'Shop',
        instructions: '',
        tools: new Map(),
        roles: new Map(),
        quotas: [],
        examples: [],
        entities: [],
      },
      email: { addresses: [], answers: 'answer', assistant: true, cc: false, handOver: [], colleagues: [] },
      slack: { channels: '*', directMessages: true, followUps: true, bots: [] },
      approvals: { hours: 24, signers: ['U0BOSS'] },
      customers: { kind: 'principal' },
      commands: {},
      limits: { steps: 1, tokens: 1000, seconds: 1, toolSeconds: 1 },
    };
  }
});

function shipped(name: string): Desk | undefined {
  const read = readDesks(new URL('../../desks', import.meta.url).pathname);
  return read.kind === 'ok' ? deskNamed(read.desks, name) : undefined;
}

describe('a number said at the help desk', () => {
  const ids = (text: string) => findEntities(text, shipped('helpdesk')!);

  it('without its zeros is taken for the id that it is', () => {
    expect(ids('ticket 12 of customer 3, ticket 0012, ticket #7 and TCK-0104: incident 1.')).toEqual({
      customer: ['CUST-003'],
      ticket: ['TCK-0104', 'TCK-0012', 'TCK-0007'],
      incident: ['INC-001'],
    });
    expect(ids('which customer 003 tickets, and customer 3 timeouts?')).toEqual({ customer: ['CUST-003'] });
  });

  it.each([
    'the incident 2 hours ago',
    'an incident 10 minutes ago',
    'each ticket 1.5',
    'by ticket 9:30',
    'a customer 3 days late',
    'per customer 3 tickets',
  ])('is no id in "%s"', (text) => {
    expect(ids(text)).toEqual({});
  });
});

describe('entities of the jewelry desk', () => {
  const desk = shipped('jewelry');

  it.each([
    ['ORD-1042 and order #1043', { order: ['ORD-1042', 'ORD-1043'] }],
    ['customer number 003, cust-004, CUST-003', { customer: ['CUST-004', 'CUST-003'] }],
    ['is rng-gld-001 there?', { sku: ['RNG-GLD-001'] }],
    ['1,200 USD or 80 euros', { amount: ['1,200 USD', '80 euros'] }],
    ['nothing of the kind, just 12 and a@b', {}],
  ])('in "%s"', (text, found) => {
    expect(findEntities(text, desk!)).toEqual(found);
  });

  it('are found in time in a text made to be slow', () => {
    const begun = performance.now();
    for (const part of ['a.', '1,', 'a@', '$1', 'order ', 'RNG-'])
      findEntities(part.repeat(20_000 / part.length), desk!);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
