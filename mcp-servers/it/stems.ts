import type { ToolDatabase } from '../kit/database.ts';
// The search knows stems ("batteri"); people are told the words that the found texts have.

/** The stem of each word of some texts; a word that stands everywhere has none. */
export type Stems = ReadonlyMap<string, string | null | undefined>;

// The stem of a word never changes: it is asked for once, as long as so many are known.
const KNOWN_AT_MOST = 20_000;
const known = new Map<string, string | null>();

/** Of all words that may have one of these stems, by the stemmer of the search itself: a beginning alone misleads ("wi", "will"). */
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

/** These stems as the words of the texts, in the same order. Of "wi-fi", which is three to the search, it is told as the one. */
export function asWritten(sought: string[], texts: string[], stems: Stems): string[] {
  const compounds = texts.flatMap(compoundsOf);
  const words = [...new Set(texts.flatMap(wordsOf))].sort((a, b) => a.length - b.length);
  const isTold = (stem: string) => !isOfCompound(stem, sought) && !isMereNumber(stem, compounds);
  const told = sought.filter(isTold).map((stem) => words.find((word) => stems.get(word) === stem) ?? stem);
  return [...new Set(told)];
}

/** How many of the stems a sentence has. */
export function countIn(sentence: string, sought: string[], stems: Stems): number {
  const own = new Set(wordsOf(sentence).map((word) => stems.get(word)));
  return sought.filter((stem) => own.has(stem)).length;
}

function isOfCompound(stem: string, sought: string[]): boolean {
  return sought.some((other) => other !== stem && other.split('-').includes(stem));
}

// The end of a hostname ("tc-db-01") says nothing by itself.
function isMereNumber(stem: string, compounds: string[]): boolean {
  return /^\d+$/.test(stem) && !compounds.includes(stem);
}

function wordsOf(text: string): string[] {
  return compoundsOf(text).flatMap((word) => (word.includes('-') ? [word, ...word.split('-')] : [word]));
}

function compoundsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [];
}
