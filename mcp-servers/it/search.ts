import { z } from 'zod';
import { type Refused, refused } from '../kit/answers.ts';
import type { ToolDatabase } from '../kit/database.ts';
import { asWritten, type Stems } from './stems.ts';

// The database searches tickets and articles (it.search, it.similar). A mark is a searchable fact, such as `status/open`.

export type Kind = 'ticket' | 'article';

export const relevance = z.number().min(0).max(1).describe('How well it fits: 1 is best');

export const sharedWords = z.array(z.string()).describe('Words of the question that it has, as it writes them');

export const countedPage = {
  total: z.int().describe('How many match; with `more`, how many were ranked: the newest, and the best of the others'),
  more: z.boolean().describe('True: older ones match too; use more words or filters to see them, or go on by newest'),
  next_offset: z.int().nullable().describe('Offset of the next page; null on the last'),
};

export const readAs = z
  .array(z.object({ said: z.string(), as: z.string() }))
  .describe('Words that nothing here has, as they were typed, and what was searched instead');

const hits = z.object({
  total: z.int(),
  more: z.boolean(),
  searched: z.boolean().describe('False: no word of the question says anything'),
});
const found = hits.extend({
  read: readAs,
  unknown: z.array(z.string()),
  hits: z.array(z.object({ id: z.string(), relevance, words: z.array(z.string()), resolved: z.int() })),
});
export type Found = z.infer<typeof found>;

export type Question = {
  /** Left out, everything matches that has the marks. */
  query?: string;
  /** One mark of each list must match. */
  marks: string[][];
  from?: Date;
  to?: Date;
  /** help: by how many tickets an article has resolved. */
  sort: 'relevance' | 'newest' | 'help';
  limit: number;
  offset: number;
};

export async function search({ prisma }: ToolDatabase, kind: Kind, asked: Question): Promise<Found> {
  const { query = null, marks, from = null, to = null, sort, limit, offset } = asked;
  const [row] = await prisma.$queryRaw<{ found: unknown }[]>`
    select it.search(${kind}, ${query}, ${JSON.stringify(marks)}::jsonb, ${from}::timestamptz, ${to}::timestamptz,
      ${sort}, ${limit}::int, ${offset}::int) as found`;
  return found.parse(row?.found);
}

/** The ids to read for an answer: the hits or, without hits, one record for each word that was read as another. */
export async function idsToRead(db: ToolDatabase, kind: Kind, { hits, read }: Found): Promise<string[]> {
  if (hits.length > 0) return hits.map(({ id }) => id);
  const one = (query: string) => search(db, kind, { query, marks: [], sort: 'newest', limit: 1, offset: 0 });
  const found = await Promise.all(read.map(({ as }) => one(as)));
  return found.flatMap((each) => each.hits.map(({ id }) => id));
}

/** The words that were read as others, in the spelling of the found texts. */
export function spell(read: Found['read'], texts: string[], stems: Stems): Found['read'] {
  return read.map(({ said, as }) => ({ said, as: asWritten(as.split(' '), texts, stems).join(' ') }));
}

/** All stems that an answer shows as words. */
export function stemsOf(hits: { words: string[] }[], read: Found['read'] = []): string[] {
  return [...hits.flatMap(({ words }) => words), ...read.flatMap(({ as }) => as.split(' '))];
}

export function nothingToSearch(text = ''): Refused {
  return refused(
    `Nothing could be searched: "${text}" has only words that occur everywhere. Give more specific words, for example "vpn drops".`,
  );
}

export type Reading = Pick<Found, 'read' | 'unknown'> & { leftOut?: string };

/** Says which words were read as others, and which were not found. */
export function readingText({ read, unknown, leftOut }: Reading): string {
  const otherwise = read.map(({ said, as }) => `"${said}" was read as "${as}"`);
  const not = unknown.length > 0 ? [`nothing here has ${unknown.map((word) => `"${word}"`).join(', ')}`] : [];
  const without = leftOut === undefined ? [] : [`"${leftOut}" was left out, because nothing that is named fits it`];
  const text = [...otherwise, ...not, ...without].join('; ');
  return text && ` (${text})`;
}

const alike = hits.extend({
  read: readAs,
  unknown: z.array(z.string()),
  hits: z.array(
    z.object({
      id: z.string(),
      relevance,
      words: z.array(z.string()),
      tags: z.array(z.string()),
      same_category: z.boolean(),
      linked: z.boolean(),
    }),
  ),
});
export type Alike = z.infer<typeof alike>;
export type Likeness = Alike['hits'][number];

export type Probe = { kind: Kind; id: string } | { text: string };
type Wanted = { anyOf?: string[]; linked?: string[]; limit: number; offset: number };

/** Records like the probe; `linked` ones always match and come first. */
export async function findAlike(db: ToolDatabase, kind: Kind, probe: Probe, asked: Wanted): Promise<Alike> {
  const { anyOf = [], linked = [], limit, offset } = asked;
  const [probeKind, id, text] = 'text' in probe ? [null, null, probe.text] : [probe.kind, probe.id, null];
  const [row] = await db.prisma.$queryRaw<{ found: unknown }[]>`
    select it.similar(${kind}, ${probeKind}, ${id}, ${text}, ${anyOf}::text[], ${linked}::text[],
      ${limit}::int, ${offset}::int) as found`;
  return alike.parse(row?.found);
}

export const likeness = {
  relevance,
  shared_words: z.array(z.string()).describe('Telling words that both have, as this one writes them'),
  shared_tags: z.array(z.string()),
  same_category: z.boolean(),
};

export function likenessOf({ relevance, words, tags, same_category }: Likeness, texts: string[], stems: Stems) {
  const shared_words = asWritten(words, texts, stems).slice(0, 6);
  return { relevance, shared_words, shared_tags: tags, same_category };
}

/** Rows in the order of the hits, without those deleted meanwhile. */
export function withRows<Hit extends { id: string }, Row extends { id: string }>(
  hits: Hit[],
  rows: Row[],
): { hit: Hit; row: Row }[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return hits.flatMap((hit) => {
    const row = byId.get(hit.id);
    return row ? [{ hit, row }] : [];
  });
}
