import { mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';

const PATIENCE_MS = 240_000;

/** Whether this test is the first of the whole run to ask for the name: making a folder is what claims it. */
export function claim(name: string): boolean {
  try {
    mkdirSync(inRun(`claimed-${name}`));
    return true;
  } catch {
    return false;
  }
}

/** What all test files of a run share is made by the first one that asks; the others wait for it. */
export async function makeOnce(name: string, make: () => Promise<void>): Promise<void> {
  const outcome = inRun(`outcome-${name}`);
  if (!claim(name)) return untilMade(outcome);
  const fault = await make().then(
    () => '',
    (error: Error) => error.message,
  );
  await writeFile(`${outcome}.draft`, fault);
  await rename(`${outcome}.draft`, outcome);
  if (fault) throw new Error(fault);
}

async function untilMade(outcome: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
    const fault = await readFile(outcome, 'utf8').catch(() => null);
    if (fault) throw new Error(fault);
    if (fault === '') return;
  }
  throw new Error(`Another test file did not write ${outcome} within ${PATIENCE_MS / 1000} seconds.`);
}

/** A place in the folder that all test files of a run share. */
export function inRun(name: string): string {
  return join(inject('runFolder'), name);
}
