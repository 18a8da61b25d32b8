import { z } from 'zod';

// A list is returned in pages: `...paging` in a tool's input, `...page` in its output, `...pageOf(asked, total)` in its answer.

export const paging = {
  limit: z.int().min(1).max(50).default(20).describe('How many to return at most, 1 to 50'),
  offset: z.int().min(0).max(100_000).default(0).describe('How many to skip, for example 20 for the second page of 20'),
};
type Paging = { limit: number; offset: number };

export const page = {
  total: z.int().describe('How many match in all'),
  next_offset: z.int().nullable().describe('Offset of the next page; null on the last'),
};
type Page = { total: number; next_offset: number | null };

export function pageOf({ limit, offset }: Paging, total: number): Page {
  const next = offset + limit;
  return { total, next_offset: next < total ? next : null };
}

type Listing<Row> = {
  of: string;
  line(row: Row): string;
  none?: string;
  between?: string;
  /** Says that these rows only come near to what was asked for. */
  guess?: string | false;
  /** Others match too, which were not ranked. */
  more?: boolean;
};

/** "2 of 40 orders: <line>; <line>.", or `none` where nothing matches. */
export function listing<Row>({ offset }: Paging, total: number, rows: Row[], how: Listing<Row>): string {
  const { of, line, none = `There are no ${of}.`, between = '; ', guess, more = false } = how;
  if (total === 0) return none;
  if (rows.length === 0) return beyondEnd(total, offset, more);
  const head = guess ? `${guess} The nearest ${total}` : `${rows.length} of ${total}${more ? ' or more' : ''} ${of}`;
  return `${head}: ${rows.map(line).join(between)}.`.replace(/([.!?])\.$/, '$1');
}

/** For a page without rows although some match. */
export function beyondEnd(total: number, offset: number, more = false): string {
  return `There ${total === 1 ? 'is' : 'are'} ${total}${more ? ' that were ranked' : ''}; offset ${offset} is beyond the end.`;
}
