import { readdirSync } from 'node:fs';
import { type DeskFile, readDeskFile } from './desk-file.ts';
import type { Effect, Rule } from './store/records.ts';

export type ToolRule = { effect: Effect; rule: Rule };

export type Desk = {
  name: string;
  title: string;
  instructions: string;
  slack: { channels: '*' | string[]; directMessages: boolean; followUps: boolean; bots: string[] };
  /** By the name that the model sees: `server__tool`, or the bare name of a local tool. */
  tools: Map<string, ToolRule>;
  entities: { kind: string; pattern: RegExp; spoken?: RegExp; form?: string }[];
  limits: { steps: number; tokens: number; seconds: number; toolSeconds: number };
};

/** `lines` name the file, the line and the remedy of each fault. */
export type Desks = { kind: 'ok'; desks: Desk[] } | { kind: 'broken'; lines: string[] };

export function readDesks(folder: string): Desks {
  const names = namesIn(folder);
  if (names.length === 0) {
    return { kind: 'broken', lines: [`${folder}: there is no desk; write one there, such as jewelry.yaml`] };
  }
  const read = names.map((name) => readDeskFile(folder, name));
  const files = read.flatMap((file) => (file.kind === 'ok' ? [file.file] : []));
  const lines = [...read.flatMap((file) => (file.kind === 'broken' ? file.lines : [])), ...rivalries(files)];
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

/** What only one desk can have. */
function rivalries(files: DeskFile[]): string[] {
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
    ...(directMessages ? [{ what: 'direct messages', path: ['slack', 'direct_messages'], file }] : []),
  ];
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
