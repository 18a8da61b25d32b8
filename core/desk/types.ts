import type { Pattern } from '../gate/patterns.ts';
import type { Effect, Principal, Rule } from '../records/types.ts';

/** Who may sign: ids of Slack users (U…) and user groups (S…), and names of the desk's roles. */
export type Signers = string[];

/** A channel's list of its users: desk files name signers by the channel's ids of users and user groups. */
export type Directory = {
  /** Is this account that user, or a member of that group? Throws when the channel does not answer. */
  includes(signer: string, account: string): Promise<{ found: boolean; ageMs: number }>;
  /** How the channel writes this account in a message. */
  mention(account: string): string;
};

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
export type Lookup = { tool: string; arguments: Record<string, string> };

/** A field of what was looked at; `words` are what people read for its path, `compared` says whether its change stops the call. */
export type Field = { path: string; words?: string; compared: boolean };

export type Check = Lookup & { fields: Field[] };

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
  probe?: Lookup;
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
  email: {
    /** Besides support+<desk>@localhost. */
    addresses: string[];
  };
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
