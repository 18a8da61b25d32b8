/**
 * Ids in a query mean these records and no words: they come as marks, of which one must fit for each kind, beside the words
 * that are left.
 */
export function namedIn(
  query: string | undefined,
  kinds: Record<string, string>,
): { query?: string; marks: string[][] } {
  if (query === undefined) return { marks: [] };
  const ids = new RegExp(`\\b(${Object.keys(kinds).join('|')})-(?:[a-z]{3}-)?\\d{3,6}\\b`, 'gi');
  const named = new Map<string, string[]>();
  for (const [id, prefix = ''] of query.matchAll(ids)) {
    const kind = kinds[prefix.toUpperCase()] ?? '';
    named.set(kind, [...(named.get(kind) ?? []), `${kind}/${id}`]);
  }
  const left = query.replaceAll(ids, ' ').trim();
  return { query: /[\p{L}\p{N}]/u.test(left) ? left : undefined, marks: [...named.values()] };
}
