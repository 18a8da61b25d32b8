import { z } from 'zod';
import { lock } from '../../../prisma/locks.ts';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { defineTool } from '../../kit/tool.ts';
import { asItemId, category, isCounted, itemName, price, quantity, unit, withUnit } from '../fields.ts';
import { type ItemRow, item, itemNamed, itemText, levelFault, namesOf, showItem } from '../items.ts';

const input = z.strictObject({
  name: itemName,
  category,
  unit,
  unit_price: price,
  stock_qty: quantity(0).describe('How much there is at the beginning, in the unit, for example 10'),
  reorder_level: quantity(0).default(0).describe('At or under this much it is low in stock, for example 5'),
});
type Input = z.infer<typeof input>;

const count = z.object({ items: z.int().describe('How many items the store has') });

export const inventoryAddItem = defineTool({
  name: 'inventory_add_item',
  title: 'Add a new item',
  description:
    'Puts a new item on the shelf, for example {"name": "Rice", "category": "grocery", "unit": "kg", ' +
    '"unit_price": 100, "stock_qty": 20}. More of an item that there is already is not new: use inventory_update_item ' +
    'with stock_change for that.',
  does: 'adds',
  input,
  output: z.object({ item, before: count, after: count }),
  async run(db, asked) {
    const { prisma, tenant } = db;
    if (isCounted(asked.unit) && !Number.isInteger(asked.stock_qty)) {
      return refused(`What is sold by the ${asked.unit} is counted in whole numbers.`);
    }
    const fault = levelFault(asked.unit, asked.reorder_level);
    if (fault !== undefined) return refused(fault);
    await lock(prisma, namesOf(tenant));
    const taken = await itemNamed(db, asked.name);
    if (taken) return refused(alreadyThere(taken, asked.stock_qty));
    const before = { items: await prisma.storeItem.count({ where: { tenant, deletedAt: null } }) };
    const added = showItem(await insert(db, asked));
    const text = `${itemText(added)} was added under ${added.category}.`;
    return done(text, { item: added, before, after: { items: before.items + 1 } });
  },
});

function alreadyThere(row: ItemRow, more: number): string {
  const call = JSON.stringify({ item_id: asItemId(row.number), stock_change: more });
  return (
    `There is ${itemText(showItem(row))} already. To add ${withUnit(String(more), row.unit)} call inventory_update_item ` +
    `with ${call}; it changes the price, too.`
  );
}

async function insert({ prisma, tenant }: Tables, asked: Input): Promise<ItemRow> {
  const row = {
    name: asked.name,
    category: asked.category,
    unit: asked.unit,
    unit_price: String(asked.unit_price),
    stock_qty: String(asked.stock_qty),
    reorder_level: String(asked.reorder_level),
  };
  const [made] = await prisma.$queryRaw<{ number: number }[]>`
    with made as (
      insert into store.items (tenant, number, name, category, unit, unit_price, stock_qty, reorder_level)
      select ${tenant}, coalesce(max(number), 0) + 1, ${row.name}, ${row.category}, ${row.unit},
        ${row.unit_price}::numeric, ${row.stock_qty}::numeric, ${row.reorder_level}::numeric
      from store.items where tenant = ${tenant}
      returning number, stock_qty
    )
    insert into store.stock_changes (tenant, item, number, before, after, cause)
    select ${tenant}, number, 1, 0, stock_qty, 'added' from made
    returning item as number`;
  if (!made) throw new Error('An item was inserted and is not there.');
  return { ...row, number: made.number };
}
