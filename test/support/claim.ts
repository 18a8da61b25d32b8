import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Whether this test is the first of the whole run to ask for the name: making a folder is what claims it. */
export function claim(name: string): boolean {
  try {
    mkdirSync(join(inject('runFolder'), `claimed-${name}`));
    return true;
  } catch {
    return false;
  }
}
