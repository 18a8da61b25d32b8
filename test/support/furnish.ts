import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an installation brings along: its desks, by name, and the tool servers of its mcp.json. */
export type Furniture = { desks: Record<string, string>; servers?: Record<string, object> };
export type Furnished = {
  desks: string;
  write(name: string, desk: string): void;
  remove(name: string): void;
  close(): void;
};

/** A folder with desks and mcp.json that this process then runs in, as an installation does. */
export function furnish({ desks, servers = {} }: Furniture): Furnished {
  const home = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-house-'));
  const inDesks = (file: string) => join(folder, 'desks', file);
  mkdirSync(inDesks(''));
  const write = (name: string, desk: string) => writeFileSync(inDesks(`${name}.yaml`), desk);
  writeFileSync(inDesks('help.md'), 'You help people with the shop.');
  for (const [name, desk] of Object.entries(desks)) write(name, desk);
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: servers }));
  process.chdir(folder);
  return {
    desks: inDesks(''),
    write,
    remove: (name) => rmSync(inDesks(`${name}.yaml`)),
    close() {
      process.chdir(home);
      rmSync(folder, { recursive: true });
    },
  };
}

export const shopDesk = (more = '') => `
title: Shop
instructions: help.md
slack: { channels: "*", direct_messages: true }
local:
  extract_entities: { effect: read, rule: allow }
  summarize_state: { effect: read, rule: allow }
  check_requires_confirmation: { effect: read, rule: allow }
tools:
  shop:
    look_up: { effect: read, rule: allow }
    order: { effect: read, rule: allow }
    binary: { effect: read, rule: allow }
    decline: { effect: once, rule: allow }
    stumble: { effect: keyed, rule: allow }
    save: { effect: keyed, rule: allow }
    once_only: { rule: allow }
    slow_look: { effect: read, rule: allow }
    slow_save: { effect: keyed, rule: allow }
    slow_once: { effect: once, rule: allow }
    note: { effect: keyed, rule: confirm }
    pay: { effect: keyed, rule: approve, signers: [U0MARCO] }
    erase: { effect: once, rule: deny }
    vanished: { effect: read, rule: allow }
  away:
    look_up: { effect: read, rule: allow }
entities:
  - { kind: order, pattern: '\\bORD-\\d{4,}\\b', spoken: '\\border\\s*#?(\\d{4,})\\b', form: ORD-$1 }
${more}`;
