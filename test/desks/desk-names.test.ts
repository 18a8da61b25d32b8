import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { readDesks } from '../../core/desk/desks.ts';
import { unknownArguments, unknownText } from '../../core/desk/unknown-tools.ts';
import { createLog } from '../../core/log.ts';
import { openToolServers, type ToolServers } from '../../tool-servers.ts';
import { type HttpHost, httpHost } from '../fakes/mcp/http-host.ts';
import { openShop } from '../fakes/mcp/shop.ts';
import { until } from '../support/app.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { type Furnished, furnish } from '../support/furnish.ts';
import { bundled } from '../support/programs.ts';
import { deskOf } from './written-desk.ts';

const desk = `
title: Shop
instructions: help.md
slack: { channels: "*" }
local:
  extract_entitis: { effect: read, rule: allow }
tools:
  jewelryop:
    get_order: { effect: read, rule: allow }
  jewelryops:
    get_ordr: { effect: read, rule: allow }
    get_order: { effect: read, rule: allow, customer: custmer_id }
    bake_cake: { effect: read, rule: allow }
  shop:
    look_upp: { effect: read, rule: allow }
    look_up: { effect: read, rule: allow }
  away:
    look_up: { effect: read, rule: allow }
`;

let house: Furnished;
let host: HttpHost;
beforeAll(async () => {
  host = await httpHost(openShop().create);
  house = furnish({
    desks: { shop: desk },
    servers: { shop: { url: host.url }, away: { url: 'http://127.0.0.1:9/mcp' } },
  });
});
afterAll(async () => {
  house.close();
  await host.close();
});

describe('at start, what a desk names and nothing has is said once', () => {
  let database: TestDatabase;
  let tools: ToolServers;
  const lines: string[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    const read = readDesks(house.desks);
    if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
    const log = createLog({ level: 'info', write: (line) => void lines.push(JSON.parse(line).msg) });
    const env = { dataDir: house.desks, toolCacheSeconds: 300, sealKey: undefined };
    tools = openToolServers({ env, log, databaseUrl: database.url, desks: read.desks } as unknown as Context);
  });
  afterAll(async () => {
    await tools.close();
    await database.drop();
  });

  it('a server and a tool of our own at once, with the nearest that exists', () => {
    expect(lines).toEqual([
      'The desk shop names the tool server jewelryop, which does not exist, so nobody can use it. Did you mean jewelryops?',
      'The desk shop names the tool extract_entitis, which does not exist, so nobody can use it. Did you mean extract_entities?',
    ]);
  });

  it('tools of a server once its list is known', async () => {
    const said = () => lines.filter((line) => line.startsWith('The desk')).length;
    tools.warmUp('T1');
    await until(() => (said() >= 6 ? true : undefined), 'the other lines');
    tools.warmUp('T2');
    expect(lines.filter((line) => line.startsWith('The desk shop names')).toSorted()).toEqual([
      'The desk shop names the argument custmer_id of jewelryops.get_order, which does not exist, so it is closed to customers. Did you mean customer_id?',
      'The desk shop names the tool extract_entitis, which does not exist, so nobody can use it. Did you mean extract_entities?',
      'The desk shop names the tool jewelryops.bake_cake, which does not exist, so nobody can use it.',
      'The desk shop names the tool jewelryops.get_ordr, which does not exist, so nobody can use it. Did you mean jewelryops.get_order?',
      'The desk shop names the tool server jewelryop, which does not exist, so nobody can use it. Did you mean jewelryops?',
      'The desk shop names the tool shop.look_upp, which does not exist, so nobody can use it. Did you mean shop.look_up?',
    ]);
  });
});

describe('npm run rules -- check', () => {
  const check = (tool: string) =>
    spawnSync(
      process.execPath,
      [...bundled('scripts/rules.ts'), 'check', '--desk', 'shop', '--tool', tool, '--as', 'slack:U1'],
      { encoding: 'utf8', env: { PATH: process.env.PATH } },
    ).stdout;

  it.each([
    ['jewelryops.get_ordr', 'Did you mean jewelryops.get_order?'],
    ['jewelryop.get_order', 'Did you mean jewelryops?'],
    ['extract_entitis', 'Did you mean extract_entities?'],
  ])('never says allow of %s', (tool, meant) => {
    expect(check(tool)).toMatch(/^Verdict: refused\. .* does not exist/m);
    expect(check(tool)).toContain(meant);
  });

  it('says allow of what exists', () => {
    expect(check('jewelryops.get_order')).toMatch(/^Verdict: allow\./m);
  });

  it('says so where a server does not tell what it has', () => {
    expect(check('away.look_up')).toMatch(/^Not known: whether this tool exists \(away is down: /m);
  });
});

it('an argument that a desk names and its tool does not take is named, with the nearest and what follows', () => {
  const desk = deskOf(
    `{ rule: confirm, customer: custmer_id, first: [amount, note],
      when: [{ argument: amuont, over: 5, rule: approve }, { argument: nte, given: true, rule: approve }],
      check: { tool: shop.look_up, arguments: { idd: customer_id }, fields: [status] } }`,
    'quotas: [{ tools: [shop.pay], sum: amounts, most: 5, per: day, of: desk, over: deny }]',
  );
  const taking = (...names: string[]) => ({ properties: Object.fromEntries(names.map((name) => [name, {}])) });
  const listed = [
    { name: 'shop__pay', inputSchema: taking('customer_id', 'amount', 'note') },
    { name: 'shop__look_up', inputSchema: taking('id') },
  ];
  expect(unknownArguments(desk, listed).map((one) => unknownText(desk, one))).toEqual([
    'The desk shop names the argument custmer_id of shop.pay, which does not exist, so it is closed to customers. Did you mean customer_id?',
    'The desk shop names the argument amuont of shop.pay, which does not exist, so the stricter rule counts. Did you mean amount?',
    'The desk shop names the argument nte of shop.pay, which does not exist, so its calls are refused. Did you mean note?',
    'The desk shop names the argument amounts of shop.pay, which does not exist, so its calls count as over the limit. Did you mean amount?',
    'The desk shop names the argument idd of shop.look_up, which does not exist, so nothing can be looked up by it. Did you mean id?',
  ]);
});
