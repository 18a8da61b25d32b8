const SLOT_MS = 50;
/** Batch only when the previous slot had more than this; sequential turns never reach that. */
const MANY = 8;
/** How long an item waits for others then, and how many go in one batch. */
const WAIT_MS = 10;
const MOST = 16;

export type Batch<T> = { add(item: T): void; flush(): void };

/**
 * Sends each item at once. Those that come while a batch is under way go together as the next one, and when many come,
 * also those close together.
 */
export function openBatch<T>(send: (items: T[]) => Promise<void>): Batch<T> {
  const waiting: T[] = [];
  const areMany = openCount();
  let timer: NodeJS.Timeout | undefined;
  let underWay = 0;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      underWay += 1;
      void send(waiting.splice(0, MOST)).finally(() => {
        underWay -= 1;
        if (underWay === 0 && !timer) flush();
      });
    }
  }

  return {
    add(item) {
      waiting.push(item);
      if (areMany()) timer ??= setTimeout(flush, WAIT_MS);
      else if (underWay === 0 && !timer) flush();
    },
    flush,
  };
}

/** Counts an item, and tells whether the previous slot had many. */
function openCount(): () => boolean {
  let began = 0;
  let count = 0;
  let many = false;
  return () => {
    const age = performance.now() - began;
    if (age > SLOT_MS) {
      many = count > MANY && age < 2 * SLOT_MS;
      began += age;
      count = 0;
    }
    count += 1;
    return many;
  };
}
