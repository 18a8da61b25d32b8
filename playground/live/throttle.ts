/** Runs the first act of a key at once, then only the last of those that come within the gap, when the gap ends. */
export function openThrottle(gapMs: number) {
  const gaps = new Map<string, { timer: NodeJS.Timeout; next?: () => void }>();

  function run(key: string, act: () => void): void {
    const gap = gaps.get(key);
    if (gap) gap.next = act;
    else begin(key, act);
  }

  function begin(key: string, act: () => void): void {
    gaps.set(key, { timer: setTimeout(() => end(key), gapMs) });
    act();
  }

  function end(key: string): void {
    const next = gaps.get(key)?.next;
    gaps.delete(key);
    if (next) begin(key, next);
  }

  function close(): void {
    for (const { timer } of gaps.values()) clearTimeout(timer);
    gaps.clear();
  }

  return { run, close };
}
