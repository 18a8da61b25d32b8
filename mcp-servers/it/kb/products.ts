import { z } from 'zod';
import type { ToolDatabase } from '../../kit/database.ts';

const read = z.object({ words: z.array(z.string()), unknown: z.array(z.string()) });
/** Marks that must all match, such as windows and 11 for "windows 11"; `unknown` where no article is on such a product. */
export type Product = { marks: string[][]; reading: string } | 'unknown';

/** Reads a product, however it is typed, as articles name theirs. */
export async function readProduct({ prisma }: ToolDatabase, asked: string | undefined): Promise<Product> {
  if (asked === undefined) return { marks: [], reading: '' };
  const [row] = await prisma.$queryRaw<{ product: unknown }[]>`select it.read_product(${asked}) as product`;
  const { words, unknown } = read.parse(row?.product);
  if (words.length === 0) return 'unknown';
  const typed = asked.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const as = words.every((word) => typed.includes(word)) && unknown.length === 0 ? '' : words.join(' ');
  return {
    marks: words.map((word) => [`product/${word}`]),
    reading: as && ` (the product "${asked}" was read as "${as}")`,
  };
}

export function noSuchProduct(asked = '', query?: string): string {
  const next = query === undefined ? 'Try search_solutions' : 'Leave out the product, or try search_solutions';
  return `No article is on a product like "${asked}". ${next} with its name among the words.`;
}
