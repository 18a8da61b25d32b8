import { afterEach, describe, expect, test } from 'vitest';
import type { ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { servers } from '../../mcp-servers/servers.ts';
import type { Prisma } from '../../prisma/client/client.ts';
import { holdOffChanges, lock, shareChanges } from '../../prisma/locks.ts';
import { emptied, type Owner, openOwner } from '../../prisma/seed/empty.ts';
import { hostServer, today } from './kit.ts';

const host = hostServer('jewelryops');
const note = { customer_id: 'CUST-001', body: 'Called' };
const owners: Owner[] = [];
afterEach(async () => {
  for (const owner of owners.splice(0)) await owner.close();
});

/** What is done while a transaction of somebody else has a lock: it is seen to wait, and ends once that one has ended. */
async function heldUp<T>(
  db: ToolDatabase,
  take: (tx: Prisma.TransactionClient) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const { begun } = await db.prisma.$transaction(async (tx) => {
    await take(tx);
    const begun = work();
    await expect.poll(() => waiting(db), { timeout: 10_000 }).toBe(1);
    return { begun };
  });
  return begun;
}

async function waiting({ prisma }: ToolDatabase): Promise<number | undefined> {
  const [row] = await prisma.$queryRaw<{ waiting: number }[]>`
    select count(*)::int as waiting from pg_locks join pg_database on pg_database.oid = database
    where locktype = 'advisory' and not granted and datname = current_database()`;
  return row?.waiting;
}

function reset({ tenant }: ToolDatabase): Promise<void> {
  const owner = openOwner(host.url());
  owners.push(owner);
  return servers.jewelryops.seed(emptied(owner, tenant, 'jewelryops', ['jewelryops']), today);
}

describe('a change', () => {
  test('waits for a reset', async () => {
    const { db, call } = await host.open();
    const said = await heldUp(
      db,
      (tx) => holdOffChanges(tx, db.tenant, 'jewelryops'),
      () => call('add_note', note),
    );
    expect(said).toMatchObject({ isError: false, data: { after: { notes: 4 } } });
  });

  test('waits for no other change, and for no reset of another tenant or server', async () => {
    const { db, call } = await host.open();
    await db.prisma.$transaction(async (tx) => {
      await shareChanges(tx, db.tenant, 'jewelryops');
      await holdOffChanges(tx, 'another', 'jewelryops');
      await holdOffChanges(tx, db.tenant, 'notion');
      expect(await call('add_note', note)).toMatchObject({ isError: false });
    });
  });
});

test('a reset waits for what is being changed, and removes that, too', async () => {
  const { db, call } = await host.open();
  await heldUp(
    db,
    async (tx) => {
      await shareChanges(tx, db.tenant, 'jewelryops');
      await tx.$executeRaw`update jewelryops.inventory_items set quantity = 99 where sku = 'RNG-GLD-001'`;
    },
    () => reset(db),
  );
  expect((await call('check_stock', { sku: 'RNG-GLD-001' })).data).toMatchObject({ quantity: 4 });
});

test('who loads waits for who is loading, and then finds it loaded', async () => {
  const { db } = await host.open();
  const tenant = `${db.tenant} of two`;
  const other = await heldUp(
    db,
    (tx) => lock(tx, `loading jewelryops ${tenant}`),
    () => host.open(tenant),
  );
  expect(await other.db.prisma.customer.count()).toBe(14);
});
