import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, page, paging, reads } from '../../fields.ts';
import { itemKind } from '../fields.ts';
import { item, showItem } from '../inventory.ts';

const inputSchema = z.strictObject({
  kind: itemKind.optional(),
  low_stock: z.boolean().default(false).describe('True: only items at or under their reorder level'),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({ items: z.array(item), ...page });
type Shown = z.infer<typeof outputSchema>;

export function listInventory(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'list_inventory',
    {
      title: 'List the inventory',
      description:
        'Items in order of SKU, a page at a time, for example {"kind": "ring"} or {"low_stock": true} for what to reorder.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const quantity = asked.low_stock ? { lte: prisma.inventoryItem.fields.reorderLevel } : undefined;
  const where = { tenant, kind: asked.kind, quantity };
  const [total, rows] = await Promise.all([
    prisma.inventoryItem.count({ where }),
    prisma.inventoryItem.findMany({ where, orderBy: { sku: 'asc' }, take: asked.limit, skip: asked.offset }),
  ]);
  const items = rows.map(showItem);
  const named = items.map((each) => `${each.name} (${each.sku}, ${each.quantity} left, ${each.price})`).join('; ');
  const text = total === 0 ? nothing(asked) : `${items.length} of ${total} items${named && `: ${named}`}.`;
  return donePage(text, { items, total, next_offset: nextOffset(asked, total) });
}

function nothing({ kind, low_stock }: Asked): string {
  const which = `${kind ? ` of the kind ${kind}` : ''}${low_stock ? ' that runs low' : ''}`;
  const others = low_stock ? 'Leave low_stock out to see all' : 'list_inventory without arguments shows all';
  return `There is no item${which}. ${others}.`;
}
