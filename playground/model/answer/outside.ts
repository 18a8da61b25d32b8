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

const LONGEST_HIDDEN = 400;
const CLOSING: Record<string, string> = { ')': '(', ']': '[', '”': '“' };

/** Of each character: within how many brackets and quotations it stands. What never closes, or much later, hides nothing. */
function depths(text: string): Int32Array {
  const depth = new Int32Array(text.length + 1);
  const hide = (from: number, to: number) => {
    if (to - from > LONGEST_HIDDEN) return;
    depth[from]! += 1;
    depth[to + 1]! -= 1;
  };
  const opened: Record<string, number[]> = { '(': [], '[': [], '“': [] };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const end = char === '"' ? quoteEnd(text, at) : -1;
    if (end > 0) hide(at, end);
    if (end > 0) at = end;
    else if (opened[char]) opened[char].push(at);
    else {
      const from = opened[CLOSING[char] ?? '']?.pop();
      if (from !== undefined) hide(from, at);
    }
  }
  for (let at = 1; at < depth.length; at++) depth[at]! += depth[at - 1]!;
  return depth;
}

/** A quotation opens behind a space or a bracket only: the sign in 7" does not. */
function quoteEnd(text: string, at: number): number {
  if (at > 0 && !/[\s([:]/.test(text.charAt(at - 1))) return -1;
  const end = text.slice(at + 1, at + 1 + LONGEST_HIDDEN).indexOf('"');
  return end < 0 ? -1 : at + 1 + end;
}
