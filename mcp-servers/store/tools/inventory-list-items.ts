import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, done } from '../../kit/answers.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { words } from '../../kit/fields.ts';
import { beyondEnd, listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { asItemId, category, itemNumberIn } from '../fields.ts';
import { findItem, type ItemRow, item, itemColumns, itemText, showItem } from '../items.ts';

const input = z.strictObject({
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
type Input = z.infer<typeof input>;

const output = z.object({ items: z.array(item), ...page });
type Shown = z.infer<typeof output>;
type Found = { total: number; best: number | null; items: ItemRow[] };

export const inventoryListItems = defineTool({
  name: 'inventory_list_items',
  title: 'List the items of the store',
  description:
    'Items with price and stock, a page at a time: all of them in order of id with {}, those that fit a name, best ' +
    'first, with {"query": "sugar"}, what has to be bought again with {"low_stock": true}.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const number = asked.query === undefined ? null : itemNumberIn(asked.query);
    if (number !== null) return readOne(db, asItemId(number), asked);
    const { total, best, items: rows } = await search(db, asked);
    const items = rows.map(showItem);
    // A guess is called one: the shop has no "rice" just because something sounds like it.
    const guess = best !== null && best < 0.95 && `No item is called "${asked.query}".`;
    const of = asked.query === undefined ? 'items' : `items that fit "${asked.query}"`;
    const text = listing(asked, total, items, { of, line: itemText, none: noneText(asked), guess });
    return done(text, { items, ...pageOf(asked, total) });
  },
});

// An id means that item and no other.
async function readOne(db: ToolDatabase, id: string, asked: Input): Promise<Answer<Shown>> {
  const found = await findItem(db, id, 'look');
  if (found.kind === 'refused') return found;
  const shown = showItem(found.row);
  const isLeftOut = asked.category !== undefined && asked.category !== shown.category;
  if (isLeftOut || (asked.low_stock && shown.stock === 'in_stock')) {
    return done(`${itemText(shown)} is there, but does not fit category or low_stock: leave them out.`, NONE);
  }
  if (asked.offset > 0) return done(beyondEnd(1, asked.offset), { ...NONE, total: 1 });
  return done(`${itemText(shown)}.`, { items: [shown], total: 1, next_offset: null });
}

const NONE: Shown = { items: [], total: 0, next_offset: null };

async function search({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Found> {
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

function noneText({ query, category, low_stock }: Input): string {
  const which = [category && `of ${category}`, low_stock && 'low in stock', query && `that fits "${query}"`];
  const words = which.filter(Boolean).join(', ');
  return `There is no item${words && ` ${words}`}. Try another spelling, or fewer filters.`;
}
