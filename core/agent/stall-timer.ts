export type StallTimer = {
  signal: AbortSignal;
  /** Call it for each piece that arrives: from then on the idle limit counts. */
  arrived(): void;
  /** Says what did not come in time; undefined where nothing is late. */
  late(): string | undefined;
  end(): void;
  cut(): void;
};

/** Has a controller of its own for each try: the client never removes its listener from the signal that it gets. */
export function openStallTimer(
  signal: AbortSignal,
  limits: { firstByteTimeoutMs: number; idleTimeoutMs: number },
): StallTimer {
  const controller = new AbortController();
  const cut = () => controller.abort();
  let late: string | undefined;
  const expire = (detail: string) => {
    late = detail;
    cut();
  };
  const { firstByteTimeoutMs: first, idleTimeoutMs: idle } = limits;
  let timer = setTimeout(expire, first, `The model sent nothing within ${first} ms`);
  let begun = false;
  signal.addEventListener('abort', cut, { once: true });
  return {
    signal: controller.signal,
    arrived() {
      if (begun) return void timer.refresh();
      begun = true;
      clearTimeout(timer);
      timer = setTimeout(expire, idle, `The model fell silent for ${idle} ms in the middle of its answer`);
    },
    late: () => late,
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
    },
    cut,
  };
}
