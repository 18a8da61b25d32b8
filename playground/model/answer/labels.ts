import type { Result, Schema, Tool } from '../types.ts';
import { capital, DATE, EMAIL, ID, inWords, isAll, MONEY, PHONE, thingIn } from './values.ts';

/** A column of a table: its head, and its cells without what the head says by now. */
export type Column = { head: string; cells: string[] };

/** What the tool's parameters tell of the values that it gives. */
export type Hints = {
  choices: Map<string, string[]>;
  ids: [prefix: string, head: string][];
  texts: string[];
  /** What the tool calls its sums of money. */
  amount: string;
};

export function hintsOf({ tool }: Pick<Result, 'tool'>, others: Tool[]): Hints {
  const params = Object.entries(propertiesOf(tool.parameters));
  const everywhere = [tool, ...others]
    .flatMap(({ parameters }) => Object.entries(propertiesOf(parameters)))
    .filter(([name]) => !SEARCHES.test(name));
  return {
    choices: new Map(params.map(([name, schema]) => [name, choicesIn(schema)])),
    ids: everywhere.flatMap(([name, schema]) =>
      prefixesIn(schema).map((prefix): [string, string] => [prefix, headOf(name)]),
    ),
    amount: /\b(price|total|balance|cost)s?\b/i.exec(tool.description)?.[1]?.toLowerCase() ?? 'amount',
    texts: params.filter(([name, schema]) => isPlainText(name, schema)).map(([name]) => name),
  };
}

function propertiesOf(schema: Schema): Record<string, Schema> {
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? (properties as Record<string, Schema>) : {};
}

function choicesIn(schema: Schema): string[] {
  const here = Array.isArray(schema.enum) ? schema.enum.filter((one) => typeof one === 'string') : [];
  const below = [schema.items, ...(Array.isArray(schema.anyOf) ? schema.anyOf : [])];
  return [
    ...here,
    ...below.flatMap((one) => (typeof one === 'object' && one !== null ? choicesIn(one as Schema) : [])),
  ];
}

/** From a pattern such as `^CUST-\d{3}$`, or from an example in the description. */
function prefixesIn({ pattern, description }: Schema): string[] {
  const written = `${typeof pattern === 'string' ? pattern : ''} ${typeof description === 'string' ? description : ''}`;
  return [...written.matchAll(/([A-Za-z]{2,12}[-_])(?=\d|\\d|\[|\()/g)].map(([, prefix = '']) => prefix);
}

function headOf(name: string): string {
  return capital(inWords(name).replace(/ (?:id|no|number)$/, ''));
}

/** They take anything, and say nothing of what they find. */
export const SEARCHES = /(?:^|_)(?:query|search|text|q|keywords?|term)$/;

function isPlainText(name: string, { type, pattern, enum: choices }: Schema): boolean {
  return (
    type === 'string' &&
    !pattern &&
    !choices &&
    !/(?:^|_)(?:id|query|search|text|sort|cursor|from|to|since|until|before|after|date)$/.test(name)
  );
}

type Shape = (cells: string[], hints: Hints, noun: string) => Column | undefined;

/** The first that fits names the column. */
const shapes: Shape[] = [
  (cells, hints, noun) => every(cells, (cell) => isAll(ID, cell)) && { head: idHead(cells, hints, noun), cells },
  (cells, { choices }) => named(choices, cells),
  (cells) =>
    every(cells, (cell) => QUOTED.test(cell)) && { head: 'Title', cells: cells.map((cell) => cell.slice(1, -1)) },
  (cells) => every(cells, (cell) => isAll(DATE, cell)) && { head: 'Date', cells },
  (cells) => every(cells, (cell) => isAll(EMAIL, cell)) && { head: 'Email', cells },
  (cells, hints) => every(cells, (cell) => isAll(MONEY, cell)) && { head: capital(hints.amount), cells },
  (cells) => every(cells, (cell) => /^-?\$[\d,.]+ per \w+$/.test(cell)) && { head: 'Price', cells },
  (cells) => every(cells, (cell) => isAll(PHONE, cell)) && { head: 'Phone', cells },
  labelledAlike,
  endingAlike,
  (cells, hints) => {
    if (cells.some((cell) => cell.includes('→'))) return undefined;
    const ids = cells.map((cell) => new RegExp(`(?:^|[ (])(${ID.source})\\)?$`).exec(cell)?.[1] ?? '');
    if (!every(ids, (id) => id !== '')) return undefined;
    return { head: idHead(ids, hints, 'name'), cells: cells.map((cell) => cell.replace(/^(?:of|for|on|in|by) /, '')) };
  },
  (cells) => named(COMMON, cells),
];

const QUOTED = /^"[^"]*"$/;

function every(cells: string[], fits: (cell: string) => boolean): true | undefined {
  return cells.every(fits) || undefined;
}

/** Words that say of themselves what they are, whatever the business. */
const COMMON = new Map(
  Object.entries({
    priority: 'low medium normal high critical urgent minor major p1 p2 p3 p4',
    status:
      'open closed active inactive in_progress waiting resolved solved done todo pending paid unpaid overdue shipped delivered processing cancelled canceled refunded expired expiring_soon suspended trial past_due monitoring new draft completed failed running stopped archived enabled disabled deactivated merged queued online offline',
    tier: 'basic standard premium gold silver bronze platinum enterprise starter business free pro vip',
  }).map(([name, words]) => [name, words.split(' ')]),
);

function named(choices: Map<string, string[]>, cells: string[]): Column | undefined {
  for (const [name, words] of choices) {
    if (words.length > 0 && cells.every((cell) => words.includes(cell.toLowerCase()) || words.includes(cell)))
      return { head: headOf(name), cells };
  }
  return undefined;
}

function idHead(ids: string[], hints: Hints, noun: string): string {
  const known = hints.ids.find(([prefix]) => ids.every((id) => id.startsWith(prefix)));
  if (known) return known[1];
  return noun === '' ? 'Id' : capital(thingIn(noun));
}

const PREPOSITIONS = /^(?:of|on|in|at|by|for|from|to|with|a|an|the|no|not|nobody)$/;

/** "opened 2026-11-27", "about ORD-1001": the common first word is the head. */
function labelledAlike(cells: string[]): Column | undefined {
  const label = /^([a-z]{2,12}) \S/.exec(cells[0] ?? '')?.[1];
  if (!label || !cells.every((cell) => cell.startsWith(`${label} `) && !cell.includes('→'))) return undefined;
  if (PREPOSITIONS.test(label) && label !== 'in') return undefined;
  return { head: capital(label), cells: cells.map((cell) => cell.slice(label.length + 1)) };
}

/** "42.5 kg left", "14 of 15 seats used": so is the common last one. */
function endingAlike(cells: string[]): Column | undefined {
  const label = /^-?[\d.,]+ (?:.*\S )?([a-z]{3,12})$/.exec(cells[0] ?? '')?.[1];
  if (!label || !cells.every((cell) => /^-?[\d.,]/.test(cell) && cell.endsWith(` ${label}`))) return undefined;
  return { head: capital(label), cells: cells.map((cell) => cell.slice(0, -label.length - 1)) };
}

export function labelled(cells: string[], hints: Hints, noun: string): Column | undefined {
  for (const shape of shapes) {
    const column = shape(cells, hints, noun);
    if (column) return column;
  }
  return undefined;
}
