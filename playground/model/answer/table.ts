import { cellsOf } from './cells.ts';
import { type Column, type Hints, labelled } from './labels.ts';
import { capital, ID, inWords, isAll, MONEY, thingIn } from './values.ts';

export type Table = { heads: string[]; rows: string[][] };

const MOST_COLUMNS = 7;
/** With more beside, lines are read more easily. */
const LONGEST_DETAILS = 120;

/** A table of rows of one shape; none where they have no shape in common, or their columns no names. */
export function tableOf(rows: string[], noun: string, hints: Hints, said: string): Table | undefined {
  const cells = rows.map(cellsOf);
  const width = Math.min(...cells.map((row) => row.length));
  if (rows.length < 2 || width < 2) return undefined;
  const columns = Array.from({ length: width }, (_, at) =>
    columnAt(
      cells.map((row) => row[at] ?? ''),
      at,
      cells,
      hints,
      noun,
    ),
  );
  const rests = cells.map((row) => row.slice(width));
  return assemble(columns, rests, hints, said);
}

type Found = { column: Column | undefined; cells: string[] };

function columnAt(cells: string[], at: number, all: string[][], hints: Hints, noun: string): Found {
  const column = labelled(cells, hints, noun);
  if (column) return { column, cells };
  // What stands first, or right behind the id of the row, is the row's name.
  const isText = cells.every((cell) => /^(?:of|on|by|from|in|for|to) /.test(cell));
  const isName = !isText && (at === 0 || (at === 1 && all.every((row) => isAll(ID, row[0] ?? ''))));
  if (!isName) return { column: undefined, cells };
  const isTitle = cells.some((cell) => cell.split(' ').length > 3);
  return { column: { head: isTitle ? 'Title' : nameHead(at, noun), cells }, cells };
}

function nameHead(at: number, noun: string): string {
  return at === 0 && noun !== '' ? capital(thingIn(noun)) : 'Name';
}

/** What has no name of its own is gathered in one last column, which has a name only where the tool's arguments give one. */
function assemble(found: Found[], rests: string[][], hints: Hints, said: string): Table | undefined {
  const known = found.flatMap(({ column }) => column ?? []).filter((column) => !isSaid(column, said));
  const loose = found.filter(({ column }) => column === undefined).map(({ cells }) => cells);
  if (known.length < 2) return undefined;
  const details = rests.map((rest, at) => [...loose.map((cells) => cells[at] ?? ''), ...rest].join(', '));
  if (details.some((detail) => detail.length > LONGEST_DETAILS)) return undefined;
  const hasDetails = details.some((detail) => detail !== '');
  const isNames = loose.every((cells) =>
    cells.every((cell) => /^(?:(?:\p{Lu}[\p{L}'’.-]*(?: |$))+|(?:nobody|no one|none|un)\b.*)$/u.test(cell)),
  );
  const [only] = hints.texts;
  const isPlain = isNames && loose.length === 1 && rests.every((rest) => rest.length === 0);
  const head = isPlain && hints.texts.length === 1 && only ? capital(inWords(only)) : 'Details';
  if (known.length + (hasDetails ? 1 : 0) > MOST_COLUMNS) return undefined;
  const columns = hasDetails ? [...known, { head, cells: details }] : known;
  return {
    heads: distinct(columns),
    rows: rests.map((_, at) => columns.map(({ cells }) => cells[at] ?? '')),
  };
}

/** The same in every row, and said already. */
function isSaid({ cells }: Column, said: string): boolean {
  const [first = ''] = cells;
  const id = new RegExp(ID.source).exec(first)?.[0] ?? first;
  return cells.every((cell) => cell === first) && (said.includes(first) || said.includes(id));
}

/** The id behind a name is its id. */
function distinct(columns: Column[]): string[] {
  return columns.map(({ head, cells }, at) => {
    const before = columns.slice(0, at).filter((other) => other.head === head).length;
    const isTaken = columns.slice(at + 1).some((other) => other.head === head);
    if (isTaken && cells.every((cell) => isAll(MONEY, cell))) return 'Amount';
    if (before === 0 || cells.every((cell) => isAll(MONEY, cell))) return head;
    return before === 1 && cells.every((cell) => isAll(ID, cell)) ? 'Id' : `${head} ${before + 1}`;
  });
}

export function tableText({ heads, rows }: Table): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
