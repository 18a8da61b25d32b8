/** Ways in which a call fails. The `_after_accepting` kinds and `slow` do the work first: only the answer suffers. */
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

/** How all of Slack behaves until the next change. */
export type FaultLevel = 'ok' | 'slow' | 'down' | 'lossy';
export type Mishaps = { level: FaultLevel; calls: number };

export const noMishaps = (): Mishaps => ({ level: 'ok', calls: 0 });

const SLOW: Fault = { kind: 'slow', ms: 2_000 };
const DOWN: Fault = { kind: '502' };
/** Hits every third call with the next of these: a second try gets through, and most failed calls have been accepted. */
const LOSSY: Fault[] = [
  { kind: 'reset_after_accepting' },
  { kind: '502' },
  { kind: 'hang_after_accepting' },
  { kind: '502_after_accepting' },
];
const LOSSY_EVERY = 3;

/** The fault of the next call. */
export function nextMishap(mishaps: Mishaps): Fault | undefined {
  switch (mishaps.level) {
    case 'ok':
      return undefined;
    case 'slow':
      return SLOW;
    case 'down':
      return DOWN;
    case 'lossy': {
      mishaps.calls += 1;
      const failures = mishaps.calls / LOSSY_EVERY;
      return Number.isInteger(failures) ? LOSSY[(failures - 1) % LOSSY.length] : undefined;
    }
  }
}
