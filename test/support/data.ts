import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inRun, makeOnce } from './claim.ts';
import { ready, run, workplace } from './process.ts';

/** Makes a data folder as a first `npm start` leaves it: the Postgres, its tables, the demonstration data. */
export async function prepareData(folder: string): Promise<void> {
  const made = inRun('used-data');
  await makeOnce('used-data', () => startAndStop(made));
  // Not by Node, which does not keep the owner: as root, Postgres runs as another.
  await promisify(execFile)('cp', ['-a', made, folder]);
}

async function startAndStop(folder: string): Promise<void> {
  const place = workplace();
  const program = run('start.ts', place, { DATA_DIR: folder });
  await ready(program);
  const code = await program.stop();
  rmSync(place, { recursive: true });
  if (code !== 0) throw new Error(`npm start ended with ${code}: ${program.err()}`);
  const settings = join(folder, 'postgres.json');
  const { password } = JSON.parse(readFileSync(settings, 'utf8')) as { password: string };
  // Not the port, or copies that run side by side would contend for it.
  writeFileSync(settings, JSON.stringify({ password }));
}
