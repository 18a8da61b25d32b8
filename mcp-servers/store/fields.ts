import { z } from 'zod';
import { hasDecimals, idOf, isPlain, words } from '../kit/fields.ts';

// Amounts arrive as JSON numbers and are calculated with as exact decimals.

// Each number has one spelling, so that two ids never name one item.
const itemForm = /^ITEM-(?:\d{3}|[1-9]\d{3,7})$/;

export const itemId = idOf(
  itemForm,
  'An item id looks like ITEM-001; inventory_list_items finds it from a name',
).describe('Item id, for example ITEM-001');

export const billId = idOf(
  /^BILL-(?:\d{4}|[1-9]\d{4,7})$/,
  'A bill id looks like BILL-0001; billing_list_bills finds it from the customer',
).describe('Bill id, for example BILL-0001');

export function asItemId(number: number): string {
  return `ITEM-${String(number).padStart(3, '0')}`;
}

export function asBillId(number: number): string {
  return `BILL-${String(number).padStart(4, '0')}`;
}

/** The number in an item's or a bill's id; their prefixes have the same length. */
export function numberOf(id: string): number {
  return Number(id.slice('ITEM-'.length));
}

/** The number in an item's id; null where the text is no such id. */
export function itemNumberIn(text: string): number | null {
  return new RegExp(itemForm, 'i').test(text) ? numberOf(text) : null;
}

/** A name in one line, normalised so that two names that look the same are the same. */
export function nameText(most: number) {
  return words(1, most)
    .overwrite((text) => text.normalize('NFC').replace(/\s+/gu, ' '))
    .refine(isPlain, 'A name cannot hold invisible or control characters');
}

export const itemName = nameText(80)
  .refine((name) => !/^ITEM-\d+$/i.test(name), 'A name cannot look like an item id')
  .describe('Name of the item, for example Sugar; no two items have the same');

export const category = z
  .enum(['grocery', 'beverages', 'dairy', 'snacks', 'personal_care', 'household', 'stationery', 'other'])
  .describe('Shelf of the store, for example grocery for sugar, personal_care for shampoo');

export const unit = z
  .enum(['kg', 'g', 'litre', 'ml', 'piece', 'pack', 'dozen', 'box'])
  .describe(
    'What the price is for and the stock is counted in: kg for what is sold by weight, piece for single things',
  );
export type Unit = z.infer<typeof unit>;

const measured: string[] = ['kg', 'g', 'litre', 'ml'] satisfies Unit[];

// The size of one unit in the smallest unit of its kind.
const sizes: Record<Unit, [kind: Unit, size: number]> = {
  kg: ['g', 1000],
  g: ['g', 1],
  litre: ['ml', 1000],
  ml: ['ml', 1],
  dozen: ['piece', 12],
  piece: ['piece', 1],
  pack: ['pack', 1],
  box: ['box', 1],
};

export function sizeOf(unit: Unit): number {
  return sizes[unit][1];
}

/** Whether a quantity converts exactly from one unit to the other. */
export function sameKind(one: Unit, other: Unit): boolean {
  return sizes[one][0] === sizes[other][0];
}

/** Pieces, packs, dozens and boxes come whole. */
export function isCounted(unit: string): boolean {
  return !measured.includes(unit);
}

/** "kg", "dozen", "pieces". */
export function plural(unit: string): string {
  if (!isCounted(unit) || unit === 'dozen') return unit;
  return unit === 'box' ? 'boxes' : `${unit}s`;
}

/** "2.5 kg", "1 piece", "3 pieces". */
export function withUnit(quantity: string, unit: string): string {
  return `${quantity} ${quantity === '1' ? unit : plural(unit)}`;
}

// With these limits, Postgres can store the total of the dearest possible bill.
const MOST_PRICE = 100_000;
export const MOST_STOCK = 100_000;

export const price = z
  .number()
  .min(0.01)
  .max(MOST_PRICE)
  .refine(hasDecimals(2), 'Money has at most two decimals, for example 160.50')
  .describe('US dollars for one unit, for example 160 or 42.5');

export function quantity(least: number) {
  return z
    .number()
    .min(least)
    .max(MOST_STOCK)
    .refine(hasDecimals(3), 'A quantity has at most three decimals, for example 2.125');
}
