/** Finds the known name that was probably meant; undefined where none is similar. */
export function nearest(written: string, known: string[]): string | undefined {
  const most = Math.max(2, Math.floor(written.length / 3));
  const near = known
    .map((name) => ({ name, changes: changesBetween(written, name) }))
    .filter(({ changes }) => changes <= most)
    .sort((one, other) => one.changes - other.changes);
  return near[0]?.name;
}

/** How many letters differ. */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [to, sought] of [...other].entries()) {
      const swapped = (row[to] ?? 0) + (letter === sought ? 0 : 1);
      next.push(Math.min(swapped, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
