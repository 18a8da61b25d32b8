import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './app.ts';
import { inRun } from './claim.ts';
import { bundled, type Entry } from './programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Program = {
  child: ChildProcess;
  out(): string;
  err(): string;
  /** The code it ends with, or the signal. */
  ended: Promise<number | string>;
  stop(): Promise<number | string>;
};

/** A folder with the desks, as a checkout has them, and whatever else the test puts there. */
export function workplace(): string {
  const folder = mkdtempSync(inRun('start-'));
  cpSync(join(root, 'desks'), join(folder, 'desks'), { recursive: true });
  return folder;
}

/** One of the programs as a process of its own, which sees these variables and nothing of ours. */
export function run(entry: Entry, cwd: string, variables: Record<string, string>, how = bundled): Program {
  return spawnProgram([process.execPath, ...how(entry)], cwd, variables);
}

export function spawnProgram(words: string[], cwd: string, variables: Record<string, string>): Program {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...variables };
  const [command = '', ...args] = words;
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { child, out: () => out, err: () => err, ended, stop };
}

/** Waits until the program says that it is ready, and gives its URL if it says one. */
export async function ready(program: Program): Promise<string> {
  const gone = program.ended.then((code) => {
    throw new Error(`it ended with ${code} before it was ready: ${program.err()}${program.out()}`);
  });
  await Promise.race([
    gone,
    until(() => /\bready\b/.test(program.out()) || undefined, 'the program to be ready', 100_000),
  ]);
  return /http:\/\/\S+/.exec(program.out())?.[0] ?? '';
}

/** The processes that work on this folder or were started from it. */
export function processesOn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && commandLine(pid).includes(folder));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
