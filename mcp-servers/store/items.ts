import { z } from 'zod';
import { Prisma } from '../../prisma/client/client.ts';
import { noSuch, type Refused, refused } from '../kit/answers.ts';
import type { Tables } from '../kit/database.ts';
import { asDay, asDollars, money } from '../kit/fields.ts';
import { asItemId, category, isCounted, itemId, MOST_STOCK, numberOf, plural, unit, withUnit } from './fields.ts';

/** How every tool shows an item. */
export const item = z.object({
  id: itemId,
  name: z.string(),
  category,
  unit,
  unit_price: money,
  stock_qty: z.number().describe('In stock now, in its unit'),
  reorder_level: z.number(),
  stock: z.enum(['in_stock', 'low', 'out']).describe('low: at or under the reorder level; out: none left'),
});
export type Item = z.infer<typeof item>;

/** A row as `itemColumns` reads it; decimals are exact texts. */
export type ItemRow = {
  number: number;
  name: string;
  category: string;
  unit: string;
  unit_price: string;
  stock_qty: string;
  reorder_level: string;
};

/** Columns of the table or subquery named `item`. */
export const itemColumns = Prisma.sql`
  item.number, item.name, item.category, item.unit, item.unit_price::text,
  trim_scale(item.stock_qty)::text as stock_qty, trim_scale(item.reorder_level)::text as reorder_level`;

export function showItem(row: ItemRow): Item {
  return {
    id: asItemId(row.number),
    name: row.name,
    category: category.parse(row.category),
    unit: unit.parse(row.unit),
    unit_price: asDollars(row.unit_price),
    stock_qty: Number(row.stock_qty),
    reorder_level: Number(row.reorder_level),
    stock: stockOf(row),
  };
}

function stockOf({ stock_qty, reorder_level }: ItemRow): Item['stock'] {
  const left = new Prisma.Decimal(stock_qty);
  if (left.isZero()) return 'out';
  return left.lte(reorder_level) ? 'low' : 'in_stock';
}

export function itemText({ id, name, unit, unit_price, stock_qty }: Item): string {
  return `${name} (${id}, ${unit_price} per ${unit}, ${withUnit(String(stock_qty), unit)} left)`;
}

export type Found = { kind: 'found'; row: ItemRow } | Refused;

/** The item with that id unless it was deleted; `lock` locks it to the end of the transaction. */
export async function findItem({ prisma, tenant }: Tables, id: string, hold: 'look' | 'lock'): Promise<Found> {
  const [row] = await prisma.$queryRaw<(ItemRow & { deleted_at: Date | null })[]>`
    select ${itemColumns}, item.deleted_at from store.items item
    where item.tenant = ${tenant} and item.number = ${numberOf(id)} ${hold === 'lock' ? Prisma.sql`for update` : Prisma.empty}`;
  if (!row) return noSuch('item', id, 'inventory_list_items');
  if (!row.deleted_at) return { kind: 'found', row };
  return refused(
    `${id} (${row.name}) was deleted on ${asDay(row.deleted_at)}. inventory_list_items shows what there is.`,
  );
}

/** The item with this name, in any case, unless it was deleted. */
export async function itemNamed({ prisma, tenant }: Tables, name: string): Promise<ItemRow | undefined> {
  const [row] = await prisma.$queryRaw<ItemRow[]>`
    select ${itemColumns} from store.items item
    where item.tenant = ${tenant} and item.deleted_at is null and lower(item.name) = lower(${name})`;
  return row;
}

/** The lock for giving names: of two calls that want the same one, the second finds it taken. */
export function namesOf(tenant: string): string {
  return `store names ${tenant}`;
}

/** Why an item cannot have this reorder level; undefined if it can. */
export function levelFault(unit: string, level: number | string): string | undefined {
  if (!isCounted(unit) || Number.isInteger(Number(level))) return undefined;
  return `What is counted in whole ${plural(unit)} also needs a reorder level in whole ${plural(unit)}.`;
}

/** Why an item cannot have this much stock; undefined if it can. */
export function stockFault({ name, unit }: ItemRow, stock: Prisma.Decimal): string | undefined {
  if (isCounted(unit) && !stock.isInteger()) return `${name} is counted in whole ${plural(unit)}.`;
  if (stock.isNegative())
    return `That would make ${withUnit(stock.toString(), unit)} of ${name}: stock is never under zero.`;
  if (stock.gt(MOST_STOCK))
    return `That would make ${withUnit(stock.toString(), unit)} of ${name}: the most is ${MOST_STOCK}.`;
  return undefined;
}
