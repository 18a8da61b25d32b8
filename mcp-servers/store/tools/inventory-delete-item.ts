import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, replayed } from '../../fields.ts';
import { itemId, withUnit } from '../fields.ts';
import { findItem, item, showItem } from '../items.ts';

const inputSchema = z.strictObject({ item_id: itemId });

const outputSchema = z.object({
  item_id: itemId,
  before: item,
  after: z.object({ deleted: z.literal(true), bill_lines: z.int().describe('On how many lines of bills it stays') }),
  idempotent_replay: replayed,
});
type Shown = z.infer<typeof outputSchema>;

export function inventoryDeleteItem(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'inventory_delete_item',
    {
      title: 'Delete an item',
      description:
        'Takes an item off the shelf, whatever its stock, for example {"item_id": "ITEM-001"}: it is not listed or sold ' +
        'any more and cannot be brought back. Bills keep showing it.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'store', tool: 'inventory_delete_item', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => remove(tx, db.tenant, args.item_id)));
    },
  );
}

async function remove(tx: Prisma.TransactionClient, tenant: string, id: string): Promise<Answer<Shown>> {
  const found = await findItem(tx, tenant, id, 'lock');
  if (found.kind === 'refused') return refused(`${found.text} Nothing was deleted.`);
  const { number } = found.row;
  await takeOff(tx, tenant, number);
  const after = {
    deleted: true as const,
    bill_lines: await tx.storeBillLine.count({ where: { tenant, item: number } }),
  };
  const before = showItem(found.row);
  const left = withUnit(found.row.stock_qty, before.unit);
  const text = `${before.name} (${id}) was deleted with ${left} in stock; ${after.bill_lines} bill lines keep showing it.`;
  return done(text, { item_id: id, before, after, idempotent_replay: false });
}

// What is left goes with the item: the ledger ends with nothing.
async function takeOff(tx: Prisma.TransactionClient, tenant: string, number: number): Promise<void> {
  await tx.$executeRaw`
    with gone as (
      update store.items set deleted_at = now(), stock_qty = 0 where tenant = ${tenant} and number = ${number}
    )
    insert into store.stock_changes (tenant, item, number, before, after, cause)
    select ${tenant}, item.number, coalesce(max(change.number), 0) + 1, item.stock_qty, 0, 'deleted'
    from store.items item left join store.stock_changes change on change.tenant = item.tenant and change.item = item.number
    where item.tenant = ${tenant} and item.number = ${number} and item.stock_qty > 0
    group by item.number, item.stock_qty`;
}
