/** "houshold" for household: a letter left out, put in or exchanged, or two in the wrong order. */
export function isMistyped(said: string, meant: string): boolean {
  if (said === meant || Math.abs(said.length - meant.length) > 1) return false;
  let from = 0;
  while (from < said.length && said[from] === meant[from]) from += 1;
  let back = 0;
  while (back < Math.min(said.length, meant.length) - from && said.at(-1 - back) === meant.at(-1 - back)) back += 1;
  const [left, right] = [said.slice(from, said.length - back), meant.slice(from, meant.length - back)];
  return Math.max(left.length, right.length) <= 1 || (left.length === 2 && left === [...right].reverse().join(''));
}
