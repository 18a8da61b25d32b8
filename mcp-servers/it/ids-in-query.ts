import type { Refused } from '../kit/answers.ts';
import type { ToolDatabase } from '../kit/database.ts';
import {
  isArticle,
  isAsset,
  isCustomer,
  isTicket,
  noSuchArticle,
  noSuchAsset,
  noSuchCustomer,
  noSuchTicket,
} from './records.ts';
import { type Found, type Kind, nothingToSearch, type Question, search } from './search.ts';

// An id in a query means that record, and is not searched as a word.

const records = {
  TKT: { is: isTicket, none: noSuchTicket },
  CUST: { is: isCustomer, none: noSuchCustomer },
  AST: { is: isAsset, none: noSuchAsset },
  KB: { is: isArticle, none: noSuchArticle },
};
type Prefix = keyof typeof records;
/** Which mark finds the record of an id with this prefix. */
type Kinds = Partial<Record<Prefix, string>>;
type Named = { prefix: Prefix; id: string };

/** `query`: the words that were searched, if any. `leftOut`: words that no named record has. */
export type SearchWithIds = Refused | ({ kind: 'found'; query: string | undefined; leftOut?: string } & Found);

/** Of each kind of record that the query names, one must match, and so must the remaining words. */
export async function searchWithIds(
  db: ToolDatabase,
  kind: Kind,
  kinds: Kinds,
  asked: Question,
): Promise<SearchWithIds> {
  const { query, named } = idsIn(asked.query, kinds);
  for (const { prefix, id } of named) {
    const { is, none } = records[prefix];
    if (!(await is(db, id))) return none(id);
  }
  const marks = [...asked.marks, ...marksOf(named, kinds)];
  const found = await search(db, kind, { ...asked, query, marks });
  if (query !== undefined && named.length > 0 && found.total === 0) {
    // "What about TKT-004", or a word that the ticket does not have, still means the ticket.
    const alone = await search(db, kind, { ...asked, query: undefined, marks });
    const leftOut = found.searched ? query : undefined;
    if (alone.total > 0 || !found.searched) return { kind: 'found', query: undefined, leftOut, ...alone };
  }
  return found.searched ? { kind: 'found', query, ...found } : nothingToSearch(query);
}

function idsIn(query: string | undefined, kinds: Kinds): { query: string | undefined; named: Named[] } {
  if (query === undefined) return { query, named: [] };
  const prefixes = Object.keys(kinds) as Prefix[];
  const ids = new RegExp(`\\b(?:${prefixes.join('|')})-(?:[a-z]{3}-)?\\d{3,6}\\b`, 'gi');
  const named = [...query.toUpperCase().matchAll(ids)].flatMap(([id]) => {
    const prefix = prefixes.find((each) => id.startsWith(`${each}-`));
    return prefix ? [{ prefix, id }] : [];
  });
  const left = query.replaceAll(ids, ' ').replace(/\s+/g, ' ').trim();
  return { query: /[\p{L}\p{N}]/u.test(left) ? left : undefined, named };
}

function marksOf(named: Named[], kinds: Kinds): string[][] {
  const prefixes = [...new Set(named.map(({ prefix }) => prefix))];
  return prefixes.map((prefix) =>
    named.flatMap((each) => (each.prefix === prefix ? [`${kinds[prefix]}/${each.id}`] : [])),
  );
}
