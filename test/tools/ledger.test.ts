import { expect, test } from 'vitest';
import type { Prisma } from '../../prisma/client/client.ts';
import { relayTo } from './death.ts';
import { hostServer } from './kit.ts';

const host = hostServer('jewelryops');
const note = { customer_id: 'CUST-001', body: 'Called' };

/** Opened after a call with the key "key-0" whose result was stored as `change` leaves it. */
async function openAfter(change: (result: Prisma.JsonObject) => Prisma.InputJsonValue) {
  const { db, call } = await host.open();
  await call('add_note', note, 'key-1');
  const { tenant } = db;
  const first = await db.prisma.effect.findUniqueOrThrow({ where: { tenant_key: { tenant, key: 'key-1' } } });
  // No tool may change the ledger, so what an earlier build wrote is a row of its own.
  const result = change(first.result as Prisma.JsonObject);
  await db.prisma.effect.create({ data: { ...first, key: 'key-0', result } });
  return { db, call, notes: () => db.prisma.customerNote.count({ where: { customerId: 'CUST-001' } }) };
}

const withLess = ({ text }: Prisma.JsonObject) => ({ text, data: { notes: 4 } });

test('what an earlier build stored with more is answered with what there still is', async () => {
  const { call, notes } = await openAfter(({ text, data }) => ({ text, data: { ...(data as object), mood: 'good' } }));
  const said = await call('add_note', note, 'key-0');
  expect(await notes()).toBe(4);
  expect(said).toMatchObject({ isError: false, data: { idempotent_replay: true, after: { notes: 4 } } });
  expect(said.data).not.toHaveProperty('mood');
});

test.each([
  ['with less', withLess, 'NOTE-016 was added to CUST-001'],
  ['in another form', () => 'NOTE-016 was added', 'look at the record'],
])('what an earlier build stored %s is said to be done, and no details are made up', async (_, change, words) => {
  const { call, notes } = await openAfter(change);
  const said = await call('add_note', note, 'key-0');
  expect(await notes()).toBe(4);
  expect(said).toMatchObject({ isError: true, data: undefined, meta: { 'countersign/outcome': 'unknown' } });
  expect(said.text).toContain('Already done under this idempotency key, nothing was repeated.');
  expect(said.text).toContain(words);
  expect(said.text).not.toMatch(/nothing was (changed|done)/i);
});

test('what was done is not said to be undone where the end of the repeated call is not heard of', async () => {
  const { db } = await openAfter(withLess);
  const relay = await relayTo(host.url());
  const far = await host.open(db.tenant, relay.url);
  relay.onCommit(relay.cut);
  const said = await far.call('add_note', note, 'key-0');
  expect(said).toMatchObject({ isError: true, meta: { 'countersign/outcome': 'unknown' } });
  await relay.close();
});
