import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Who runs a server on this cluster. `owner`: the living process that started it; the other kinds have the server's own pid. */
export type Holder =
  | { kind: 'nobody' }
  | { kind: 'stranger' }
  | { kind: 'changing'; pid: number }
  | { kind: 'orphan'; pid: number }
  | { kind: 'owner'; pid: number };

export async function holderOf(cluster: string): Promise<Holder> {
  const lines = (await readText(join(cluster, 'postmaster.pid'))).split('\n');
  const pid = Number(lines[0]);
  if (!pid || !isAlive(pid)) return { kind: 'nobody' };
  if (!(await commandLine(pid)).includes(`-D ${cluster} -c`)) return { kind: 'stranger' };
  // A server that is not ready may not have written its postmaster.opts yet.
  if (lines[7]?.trim() !== 'ready') return { kind: 'changing', pid };
  const owner = Number(/countersign\.owner=(\d+)/.exec(await readText(join(cluster, 'postmaster.opts')))?.[1]);
  return owner && isAlive(owner) ? { kind: 'owner', pid: owner } : { kind: 'orphan', pid };
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await readText(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ');
  return (
    (await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined))?.stdout ?? ''
  );
}

function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
