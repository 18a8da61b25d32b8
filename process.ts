import { isatty } from 'node:tty';

/** A fault that a person has to mend: its message is one line that says how. */
export class SetupFault extends Error {}

export type Running = { stop(): Promise<void> };

/** npm hands on to us what the terminal has sent us already: within this time it is one and the same word. */
const SAME_SIGNAL_MS = 1000;

/** Runs a process until it is told to stop, be it while it starts; told once more, it does not wait. */
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

/** For a service that is told to read its files again. A terminal sends the signal when it closes: there it ends us. */
export function onHangup(act: () => void): void {
  const isOnTerminal = [0, 1, 2].some((stream) => isatty(stream));
  if (!isOnTerminal) process.on('SIGHUP', act);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof SetupFault ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
