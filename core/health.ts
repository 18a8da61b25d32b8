/** Returns the state of a part in words. It begins with "degraded" or "down" where something is wrong. */
export type Check = () => Promise<string> | string;

export type Health = { status: 'ok' | 'degraded' | 'down' | 'stopping'; parts: Record<string, string> };

export type HealthReport = {
  read(): Promise<Health>;
  /** Reports `stopping` from now on, so that nobody sends new requests to this process. */
  announceStop(): void;
};

const PATIENCE_MS = 2_000;

/** A check that hangs counts as down. */
export function openHealth(checks: Record<string, Check>): HealthReport {
  let isStopping = false;
  return {
    async read() {
      const outcomes = Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const);
      const parts = Object.fromEntries(await Promise.all(outcomes));
      return { status: isStopping ? 'stopping' : statusOf(Object.values(parts)), parts };
    },
    announceStop() {
      isStopping = true;
    },
  };
}

function statusOf(parts: string[]): Health['status'] {
  if (parts.some((part) => part.startsWith('down'))) return 'down';
  return parts.some((part) => part.startsWith('degraded')) ? 'degraded' : 'ok';
}

async function outcome(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('down: no answer'), PATIENCE_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return `down: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

/** The answer for load balancers and container checks. Still 200 with a tool server down: everything else works. */
export function httpAnswer({ status, parts }: Health): { code: 200 | 503; body: string } {
  const code = status === 'ok' || status === 'degraded' ? 200 : 503;
  return { code, body: `${JSON.stringify({ status, parts })}\n` };
}

/** A tool server that is down costs its own calls only. */
export function toolsText(states: Record<string, string>): string {
  const words = Object.entries(states).map(([name, state]) => `${name} ${state}`);
  const text = words.join(', ') || 'starting';
  return Object.values(states).includes('down') ? `degraded: ${text}` : text;
}
