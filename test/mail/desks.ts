import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Desks = { folder: string; remove(): void };

/** The repository's desks, some of them with lines added at the end of their files. */
export function desksWith(added: Record<string, string>): Desks {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-desks-'));
  cpSync('desks', folder, { recursive: true });
  for (const [name, lines] of Object.entries(added)) {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n${lines}\n`);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
