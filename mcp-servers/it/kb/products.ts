import { z } from 'zod';
import type { ToolDatabase } from '../../kit/database.ts';

const read = z.object({ words: z.array(z.string()), unknown: z.array(z.string()) });
/** Marks of which all must fit, "windows 11" being both a windows and an 11; nothing where no article is on such a product. */
export type Product = { marks: string[][]; said: string } | 'unknown';

/** A product as articles name theirs, however it is typed. */
export async function readProduct({ prisma }: ToolDatabase, asked: string | undefined): Promise<Product> {
  if (asked === undefined) return { marks: [], said: '' };
  const [row] = await prisma.$queryRaw<{ product: unknown }[]>`select it.read_product(${asked}) as product`;
  const { words, unknown } = read.parse(row?.product);
  if (words.length === 0) return 'unknown';
  const typed = asked.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const as = words.every((word) => typed.includes(word)) && unknown.length === 0 ? '' : words.join(' ');
  return {
    marks: words.map((word) => [`product/${word}`]),
    said: as && ` (the product "${asked}" was read as "${as}")`,
  };
}

export function noSuchProduct(asked = '', query?: string): string {
  const next = query === undefined ? 'Try search_solutions' : 'Leave out the product, or try search_solutions';
  return `No article is on a product like "${asked}". ${next} with its name among the words.`;
}
