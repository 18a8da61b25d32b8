import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { defineTool } from '../../kit/tool.ts';
import { asItemId, category, itemId, itemName, MOST_STOCK, numberOf, price, quantity, withUnit } from '../fields.ts';
import {
  findItem,
  type Item,
  type ItemRow,
  item,
  itemNamed,
  itemText,
  levelFault,
  namesOf,
  showItem,
  stockFault,
} from '../items.ts';

const input = z.strictObject({
  item_id: itemId,
  name: itemName.optional(),
  category: category.optional(),
  unit_price: price.optional().describe('New price of one unit in US dollars, for example 165'),
  reorder_level: quantity(0).optional().describe('At or under this much it is low in stock, for example 5'),
  stock_qty: quantity(0).optional().describe('What was counted: the stock is this from now on, for example 40'),
  stock_change: quantity(-MOST_STOCK)
    .optional()
    .describe('More or, if negative, less than there is now, for example 10 for a delivery or -1.5 for what spoiled'),
});
type Input = z.infer<typeof input>;

export const inventoryUpdateItem = defineTool({
  name: 'inventory_update_item',
  title: 'Change an item or its stock',
  description:
    'Changes name, category, price or reorder level of an item, and its stock: stock_change adds to it or takes from ' +
    'it, stock_qty sets it after a count. For example {"item_id": "ITEM-001", "stock_change": 10}. ' +
    'The unit stays as it is.',
  does: 'alters',
  input,
  output: z.object({ item_id: itemId, before: item, after: item }),
  async run(db, asked) {
    const fault = contradiction(asked) ?? (await takenName(db, asked));
    if (fault !== undefined) return refused(fault);
    const found = await findItem(db, asked.item_id, 'lock');
    if (found.kind === 'refused') return found;
    const changed = changedRow(found.row, asked);
    const stock = new Prisma.Decimal(changed.stock_qty);
    const tooMuch = stockFault(found.row, stock);
    if (tooMuch !== undefined) return refused(notSo(found.row, tooMuch));
    const broken = levelFault(changed.unit, changed.reorder_level);
    if (broken !== undefined) return refused(broken);
    const [before, after] = [showItem(found.row), showItem(changed)];
    const differences = differencesOf(before, after);
    if (differences.length === 0) return refused(`${itemText(before)} is that already.`);
    await save(db, changed);
    if (before.stock_qty !== after.stock_qty) await record(db, found.row, changed);
    return done(`${after.name} (${after.id}) was changed: ${differences.join('; ')}.`, {
      item_id: asked.item_id,
      before,
      after,
    });
  },
});

function contradiction({ item_id: _, ...changes }: Input): string | undefined {
  if (Object.values(changes).every((value) => value === undefined)) {
    return 'Say what to change: name, category, unit_price, reorder_level, stock_qty or stock_change.';
  }
  if (changes.stock_qty === undefined || changes.stock_change === undefined) return undefined;
  return 'Give stock_qty (what was counted) or stock_change (more or less than now), not both.';
}

async function takenName(db: Tables, asked: Input): Promise<string | undefined> {
  const { prisma, tenant } = db;
  if (asked.name === undefined) return undefined;
  await lock(prisma, namesOf(tenant));
  const holder = await itemNamed(db, asked.name);
  if (!holder || holder.number === numberOf(asked.item_id)) return undefined;
  return `${asItemId(holder.number)} is called ${holder.name} already; choose another name.`;
}

function changedRow(row: ItemRow, asked: Input): ItemRow {
  const { name = row.name, category = row.category, unit_price, reorder_level, stock_qty, stock_change } = asked;
  const stock = new Prisma.Decimal(String(stock_qty ?? row.stock_qty)).plus(String(stock_change ?? 0));
  return {
    ...row,
    name,
    category,
    unit_price: String(unit_price ?? row.unit_price),
    reorder_level: String(reorder_level ?? row.reorder_level),
    stock_qty: stock.toString(),
  };
}

function notSo(row: ItemRow, fault: string): string {
  return `There are ${withUnit(row.stock_qty, row.unit)} of ${row.name}. ${fault}`;
}

async function save({ prisma, tenant }: Tables, row: ItemRow): Promise<void> {
  await prisma.$executeRaw`
    update store.items set name = ${row.name}, category = ${row.category}, unit_price = ${row.unit_price}::numeric,
      reorder_level = ${row.reorder_level}::numeric, stock_qty = ${row.stock_qty}::numeric
    where tenant = ${tenant} and number = ${row.number}`;
}

async function record({ prisma, tenant }: Tables, before: ItemRow, after: ItemRow): Promise<void> {
  await prisma.$executeRaw`
    insert into store.stock_changes (tenant, item, number, before, after, cause)
    select ${tenant}, ${before.number}, coalesce(max(number), 0) + 1, ${before.stock_qty}::numeric,
      ${after.stock_qty}::numeric, 'correction'
    from store.stock_changes where tenant = ${tenant} and item = ${before.number}`;
}

function differencesOf(before: Item, after: Item): string[] {
  const fields = ['name', 'category', 'unit_price', 'reorder_level', 'stock_qty'] as const;
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => `${field} ${before[field]} before, ${after[field]} now`);
}
