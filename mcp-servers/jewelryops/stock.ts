import type { Tables } from '../kit/database.ts';

export type Shelf = { sku: string; quantity: number };

/** Locks items to the end of the transaction, in order of SKU so that two calls never wait for each other. */
export function lockShelves({ prisma, tenant }: Tables, skus: string[]): Promise<Shelf[]> {
  return prisma.$queryRaw<Shelf[]>`
    select sku, quantity from jewelryops.inventory_items
    where tenant = ${tenant} and sku = any(${skus}) order by sku for update`;
}

/** Sets the quantity of a locked item and adds the change to its ledger. */
export async function restock(
  { prisma, tenant }: Tables,
  { sku, quantity: before }: Shelf,
  after: number,
  reason: string,
): Promise<void> {
  await prisma.$executeRaw`
    with changed as (
      update jewelryops.inventory_items set quantity = ${after} where tenant = ${tenant} and sku = ${sku}
    )
    insert into jewelryops.stock_changes (tenant, sku, number, before, after, reason)
    select ${tenant}, ${sku}, coalesce(max(number), 0) + 1, ${before}::int, ${after}::int, ${reason}
    from jewelryops.stock_changes where tenant = ${tenant} and sku = ${sku}`;
}
