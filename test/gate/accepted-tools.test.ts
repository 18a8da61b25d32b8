import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type AcceptedToolsOptions, openAcceptedTools, withAcceptedTools } from '../../core/gate/accepted-tools.ts';
import { openGate } from '../../core/gate/gate.ts';
import type { Gate } from '../../core/gate/types.ts';
import { type Database, openDatabase } from '../../core/records/database.ts';
import { acceptTool, waitingTools } from '../../core/records/tool-definitions.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { type PlainServer, type PlainTool, plainServer } from '../fakes/mcp/plain-server.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { deskWith, frozenOf, lisa, noSecrets } from './gate-setup.ts';

const desk = deskWith({ shop__pay: { rule: 'approve' } });
const caller = { desk, principal: lisa };
const asked = { name: 'shop__pay', arguments: '{"amount":5}' };
const pay = (description: string, more: Partial<PlainTool> = {}): Record<string, PlainTool> => ({
  pay: { schema: { properties: { amount: { type: 'number' } } }, description, ...more },
});

let database: TestDatabase;
let db: Database;
let queries: string[];
let now: number;
let shop: PlainServer;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  queries = [];
  now = 0;
  shop = plainServer(pay('Pays.'));
  const real = openDatabase(database.url, 2);
  db = {
    ...real,
    transition(name, ...rest) {
      queries.push(name);
      return real.transition(name, ...rest);
    },
  };
});
afterEach(async () => {
  await closeAll();
  await db.close();
});

/** A gate as one process has it. Each test has a tenant of its own. */
function gateOf(tenant: string, parts: Partial<AcceptedToolsOptions> = {}): Gate {
  const accepted = openAcceptedTools({
    ...{ db, tenant, clock: { now: () => now }, acceptedBy: () => 'desk:shop', onWaiting() {}, tell: async () => true },
    ...parts,
  });
  return openGate(withAcceptedTools(open({ shop: shop.entry }), accepted), [], noSecrets);
}

/** Waits until the gate's next answer is about the tools as they are now. */
async function become(tools: Record<string, PlainTool>, gate: Gate): Promise<void> {
  await shop.become(tools);
  await gate.decide(caller, asked);
}

const toldBy = async (gate: Gate) => (await gate.offered(desk))[0]?.description;

it('a turn asks the records nothing about tools that are as they were accepted', async () => {
  const gate = gateOf('T1');
  await gate.offered(desk);
  expect(queries).toEqual(['see_tools']);
  for (let turn = 0; turn < 20; turn += 1) {
    await gate.offered(desk);
    await gate.decide(caller, asked);
  }
  expect(queries).toEqual(['see_tools']);
});

it('an accepted definition counts within two seconds, in each process', async () => {
  const gates = [gateOf('T2'), gateOf('T2')] as const;
  for (const gate of gates) await gate.offered(desk);
  await shop.become(pay('Pays anybody.'));
  for (const gate of gates) {
    await gate.decide(caller, asked);
    expect(await toldBy(gate)).toBe('Pays.');
  }
  for (const one of await waitingTools(db)) expect(await acceptTool(db, one, 'command:lisa')).toBe('accepted');
  now += 2_000;
  for (const gate of gates) expect(await toldBy(gate)).toBe('Pays anybody.');
});

it('only the definition that was shown is accepted', async () => {
  const gate = gateOf('T3');
  await gate.offered(desk);
  await become(pay('Pays anybody.'), gate);
  const [shown] = await waitingTools(db);
  await become(pay('Pays everybody.'), gate);
  expect(await acceptTool(db, shown!, 'command:lisa')).toBe('changed');
});

it('a server that takes its change back is as it was, and nothing waits', async () => {
  const gate = gateOf('T4');
  await gate.offered(desk);
  await become(pay('Pays.', { schema: {} }), gate);
  expect(await gate.decide(caller, asked)).toMatchObject({ kind: 'refused' });
  await become(pay('Pays.'), gate);
  expect(await gate.decide(caller, asked)).toMatchObject({ kind: 'sign' });
  expect((await waitingTools(db)).filter(({ tenant }) => tenant === 'T4')).toEqual([]);
});

it('the card says what was accepted, and a signature outlives that the rest is accepted too', async () => {
  const gate = gateOf('T5');
  await gate.offered(desk);
  await become(pay('Pays. Very safe.', { title: 'Harmless' }), gate);
  const frozen = frozenOf(await gate.decide(caller, asked));
  expect(frozen.about).toBe('Pays.');
  for (const one of await waitingTools(db)) await acceptTool(db, one, 'command:lisa');
  now += 2_000;
  const again = frozenOf(await gate.decide(caller, asked));
  expect(again).toMatchObject({ about: 'Harmless', callHash: frozen.callHash });
});

it('of several processes one tells people, and each says it once in its log', async () => {
  const told: string[] = [];
  const said: string[] = [];
  const parts: Partial<AcceptedToolsOptions> = {
    onWaiting: (changed) => void said.push(...changed.map(({ name }) => name)),
    async tell(changed) {
      told.push(...changed.map(({ name }) => name));
      return true;
    },
  };
  const gates = [gateOf('T6', parts), gateOf('T6', parts)];
  for (const gate of gates) await gate.offered(desk);
  await shop.become(pay('Pays anybody.'));
  for (let time = 0; time < 3; time += 1) {
    now += 2_000;
    for (const gate of gates) await gate.decide(caller, asked);
  }
  expect({ told, said }).toEqual({ told: ['shop__pay'], said: ['shop__pay', 'shop__pay'] });
});

it('a server that words its tool anew all the time fills no channel', async () => {
  let told = 0;
  const tell = async () => {
    told += 1;
    return true;
  };
  const gate = gateOf('T7', { tell });
  await gate.offered(desk);
  for (let time = 0; time < 5; time += 1) await become(pay(`Pays, for the ${time}th time.`), gate);
  expect(told).toBe(1);
});

it('words that no database takes as JSON hold up nobody', async () => {
  shop = plainServer(pay('Pays \0 half a \ud83d'));
  const gate = gateOf('T8');
  expect(await toldBy(gate)).toContain('half a');
  await become(pay('Pays \0 another \ud83d'), gate);
  expect(await toldBy(gate)).toContain('half a');
});

it('tools that come with the build, and those that no desk names, are as they are', async () => {
  const gate = gateOf('T9', { acceptedBy: () => undefined });
  await gate.offered(desk);
  await become(pay('Pays better.'), gate);
  expect(await toldBy(gate)).toBe('Pays better.');
  expect(queries).toEqual([]);
});
