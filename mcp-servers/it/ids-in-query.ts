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

// Ids in a query mean these records and are no words.

const records = {
  TKT: { is: isTicket, none: noSuchTicket },
  CUST: { is: isCustomer, none: noSuchCustomer },
  AST: { is: isAsset, none: noSuchAsset },
  KB: { is: isArticle, none: noSuchArticle },
};
type Prefix = keyof typeof records;
/** By which mark a search finds what an id with this prefix names. */
type Kinds = Partial<Record<Prefix, string>>;
type Named = { prefix: Prefix; id: string };

/** `query`: the words that were searched, if any. `leftOut`: those that were not, because nothing that is named fits them. */
export type Naming = Refused | ({ kind: 'found'; query: string | undefined; leftOut?: string } & Found);

/** One of each kind that is named must fit, beside the words that are left. */
export async function searchNaming(db: ToolDatabase, kind: Kind, kinds: Kinds, asked: Question): Promise<Naming> {
  const { query, named } = namedIn(asked.query, kinds);
  for (const { prefix, id } of named) {
    const { is, none } = records[prefix];
    if (!(await is(db, id))) return none(id);
  }
  const marks = [...asked.marks, ...marksOf(named, kinds)];
  const said = await search(db, kind, { ...asked, query, marks });
  if (query !== undefined && named.length > 0 && said.total === 0) {
    // "What about TKT-004", or a word that it does not have: what is meant is still the ticket.
    const alone = await search(db, kind, { ...asked, query: undefined, marks });
    const leftOut = said.searched ? query : undefined;
    if (alone.total > 0 || !said.searched) return { kind: 'found', query: undefined, leftOut, ...alone };
  }
  return said.searched ? { kind: 'found', query, ...said } : nothingToSearch(query);
}

function namedIn(query: string | undefined, kinds: Kinds): { query: string | undefined; named: Named[] } {
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
