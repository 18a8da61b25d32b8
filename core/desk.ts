import { readdirSync } from 'node:fs';
import { type DeskFile, readDeskFile } from './desk-file.ts';
import type { Pattern } from './gate/patterns.ts';
import { serverIn } from './mcp/definitions.ts';
import type { Effect, Principal, Rule } from './store/records.ts';

/** Who may sign: ids of Slack users (U…) and user groups (S…), and names of the desk's roles. */
export type Signers = string[];

/** Another rule where an argument is so, or where such a one asks; the first that fits counts. */
export type Condition = (OnArgument | OnAsker) & { rule: Rule; signers?: Signers; quorum?: number };

export type OnArgument = {
  argument: string;
  fits:
    | { kind: 'over' | 'under'; than: number }
    | { kind: 'is'; oneOf: (string | number | boolean)[] }
    | { kind: 'given'; given: boolean };
};
export type OnAsker = { askedBy: Principal['kind'][] };

/** A read-only tool, and the arguments of the signed call that go into it, by the names that it takes. */
export type Look = { tool: string; arguments: Record<string, string> };

/** A field of what was looked at; `words` are what people read for its path, `compared` says whether its change stops the call. */
export type Field = { path: string; words?: string; compared: boolean };
export type Check = Look & { fields: Field[] };

export type ToolRule = {
  effect: Effect;
  rule: Rule;
  when: Condition[];
  /** Instead of the desk's. */
  signers?: Signers;
  quorum: number;
  /** May the asker sign their own call, and the editor the one they edited? */
  own: boolean;
  edited: boolean;
  /** Arguments that stand first on the card. */
  first: string[];
  /** Read when the card is made and, for what is compared, again just before the call. */
  check?: Check;
  /** What tells whether a call of unknown outcome took effect. */
  probe?: Look;
  /** The argument that binds the call to a customer's own records; without one, customers may not call it. */
  customer?: string;
};

/** At most so much of these tools within a period; over it, never or only with so many signatures. */
export type Quota = {
  id: string;
  tools: string[];
  /** The argument that is summed; without one, calls are counted. */
  sum?: string;
  most: number;
  seconds: number;
  of: 'desk' | 'principal';
  over: { kind: 'deny' } | { kind: 'sign'; quorum: number };
};

/** `user user_002`: one word and an id, which the tool must know by this argument. */
export type Switch = {
  word: string;
  like: Pattern;
  tool: string;
  argument: string;
  /** The field of the answer that people know them by. */
  name?: string;
  /** Whom a conversation is about until somebody says otherwise. */
  start?: string;
};

export type Desk = {
  name: string;
  title: string;
  instructions: string;
  slack: { channels: '*' | string[]; directMessages: boolean; followUps: boolean; bots: string[] };
  /** What people may ask here, in their words. */
  examples: string[];
  /** Words that code answers, before any model; nothing from before them counts any more. */
  commands: { reset?: string; switch?: Switch };
  /** By the name that the model sees: `server__tool`, or the bare name of a local tool. */
  tools: Map<string, ToolRule>;
  roles: Map<string, string[]>;
  approvals: {
    /** Slack's id; APPROVALS_CHANNEL where the desk names none. */
    channel?: string;
    hours: number;
    /** A Slack channel or user who is asked at three quarters of the time. */
    escalateTo?: string;
    signers: Signers;
  };
  quotas: Quota[];
  /** Calls of one principal. */
  rate?: { calls: number; seconds: number };
  /** Where a customer's id comes from: the principal's own id, or a read-only tool that finds it by that. */
  customers: { kind: 'principal' } | { kind: 'lookup'; tool: string; argument: string; field: string };
  entities: { kind: string; pattern: Pattern; spoken?: Pattern; form?: string; digits?: number }[];
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

/** The tool servers that a desk's rules name. */
export function serversOf(desk: Desk): Set<string> {
  return new Set([...desk.tools.keys()].flatMap((tool) => serverIn(tool) ?? []));
}
