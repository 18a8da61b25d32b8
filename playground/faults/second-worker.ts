import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';

export type SecondWorker = {
  pid: number;
  /** False where it ended before it could take a job. */
  ready: Promise<boolean>;
  gone: Promise<void>;
  kill(): void;
  /** Asks it to finish its work and end. */
  end(): void;
};

/** How a worker is started in a process of its own: the program, and the variables that name this process's parts. */
export type WorkerProgram = { file: string; variables: Record<string, string | undefined> };

const reporter = new URL('./report.mjs', import.meta.url).href;
/** All other lines are the worker's log and are passed on. */
const READY = 'The workers are ready.';

/** A worker in a process of its own. `note` gets each job and turn that it begins. */
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
