import { isatty } from 'node:tty';

/** A fault in the setup that a person must correct. Its message is one line that says how. */
export class SetupFault extends Error {}

export type Running = { stop(): Promise<void> };

/** The terminal sends Ctrl-C to us, and npm passes it on: two signals within this time count as one. */
const SAME_SIGNAL_MS = 1000;

/** Runs a process until a signal stops it, even while it starts. A second signal ends it at once. */
export async function runUntilSignalled(start: () => Promise<Running>): Promise<void> {
  let signalledAt: number | undefined;
  const stop = async () => {
    if (signalledAt !== undefined) {
      if (Date.now() - signalledAt > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    signalledAt = Date.now();
    await (await starting).stop().catch(fail);
    process.exit(0);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const starting = start().catch(fail);
  await starting;
}

/**
 * Calls `act` on SIGHUP, where no terminal is attached: a terminal sends SIGHUP when it closes, and then the process
 * ends.
 */
export function onHangup(act: () => void): void {
  const isOnTerminal = [0, 1, 2].some((stream) => isatty(stream));
  if (!isOnTerminal) process.on('SIGHUP', act);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof SetupFault ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
