import { splitOutside } from './outside.ts';
import { DATE, ID, isAll, MONEY, startsWith } from './values.ts';

/** Longer ones are told in lines: they would make a table unreadable. */
const LONGEST_CELL = 90;

/** The parts of a row such as `ID "Title" (a, b, c)` or `Name (ID): a, b`; none where it is rather a text than a record. */
export function cellsOf(row: string): string[] {
  const [lead = '', ...more] = parted(row);
  const cells = joinIds([...leadCells(lead), ...more].map((cell) => cell.trim()).filter((cell) => cell !== ''));
  return cells.some((cell) => cell.length > LONGEST_CELL) ? [] : cells;
}

/** At the commas, and at those in the first brackets behind the lead. */
function parted(row: string): string[] {
  const [lead = '', ...rest] = splitOutside(row, BETWEEN);
  const [, name, inside, behind = ''] = BRACKETS.exec(lead) ?? [];
  if (name === undefined || inside === undefined) return [lead, ...rest.flatMap(titled)];
  const isOwner = / (?:of|for) /.test(name) && isAll(ID, inside);
  if (isOwner) return [`${name} (${inside})${behind}`, ...rest];
  return [name, ...splitOutside(inside, ', '), ...(behind === '' ? [] : [behind]), ...rest];
}

/** Between two parts of a row, a colon behind brackets being one as well. */
const BETWEEN = /, |(?<=\)): /;
const BRACKETS = /^([^("]*|[^("]*"[^"]*") \(([^()]*)\)(.*)$/;

/** A title may stand in the middle, with what belongs to it in brackets. */
function titled(cell: string): string[] {
  const [, title, inside] = /^("[^"]*") \(([^()]*)\)$/.exec(cell) ?? [];
  return title === undefined || inside === undefined ? [cell] : [title, ...splitOutside(inside, ', ')];
}

/** `TXN-00110 2026-11-28 Amazon Purchase -$89.99` and its like. */
function leadCells(lead: string): string[] {
  const cells: string[] = [];
  let rest = lead.trim();
  for (const shape of [ID, DATE]) {
    const found = startsWith(shape, rest);
    if (found === '') continue;
    cells.push(found);
    rest = rest.slice(found.length).trim();
  }
  const [, name, owner] = /^(.+?) of (.+ \([^()]*\))$/.exec(rest) ?? [];
  if (name !== undefined && owner !== undefined) return [...cells, name, owner];
  const [, text = '', amount = ''] = new RegExp(`^(.*?)\\s*(${MONEY.source})?$`).exec(rest) ?? [];
  return [...cells, text, amount];
}

/** "about CUST-014, ORD-1022" is one thing. */
function joinIds(cells: string[]): string[] {
  const joined: string[] = [];
  for (const cell of cells) {
    const last = joined.at(-1);
    const goesOn = last !== undefined && isAll(ID, cell) && /^[a-z]+ .*\d$/.test(last);
    if (goesOn) joined[joined.length - 1] = `${last}, ${cell}`;
    else joined.push(cell);
  }
  return joined;
}
