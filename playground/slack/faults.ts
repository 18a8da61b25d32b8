/** What goes wrong with a call. The `_after_accepting` kinds and `slow` do the work first: only the answer suffers. */
export type Fault = (
  | { kind: '429'; retryAfter: number }
  | { kind: '502' }
  | { kind: '502_after_accepting' }
  | { kind: 'hang' }
  | { kind: 'hang_after_accepting' }
  | { kind: 'reset' }
  | { kind: 'reset_after_accepting' }
  | { kind: 'error'; error: string }
  | { kind: 'slow'; ms: number }
) & { times?: number };

export type FaultQueue = Map<string, { fault: Fault; left: number }[]>;

const ACCEPTING = new Set<Fault['kind']>([
  '502_after_accepting',
  'hang_after_accepting',
  'reset_after_accepting',
  'slow',
]);

export function queueFault(queue: FaultQueue, method: string, fault: Fault): void {
  const waiting = queue.get(method) ?? [];
  waiting.push({ fault, left: fault.times ?? 1 });
  queue.set(method, waiting);
}

export function takeFault(queue: FaultQueue, method: string): Fault | undefined {
  const waiting = queue.get(method);
  const first = waiting?.[0];
  if (!waiting || !first) return undefined;
  first.left -= 1;
  if (first.left <= 0) waiting.shift();
  return first.fault;
}

export const isAccepted = (fault: Fault): boolean => ACCEPTING.has(fault.kind);

/** How Slack is as a whole, until it is set otherwise. */
export type FaultLevel = 'ok' | 'slow' | 'down' | 'lossy';
export type Mishaps = { level: FaultLevel; calls: number };

export const noMishaps = (): Mishaps => ({ level: 'ok', calls: 0 });

const SLOW: Fault = { kind: 'slow', ms: 2_000 };
const DOWN: Fault = { kind: '502' };
/** In turn: every other call goes well, so whoever tries again gets through, and most that fail have been accepted. */
const LOSSY: (Fault | undefined)[] = [
  { kind: 'reset_after_accepting' },
  undefined,
  { kind: '502' },
  undefined,
  { kind: 'hang_after_accepting' },
  undefined,
  { kind: '502_after_accepting' },
  undefined,
];

/** What happens to the next call. */
export function nextMishap(mishaps: Mishaps): Fault | undefined {
  switch (mishaps.level) {
    case 'ok':
      return undefined;
    case 'slow':
      return SLOW;
    case 'down':
      return DOWN;
    case 'lossy': {
      const mishap = LOSSY[mishaps.calls % LOSSY.length];
      mishaps.calls += 1;
      return mishap;
    }
  }
}
