import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, page, paging, reads, words } from '../../fields.ts';
import { asItemId, category, itemNumberIn } from '../fields.ts';
import { findItem, type ItemRow, item, itemColumns, itemText, showItem } from '../items.ts';

const inputSchema = z.strictObject({
  query: words(2, 80)
    .optional()
    .describe(
      'A name, a part of one, or an id; case and typing errors are forgiven. For example "suger", "soap", "ITEM-001"',
    ),
  category: category.optional(),
  low_stock: z
    .boolean()
    .default(false)
    .describe('True: only items at or under their reorder level, to be bought again'),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({ items: z.array(item), ...page });
type Shown = z.infer<typeof outputSchema>;
type Found = { total: number; best: number | null; items: ItemRow[] };

export function inventoryListItems(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'inventory_list_items',
    {
      title: 'List the items of the store',
      description:
        'Items with price and stock, a page at a time: all of them in order of id with {}, those that fit a name, best ' +
        'first, with {"query": "sugar"}, what has to be bought again with {"low_stock": true}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read(db: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const number = asked.query === undefined ? null : itemNumberIn(asked.query);
  if (number !== null) return readOne(db, asItemId(number), asked);
  const { total, best, items: rows } = await search(db, asked);
  const items = rows.map(showItem);
  const named = items.map(itemText).join('; ');
  const head = headOf(asked, items.length, total, best);
  const text = total === 0 ? nothing(asked) : `${head}${named && `: ${named}`}.`;
  return donePage(text, { items, total, next_offset: nextOffset(asked, total) });
}

// Who names an id means that item and no other.
async function readOne({ prisma, tenant }: ToolDatabase, id: string, asked: Asked): Promise<Answer<Shown>> {
  const found = await findItem(prisma, tenant, id, 'look');
  if (found.kind === 'refused') return found;
  const shown = showItem(found.row);
  const isLeftOut = asked.category !== undefined && asked.category !== shown.category;
  if (isLeftOut || (asked.low_stock && shown.stock === 'in_stock')) {
    return done(`${itemText(shown)} is there, but does not fit category or low_stock: leave them out.`, NONE);
  }
  if (asked.offset > 0)
    return done(`Only ${itemText(shown)} fits, fewer than the offset of ${asked.offset}.`, { ...NONE, total: 1 });
  return done(`${itemText(shown)}.`, { items: [shown], total: 1, next_offset: null });
}

const NONE: Shown = { items: [], total: 0, next_offset: null };

async function search({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Found> {
  const query = asked.query ?? null;
  const ofCategory = asked.category ? Prisma.sql`and category = ${asked.category}` : Prisma.empty;
  const low = asked.low_stock ? Prisma.sql`and stock_qty <= reorder_level` : Prisma.empty;
  const [found] = await prisma.$queryRaw<Found[]>`
    with scored as (
      select *, case when ${query}::text is null then 1 else store.likeness(${query}::text, name) end as match
      from store.items where tenant = ${tenant} and deleted_at is null ${ofCategory} ${low}
    ), fitting as (
      select * from scored where match >= 0.45 and match >= 0.7 * (select max(match) from scored)
    ), item as (
      select * from fitting order by match desc, number limit ${asked.limit} offset ${asked.offset}
    )
    select (select count(*)::int from fitting) as total, (select max(match) from fitting) as best,
      (select coalesce(jsonb_agg(shown order by match desc, number), '[]')
       from (select ${itemColumns}, item.match from item) shown) as items`;
  return found ?? { total: 0, best: null, items: [] };
}

function headOf({ query }: Asked, shown: number, total: number, best: number | null): string {
  if (query === undefined) return `${shown} of ${total} items`;
  // A guess is called one: "rice" is not on the shelf because something that sounds like it is.
  if (best !== null && best < 0.95) return `No item is called "${query}". The nearest ${total}`;
  return `${shown} of ${total} items that fit "${query}"`;
}

function nothing({ query, category, low_stock }: Asked): string {
  const which = [category && `of ${category}`, low_stock && 'low in stock', query && `that fits "${query}"`];
  const words = which.filter(Boolean).join(', ');
  return `There is no item${words && ` ${words}`}. Try another spelling, or fewer filters.`;
}
