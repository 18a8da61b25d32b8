/** Where quotes and brackets do not hide it: at depth 0. */
export function splitOutside(text: string, separator: string | RegExp): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { at, length } of separatorsOutside(text, separator)) {
    if (at < from) continue;
    pieces.push(text.slice(from, at));
    from = at + length;
  }
  return [...pieces, text.slice(from)];
}

export function separatorsOutside(text: string, separator: string | RegExp): { at: number; length: number }[] {
  const open = depths(text);
  const shape = typeof separator === 'string' ? new RegExp(literal(separator), 'g') : new RegExp(separator, 'g');
  return [...text.matchAll(shape)]
    .filter(({ index }) => open[index] === 0)
    .map(({ index, 0: found }) => ({ at: index, length: found.length }));
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Of each character: within how many brackets it stands, a quotation counting as one. What never closes hides nothing. */
function depths(text: string): Uint8Array {
  const depth = new Uint8Array(text.length);
  const closing: Record<string, string> = { '(': ')', '[': ']', '“': '”' };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const end = char === '"' ? quoteEnd(text, at) : bracketEnd(text, at, char, closing[char]);
    if (end < 0) continue;
    depth.fill(1, at, end + 1);
    at = end;
  }
  return depth;
}

const LONGEST_HIDDEN = 400;

/** A quote opens behind a space or a bracket only: the one in 7" does not. */
function quoteEnd(text: string, at: number): number {
  if (at > 0 && !/[\s([:]/.test(text.charAt(at - 1))) return -1;
  const end = text.indexOf('"', at + 1);
  return end - at > LONGEST_HIDDEN ? -1 : end;
}

function bracketEnd(text: string, at: number, opening: string, closing: string | undefined): number {
  if (!closing) return -1;
  let depth = 0;
  for (let i = at; i < text.length && i - at <= LONGEST_HIDDEN; i++) {
    if (text.charAt(i) === opening) depth += 1;
    else if (text.charAt(i) === closing) depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}
