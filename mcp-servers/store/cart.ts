import { z } from 'zod';
import { Prisma } from '../../prisma/client/client.ts';
import type { Tables } from '../kit/database.ts';
import { asDollars } from '../kit/fields.ts';
import type { BillLine } from './bills.ts';
import {
  asItemId,
  isCounted,
  itemNumberIn,
  nameText,
  plural,
  quantity,
  sameKind,
  sizeOf,
  type Unit,
  unit,
  withUnit,
} from './fields.ts';
import { type ItemRow, itemColumns } from './items.ts';

// Shared by a bill and its preview: which items are meant, and what they cost today.

const wanted = z.strictObject({
  item: nameText(80).describe('Id or name of the item, case ignored, for example ITEM-001 or Sugar'),
  quantity: quantity(0.001).describe(
    'For example 2, in the unit, or in the one that the item is sold by; pieces and packs only whole',
  ),
  unit: unit
    .optional()
    .describe(
      'Of the quantity, as the person said it, for example g in "30 g of sugar": g and kg, ml and litre, piece and dozen ' +
        'are converted',
    ),
});
type Wanted = z.infer<typeof wanted>;

export const wantedLines = z
  .array(wanted)
  .min(1)
  .max(50)
  .describe('For example [{"item": "Sugar", "quantity": 2}, {"item": "Shampoo", "quantity": 1}]');

/** `asked`: the quantity in the person's units, for example "4 pieces and 0.5 dozen". */
export type Entry = { item: ItemRow; quantity: Prisma.Decimal; asked: string; total: Prisma.Decimal };
/** `faults`: a sentence for each line that cannot be billed. */
export type Cart = { entries: Entry[]; faults: string[] };

/** `lock` locks the items to the end of the transaction. */
export async function readCart(db: Tables, lines: Wanted[], hold: 'look' | 'lock'): Promise<Cart> {
  const matches = await match(db, lines, hold);
  const items = new Map(matches.map(({ at, ...item }) => [at, item]));
  const unknown = lines.flatMap(({ item }, at) => (items.has(at) ? [] : [item]));
  const known = lines.flatMap((line, at) => {
    const item = items.get(at);
    return item ? [{ item, quantity: line.quantity, unit: line.unit ?? unit.parse(item.unit) }] : [];
  });
  const entries = entriesOf(known.filter(isConvertible));
  const faults = [...(await unknownItems(db, unknown)), ...known.flatMap(foreignUnit), ...entries.flatMap(amountFault)];
  return { entries, faults };
}

// In order of item number, so that two bills never wait for each other.
function match({ prisma, tenant }: Tables, lines: Wanted[], hold: 'look' | 'lock') {
  const asked = JSON.stringify(lines.map(({ item }, at) => ({ at, name: item, number: itemNumberIn(item) })));
  return prisma.$queryRaw<(ItemRow & { at: number })[]>`
    select asked.at, ${itemColumns}
    from jsonb_to_recordset(${asked}::jsonb) as asked (at int, name text, number int)
    join store.items item on item.tenant = ${tenant} and item.deleted_at is null
      and (item.number = asked.number or lower(item.name) = lower(asked.name))
    order by item.number ${hold === 'lock' ? Prisma.sql`for update of item` : Prisma.empty}`;
}

type Line = { item: ItemRow; quantity: number; unit: Unit };

function isConvertible({ item, unit: asked }: Line): boolean {
  return sameKind(asked, unit.parse(item.unit));
}

/** One entry for each item, in the order in which the lines name them first. */
function entriesOf(lines: Line[]): Entry[] {
  // Summed before dividing: three times four pieces are one dozen.
  const sums = new Map<number, { item: ItemRow; small: Prisma.Decimal; parts: string[] }>();
  for (const { item, quantity, unit } of lines) {
    const { small: before, parts } = sums.get(item.number) ?? { small: 0, parts: [] };
    const small = new Prisma.Decimal(String(quantity)).times(sizeOf(unit)).plus(before);
    sums.set(item.number, { item, small, parts: [...parts, withUnit(String(quantity), unit)] });
  }
  return [...sums.values()].map(({ item, small, parts }) => {
    const quantity = small.dividedBy(sizeOf(unit.parse(item.unit)));
    const total = quantity.times(item.unit_price).toDecimalPlaces(2, Prisma.Decimal.ROUND_HALF_UP);
    return { item, quantity, asked: parts.join(' and '), total };
  });
}

type Near = { asked: string; number: number | null; name: string | null };

async function unknownItems({ prisma, tenant }: Tables, asked: string[]): Promise<string[]> {
  if (asked.length === 0) return [];
  const near = await prisma.$queryRaw<Near[]>`
    select asked, near.number, near.name
    from unnest(${[...new Set(asked)]}::text[]) with ordinality as line (asked, at)
    left join lateral (
      select item.number, item.name, store.likeness(asked, item.name) as match from store.items item
      where item.tenant = ${tenant} and item.deleted_at is null
      order by match desc, item.number limit 4
    ) near on near.match >= 0.45
    order by line.at, near.match desc, near.number`;
  const names = new Map<string, string[]>(near.map((row) => [row.asked, []]));
  for (const { asked, number, name } of near) {
    if (number !== null && name !== null) names.get(asked)?.push(`${name} (${asItemId(number)})`);
  }
  return [...names].map(([text, options]) => unknownItem(text, options));
}

function unknownItem(asked: string, options: string[]): string {
  const last = options.at(-1);
  if (last === undefined) return `There is no item "${asked}": inventory_list_items shows what there is.`;
  const others = options.slice(0, -1).join(', ');
  return `There is no item "${asked}". Did you mean ${others && `${others} or `}${last}?`;
}

function foreignUnit(line: Line): string[] {
  if (isConvertible(line)) return [];
  const { item, quantity, unit } = line;
  return [`${item.name} is sold by the ${item.unit}; ${withUnit(String(quantity), unit)} were asked for.`];
}

// Stock and bills have three decimals, and nothing leaves the stock for free.
function amountFault({ item: { name, unit }, quantity, asked, total }: Entry): string[] {
  if (isCounted(unit) && !quantity.isInteger()) {
    return [`${name} is sold in whole ${plural(unit)}; ${asked} were asked for.`];
  }
  if (quantity.decimalPlaces() > 3) {
    return [`${name} is sold by the thousandth of a ${unit}; ${asked} were asked for.`];
  }
  return total.isZero() ? [`${withUnit(String(quantity), unit)} of ${name} come to $0.00: too little for a bill.`] : [];
}

/** A sentence for each item with too little in stock. */
export function shortagesOf(entries: Entry[]): string[] {
  return entries.flatMap(({ item: { name, unit, stock_qty }, quantity }) => {
    if (quantity.lte(stock_qty)) return [];
    const left = stock_qty === '0' ? `No ${name}` : `Only ${withUnit(stock_qty, unit)} of ${name}`;
    return [`${left} left; ${withUnit(quantity.toString(), unit)} were asked for.`];
  });
}

export function totalOf(entries: Entry[]): Prisma.Decimal {
  return entries.reduce((sum, { total }) => sum.plus(total), new Prisma.Decimal(0));
}

export function showEntry({ item, quantity, total }: Entry): BillLine {
  return {
    item_id: asItemId(item.number),
    name: item.name,
    unit: unit.parse(item.unit),
    quantity: quantity.toNumber(),
    unit_price: asDollars(item.unit_price),
    line_total: asDollars(total.toFixed(2)),
  };
}
