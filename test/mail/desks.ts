import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Desks = { folder: string; remove(): void };

/** The repository's desks, some of them with lines added at the end of their files, or changed otherwise. */
export function desksWith(changes: Record<string, string | ((written: string) => string)>): Desks {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-desks-'));
  cpSync('desks', folder, { recursive: true });
  for (const [name, change] of Object.entries(changes)) {
    const file = join(folder, `${name}.yaml`);
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, typeof change === 'string' ? `${written}\n${change}\n` : change(written));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
