export type Poller = { soon(): void; close(): void };

const SOON_MS = 100;

/**
 * Reads something now, every `everyMs`, and shortly after `soon()`; hands on a result that differs from the last one. A
 * failed read is tried again the next time.
 */
export function openPoller<T>(everyMs: number, read: () => Promise<T>, show: (value: T) => void): Poller {
  let shown: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let state: 'idle' | 'reading' | 'again' | 'closed' = 'idle';
  const is = (one: typeof state) => state === one;

  async function poll(): Promise<void> {
    state = 'reading';
    const value = await read().catch(() => undefined);
    if (is('closed')) return;
    if (value !== undefined && JSON.stringify(value) !== shown) {
      shown = JSON.stringify(value);
      show(value);
    }
    wait(is('again') ? SOON_MS : everyMs);
    state = 'idle';
  }

  function wait(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(poll, ms);
  }

  void poll();
  return {
    soon() {
      if (state === 'reading') state = 'again';
      if (state === 'idle') wait(SOON_MS);
    },
    close() {
      state = 'closed';
      clearTimeout(timer);
    },
  };
}
