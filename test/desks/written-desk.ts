import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDesks } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';

/** The desk of this text, in a folder of its own, or its faults. */
export function readWritten(text: string): { desk?: Desk; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-desks-'));
  writeFileSync(join(folder, 'help.md'), 'Help.');
  writeFileSync(join(folder, 'shop.yaml'), text);
  const desks = readDesks(folder);
  if (desks.kind === 'ok') return { desk: desks.desks[0], lines: [] };
  return { lines: desks.lines.map((line) => line.replaceAll(`${folder}/`, '')) };
}

/** A desk that may sell, with these rules of paying. */
export const deskText = (pay: string, more = '') => `title: Shop
instructions: help.md
slack: { channels: [C01] }
approvals: { signers: [boss] }
roles: { boss: [U0ANN, U0BEN], owner: [U0ANN] }
tools: { shop: { look_up: { effect: read, rule: allow }, pay: ${pay} } }
${more}`;

export function deskOf(pay: string, more = ''): Desk {
  const { desk, lines } = readWritten(deskText(pay, more));
  if (!desk) throw new Error(lines.join('\n'));
  return desk;
}
