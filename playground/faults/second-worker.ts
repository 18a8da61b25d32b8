import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';

export type SecondWorker = {
  pid: number;
  /** False where it ended before it could take a job. */
  ready: Promise<boolean>;
  gone: Promise<void>;
  kill(): void;
  /** Asks it to finish what it has in hand. */
  end(): void;
};

/** How a worker is started apart: the program, and the variables that name the same parts as this process has. */
export type WorkerProgram = { file: string; variables: Record<string, string | undefined> };

const reporter = new URL('./report.mjs', import.meta.url).href;
/** Passes on every other line: they are the worker's log. */
const READY = 'The workers are ready.';

/** A worker in a process of its own. `note` is told what it takes in hand. */
export function startSecondWorker(
  { file, variables }: WorkerProgram,
  note: (work: unknown, pid: number) => void,
): SecondWorker {
  const child = fork(file, {
    env: { ...process.env, ...variables },
    execArgv: [...process.execArgv, '--import', reporter],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const { pid } = child;
  if (pid === undefined) throw new Error('The second worker could not be started.');
  child.on('message', (work) => note(work, pid));
  const lines = createInterface({ input: child.stdout! });
  const isReady = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      if (line === READY) resolve(true);
      else process.stdout.write(`${line}\n`);
    });
  });
  return {
    pid,
    ready: Promise.race([isReady, gone.then(() => false)]),
    gone,
    // child.kill() does nothing after the child's exit, so it never hits another process with that pid.
    kill: () => void child.kill('SIGKILL'),
    end: () => void child.kill('SIGTERM'),
  };
}
