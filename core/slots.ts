export type Slots = { run(work: () => Promise<void>): Promise<void>; close(): void };

/** Runs at most this many at once. `close` drops those that still wait. */
export function openSlots(most: number): Slots {
  const waiting: (() => void)[] = [];
  let free = most;
  let closed = false;

  async function take(): Promise<void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
  }

  function give(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  return {
    async run(work) {
      await take();
      try {
        if (!closed) await work();
      } finally {
        give();
      }
    },
    close() {
      closed = true;
    },
  };
}
