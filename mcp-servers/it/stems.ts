import type { ToolDatabase } from '../kit/database.ts';
// The search works with stems ("batteri"); answers show the words of the found texts.

/** The stem of each word; a word that occurs everywhere, such as "the", has none. */
export type Stems = ReadonlyMap<string, string | null | undefined>;

// Stems never change, so they are cached.
const KNOWN_AT_MOST = 20_000;
const known = new Map<string, string | null>();

/** Stems all words that may have one of these stems, with the search's own stemmer: a common beginning misleads ("wi", "will"). */
export async function stemsIn({ prisma }: ToolDatabase, sought: string[], texts: string[]): Promise<Stems> {
  const beginnings = new Set(sought.map((stem) => stem.slice(0, 2)));
  const words = [...new Set(texts.flatMap(wordsOf))].filter((word) => beginnings.has(word.slice(0, 2)));
  const stems = new Map(words.map((word) => [word, known.get(word)]));
  const asked = words.filter((word) => stems.get(word) === undefined);
  if (asked.length === 0) return stems;
  const rows = await prisma.$queryRaw<{ word: string; stem: string | null }[]>`
    select word, (ts_lexize('pg_catalog.english_stem', word))[1] as stem from unnest(${asked}::text[]) word`;
  if (known.size + rows.length > KNOWN_AT_MOST) known.clear();
  for (const { word, stem } of rows) {
    stems.set(word, stem);
    known.set(word, stem);
  }
  return stems;
}

/** The words that the texts have for these stems, in the same order. "wi-fi", which the search splits in three, stays one. */
export function asWritten(sought: string[], texts: string[], stems: Stems): string[] {
  const compounds = texts.flatMap(compoundsOf);
  const words = [...new Set(texts.flatMap(wordsOf))].sort((a, b) => a.length - b.length);
  const isShown = (stem: string) => !isOfCompound(stem, sought) && !isMereNumber(stem, compounds);
  const shown = sought.filter(isShown).map((stem) => words.find((word) => stems.get(word) === stem) ?? stem);
  return [...new Set(shown)];
}

/** How many of the stems occur in a sentence. */
export function countIn(sentence: string, sought: string[], stems: Stems): number {
  const own = new Set(wordsOf(sentence).map((word) => stems.get(word)));
  return sought.filter((stem) => own.has(stem)).length;
}

function isOfCompound(stem: string, sought: string[]): boolean {
  return sought.some((other) => other !== stem && other.split('-').includes(stem));
}

// The number at the end of a hostname ("tc-db-01") means nothing by itself.
function isMereNumber(stem: string, compounds: string[]): boolean {
  return /^\d+$/.test(stem) && !compounds.includes(stem);
}

function wordsOf(text: string): string[] {
  return compoundsOf(text).flatMap((word) => (word.includes('-') ? [word, ...word.split('-')] : [word]));
}

function compoundsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [];
}
