import { afterAll, beforeAll, expect, it } from 'vitest';
import { deskNamed, readDesks } from '../../core/desk/desks.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
import { openGate } from '../../core/gate/gate.ts';
import { exceededLimit } from '../../core/records/calls.ts';
import { recordSteps } from '../../core/records/turns.ts';
import type { Principal } from '../../core/records/types.ts';
import { straight } from '../approvals/approvals-setup.ts';
import { openRecords, output, type Records, say, take, tenant } from '../crash/records.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { plainServer } from '../fakes/mcp/plain-server.ts';
import { noSecrets } from '../gate/gate-setup.ts';

const lisa: Principal = { kind: 'staff', id: `slack:${tenant}:U0LISA` };
const zoe: Principal = { kind: 'staff', id: `slack:${tenant}:U0ZOE` };
const tool = 'jewelryops__update_inventory';

let records: Records;
beforeAll(async () => {
  records = await openRecords();
});
afterAll(async () => {
  await closeAll();
  await records.close();
});

async function changeStock(): Promise<void> {
  const { db } = records;
  const turn = await take(db, await say(db, { principal: lisa }));
  await recordSteps(db, turn, [output(1, 'calls')], { calls: [{ ...straight([], {}, {}), tool }] });
}

it('thirty pieces do not come in by six changes of five, each with a yes of the one who asks', async () => {
  const read = readDesks('desks');
  const desk = read.kind === 'ok' ? deskNamed(read.desks, 'jewelry') : undefined;
  if (!desk) throw new Error('there is no desk jewelry');
  const stand = { schema: {}, run: () => ({ name: 'Ring', quantity: 3 }) };
  const server = plainServer({ update_inventory: stand, get_inventory_item: stand });
  const gate = openGate(open({ jewelryops: server.entry }), [], {
    ...noSecrets,
    people: everyoneAlone,
    exceeded: (counted) => exceededLimit(records.db, tenant, counted),
  });
  const asks = (principal: Principal, quantity: number) =>
    gate.decide(
      { desk, principal },
      { name: tool, arguments: JSON.stringify({ sku: 'RNG-GLD-001', mode: 'adjust', quantity }) },
    );
  for (let change = 1; change <= 5; change += 1) {
    expect(await asks(lisa, 5)).toMatchObject({ kind: 'sign', frozen: { rule: 'confirm' } });
    await changeStock();
  }
  expect(await asks(lisa, 5)).toMatchObject({ kind: 'refused', text: expect.stringContaining('over the limit') });
  expect(await asks(lisa, 30)).toMatchObject({ kind: 'sign', frozen: { rule: 'approve', quorum: 2 } });
  expect(await asks(zoe, 5)).toMatchObject({ kind: 'sign', frozen: { rule: 'confirm' } });
});
