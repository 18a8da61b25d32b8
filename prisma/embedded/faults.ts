import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Postgres's own reason for ending, from its output. */
export function reasonIn(said: readonly string[]): string {
  const fatal = said.find((line) => /FATAL:|PANIC:/.test(line)) ?? said.at(-1) ?? 'it ended without a message';
  return fatal.replace(/^.*(?:FATAL|PANIC): */, '').replace(/^(?:postgres: |but )/, '');
}

/** One line that says why the embedded Postgres did not start, and what to do. */
export async function startFault(cluster: string, reason: string): Promise<string> {
  if (reason.includes('incompatible with server')) {
    const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
    return (
      `${cluster} was made by Postgres ${version}, and the embedded Postgres is of another version: move that folder ` +
      `away to begin with an empty database, or run it with a Postgres ${version} and set DATABASE_URL to that.`
    );
  }
  return `The embedded Postgres did not start: ${reason}. ${remedyFor(reason, cluster)}`;
}

export function damaged(cluster: string): string {
  return (
    `Files in ${cluster} are missing or damaged: put back a copy of that folder, or move it away to begin with an ` +
    'empty database.'
  );
}

const otherwise = 'or set DATABASE_URL to a Postgres of your own.';

function remedyFor(reason: string, cluster: string): string {
  if (/No space left|quota/i.test(reason)) return 'Make room on the disk and start again.';
  if (/memory|semaphore|Too many open files/i.test(reason)) return `End other programs and start again, ${otherwise}`;
  if (/permission|ownership/i.test(reason)) return `Let its owner alone read and write ${cluster}, ${otherwise}`;
  if (/still running/.test(reason)) return 'Wait until they have ended, and start again.';
  return damaged(cluster);
}
