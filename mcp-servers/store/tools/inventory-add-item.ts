import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { adds, replayed } from '../../fields.ts';
import { asItemId, category, isCounted, itemName, price, quantity, unit, withUnit } from '../fields.ts';
import { type ItemRow, item, itemNamed, itemText, levelFault, namesOf, showItem } from '../items.ts';

const inputSchema = z.strictObject({
  name: itemName,
  category,
  unit,
  unit_price: price,
  stock_qty: quantity(0).describe('How much there is at the beginning, in the unit, for example 10'),
  reorder_level: quantity(0).default(0).describe('At or under this much it is low in stock, for example 5'),
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ items: z.int().describe('How many items the store has') });
const outputSchema = z.object({ item, before: count, after: count, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function inventoryAddItem(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'inventory_add_item',
    {
      title: 'Add a new item',
      description:
        'Puts a new item on the shelf, for example {"name": "Rice", "category": "grocery", "unit": "kg", ' +
        '"unit_price": 100, "stock_qty": 20}. More of an item that there is already is not new: use inventory_update_item ' +
        'with stock_change for that.',
      inputSchema,
      outputSchema,
      annotations: adds,
    },
    (args, { _meta }) => {
      const asked = { server: 'store', tool: 'inventory_add_item', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => add(tx, db.tenant, args)));
    },
  );
}

async function add(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  if (isCounted(asked.unit) && !Number.isInteger(asked.stock_qty)) {
    return refused(`What is sold by the ${asked.unit} is counted in whole numbers. Nothing was added.`);
  }
  const fault = levelFault(asked.unit, asked.reorder_level);
  if (fault !== undefined) return refused(`${fault} Nothing was added.`);
  await lock(tx, namesOf(tenant));
  const taken = await itemNamed(tx, tenant, asked.name);
  if (taken) return refused(alreadyThere(taken, asked.stock_qty));
  const before = { items: await tx.storeItem.count({ where: { tenant, deletedAt: null } }) };
  const added = showItem(await insert(tx, tenant, asked));
  const text = `${itemText(added)} was added under ${added.category}.`;
  return done(text, { item: added, before, after: { items: before.items + 1 }, idempotent_replay: false });
}

function alreadyThere(row: ItemRow, more: number): string {
  const call = JSON.stringify({ item_id: asItemId(row.number), stock_change: more });
  return (
    `There is ${itemText(showItem(row))} already. To add ${withUnit(String(more), row.unit)} call inventory_update_item ` +
    `with ${call}; it changes the price, too. Nothing was added.`
  );
}

async function insert(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<ItemRow> {
  const row = {
    name: asked.name,
    category: asked.category,
    unit: asked.unit,
    unit_price: String(asked.unit_price),
    stock_qty: String(asked.stock_qty),
    reorder_level: String(asked.reorder_level),
  };
  const [made] = await tx.$queryRaw<{ number: number }[]>`
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
