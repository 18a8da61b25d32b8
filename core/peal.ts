const SLOT_MS = 50;
/** Bells in a slot from which on it is worth to wait for more; one turn after the other rings fewer. */
const MANY = 8;
/** How long a bell then waits for others, and how many go as one job. */
const WAIT_MS = 10;
const MOST = 16;

export type Peal<B> = { ring(bell: B): void; flush(): void };

/** Where many bells ring, those that ring close to each other go together, as one job; otherwise each goes at once. */
export function openPeal<B>(send: (bells: B[]) => void): Peal<B> {
  const waiting: B[] = [];
  const areMany = openCount();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) send(waiting.splice(0, MOST));
  }

  return {
    ring(bell) {
      waiting.push(bell);
      if (areMany()) timer ??= setTimeout(flush, WAIT_MS);
      else flush();
    },
    flush,
  };
}

/** Counts one more, and tells whether the last slot had many. */
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
