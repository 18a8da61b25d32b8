import { readdirSync } from 'node:fs';
import { serverIn } from '../mcp/definitions.ts';
import { type DeskFile, readDeskFile } from './file.ts';
import type { Desk, Desks } from './types.ts';

export function readDesks(folder: string): Desks {
  const names = namesIn(folder);
  if (names.length === 0) {
    return { kind: 'broken', lines: [`${folder}: there is no desk; write one there, such as jewelry.yaml`] };
  }
  const read = names.map((name) => readDeskFile(folder, name));
  const files = read.flatMap((file) => (file.kind === 'ok' ? [file.file] : []));
  const lines = [...read.flatMap((file) => (file.kind === 'broken' ? file.lines : [])), ...conflictingClaims(files)];
  return lines.length > 0 ? { kind: 'broken', lines } : { kind: 'ok', desks: files.map(({ desk }) => desk) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^.].*\.ya?ml$/.test(name))
      .sort();
  } catch {
    return [];
  }
}

type Claim = { what: string; path: PropertyKey[]; file: DeskFile };

/** Finds what several desks claim although only one can have it. */
function conflictingClaims(files: DeskFile[]): string[] {
  const first = new Map<string, DeskFile>();
  return files.flatMap(claimsOf).flatMap(({ what, path, file }) => {
    const holder = first.get(what);
    if (!holder) first.set(what, file);
    if (!holder) return [];
    return [
      `${file.path}:${file.lineOf(path)}: ${what} belong to ${holder.path} already; remove them from one of the two`,
    ];
  });
}

function claimsOf(file: DeskFile): Claim[] {
  const { channels, directMessages } = file.desk.slack;
  const named = channels === '*' ? [] : channels;
  return [
    ...(channels === '*' ? [{ what: 'all other channels ("*")', path: ['slack', 'channels'], file }] : []),
    ...named.map((id, at) => ({ what: `messages in ${id}`, path: ['slack', 'channels', at], file })),
    ...file.desk.email.addresses.map((one, at) => ({
      what: `mails to ${one}`,
      path: ['email', 'addresses', at],
      file,
    })),
    ...(directMessages ? [{ what: 'direct messages', path: ['slack', 'direct_messages'], file }] : []),
  ];
}

export function deskNamed(desks: Desk[], wanted: string): Desk | undefined {
  return desks.find(({ name }) => name === wanted);
}

/** The desk that answers in a Slack channel: one that names the channel goes before one that takes every channel. */
export function deskForChannel(desks: Desk[], channel: string): Desk | undefined {
  return (
    desks.find((d) => d.slack.channels !== '*' && d.slack.channels.includes(channel)) ??
    desks.find((d) => d.slack.channels === '*')
  );
}

export function deskForDirectMessages(desks: Desk[]): Desk | undefined {
  return desks.find((d) => d.slack.directMessages);
}

/** The address that each desk has at our own SMTP door. */
export function localAddressOf({ name }: Desk): string {
  return `support+${name}@localhost`;
}

/** The desk that answers mail to this address. */
export function deskForAddress(desks: Desk[], address: string): Desk | undefined {
  const wanted = address.toLowerCase();
  const named = /^support\+([a-z0-9-]+)@localhost$/.exec(wanted)?.[1];
  return desks.find(({ name, email }) => name === named || email.addresses.includes(wanted));
}

/** The tool servers that a desk's rules name. */
export function serversOf(desk: Desk): Set<string> {
  return new Set([...desk.tools.keys()].flatMap((tool) => serverIn(tool) ?? []));
}
