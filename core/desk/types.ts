import type { Pattern } from '../gate/patterns.ts';
import type { Effect, Principal, Rule } from '../records/types.ts';

/** Who may sign: ids of Slack users (U…) and user groups (S…), and names of the desk's roles. */
export type Signers = string[];

/** `guest member`: in the group, but only a guest of the workspace. */
export type SignerMatch = 'user' | 'member' | 'guest member' | 'none';

/** A channel's list of its users: desk files name signers by the channel's ids of users and user groups. */
export type Directory = {
  /** Is this account that user, or in that group? Throws when the channel does not answer. */
  compare(signer: string, account: string): Promise<{ match: SignerMatch; ageMs: number }>;
  /** How the channel writes this account in a message. */
  mention(account: string): string;
};

/** Another rule for certain arguments or certain requesters; the first condition that fits counts. */
export type Condition = (OnArgument | OnAsker) & { rule: Rule; signers?: Signers; quorum?: number };

export type OnArgument = {
  argument: string;
  fits:
    | { kind: 'over' | 'under'; than: number }
    | { kind: 'is'; oneOf: (string | number | boolean)[] }
    | { kind: 'given'; given: boolean };
};

export type OnAsker = { askedBy: Principal['kind'][] };

/** A call of a read-only tool: each of its arguments takes the value of an argument of the signed call. */
export type Lookup = { tool: string; arguments: Record<string, string> };

/**
 * A field of the answer. People read `words` in place of its path; if it is `compared`, a change of it stops the call.
 */
export type Field = { path: string; words?: string; compared: boolean };

export type Check = Lookup & { fields: Field[] };

export type ToolRule = {
  effect: Effect;
  rule: Rule;
  when: Condition[];
  /** In place of the desk's signers. */
  signers?: Signers;
  quorum: number;
  /** May the requester sign their own call, and the editor the one they edited? */
  own: boolean;
  edited: boolean;
  /** Arguments that come first on the card. */
  first: string[];
  /** Looked up for the card, and, for compared fields, again just before the call. */
  check?: Check;
  /** Looks up whether a call of unknown outcome took effect. */
  probe?: Lookup;
  /** The argument that binds the call to a customer's own records; without one, customers may not call it. */
  customer?: string;
};

/** A limit on these tools within a period; calls over it are refused or need more signatures. */
export type Quota = {
  id: string;
  tools: string[];
  /** The argument to sum up; without it, the quota counts calls. */
  sum?: string;
  most: number;
  seconds: number;
  of: 'desk' | 'principal';
  over: { kind: 'deny' } | { kind: 'sign'; quorum: number };
};

/** A command such as `user user_002`: one word and an id, which `tool` looks up by `argument`. */
export type Switch = {
  word: string;
  like: Pattern;
  tool: string;
  argument: string;
  /** The field of the answer that holds the person's name. */
  name?: string;
  /** The id that a conversation is about at its beginning. */
  start?: string;
};

export type DeskEmail = {
  /** Besides support+<desk>@localhost. */
  addresses: string[];
  /** `answer`: the agent's answer goes out. `draft`: a colleague reads and sends it. `off`: colleagues answer. */
  answers: 'answer' | 'draft' | 'off';
  /** Ends each mail. */
  signature?: string;
  /** Does a mail that the agent wrote say so? */
  assistant: boolean;
  /** Do people whom a customer put in Cc get the answers that hold nobody's records? */
  cc: boolean;
  /** Wordings that hand a conversation over to colleagues, besides those by which people ask for a person. */
  handOver: string[];
  /** Who may answer customers; without a name here, all colleagues. */
  colleagues: Signers;
};

export type Desk = {
  name: string;
  title: string;
  instructions: string;
  slack: { channels: '*' | string[]; directMessages: boolean; followUps: boolean; bots: string[] };
  email: DeskEmail;
  /** Examples of what people may ask here, in their words. */
  examples: string[];
  /** Commands, which code answers without a model. They end the conversation before them. */
  commands: { reset?: string; switch?: Switch };
  /** Keyed by the name that the model sees: `server__tool`, or the bare name of a local tool. */
  tools: Map<string, ToolRule>;
  roles: Map<string, string[]>;
  approvals: {
    /** Slack's id; APPROVALS_CHANNEL where the desk names none. */
    channel?: string;
    hours: number;
    /** A Slack channel or user that gets the card after three quarters of the time. */
    escalateTo?: string;
    signers: Signers;
  };
  quotas: Quota[];
  /** Limits the calls of one person. */
  rate?: { calls: number; seconds: number };
  /** Where a customer's id comes from: the principal's own id, or a read-only tool that looks it up by that id. */
  customers: { kind: 'principal' } | { kind: 'lookup'; tool: string; argument: string; field: string };
  entities: { kind: string; pattern: Pattern; spoken?: Pattern; form?: string; digits?: number }[];
  limits: { steps: number; tokens: number; seconds: number; toolSeconds: number };
};

/** `lines` name the file, the line and the remedy of each fault. */
export type Desks = { kind: 'ok'; desks: Desk[] } | { kind: 'broken'; lines: string[] };
