import type { FaultLevel } from '../page/protocol.ts';
import type { WorkSeen } from '../story/work.ts';
import type { WorkerProgram } from './second-worker.ts';
import type { ToolFaults } from './tools.ts';

/** The outcome of a turn, from the product's records; times are milliseconds since 1970. */
export type TurnOutcome = {
  number: number;
  /** The message that it answers. */
  question: string;
  state: string;
  attempts: number;
  startedAt: number;
  endedAt: number | null;
  calls: CallOutcome[];
  reply: ReplyOutcome | null;
};
export type CallOutcome = { id: string; tool: string; effect: string; state: string };
export type ReplyOutcome = {
  id: number;
  state: string;
  attempts: number;
  place: Record<string, string>;
  messages: string[];
  at: number;
  sentAt: number | null;
};
export type SignedCallOutcome = { call: CallOutcome; state: string; attempts: number; endedAt: number | null };

/** The product's records, against which the promises are checked. */
export type FaultRecords = {
  turn(id: number): Promise<TurnOutcome | null>;
  signed(approval: string): Promise<SignedCallOutcome | null>;
  /** The threads with an entry that no turn has begun to answer. */
  waiting(): Promise<number[]>;
  /** The entries and turns that one message led to. */
  message(channel: string, ts: string): Promise<{ entries: number; turns: number[] }>;
  /** Whether a tool server's own ledger says that the call was done. */
  isDone(call: CallOutcome): Promise<boolean>;
};

/** The parts of the stand-in workspace that faults disturb or look at. */
export type FaultySlack = {
  set(faults: { level: FaultLevel; threefold: boolean }): void;
  /** Calls that a fault hit, oldest first. */
  hits(): SlackHit[];
  /** How many messages show this reply. */
  shows(reply: ReplyOutcome): number;
  /** Messages since then, with the events that the app acknowledged for each, and how often. */
  delivered(since: number): { channel: string; ts: string; events: Set<string>; times: number }[];
};
export type SlackHit = { at: number; method: string; fault: string; channel: string };

export type FaultParts = {
  seen: WorkSeen;
  records: FaultRecords;
  slack: FaultySlack;
  /** Null where the model is a real one. */
  model: { set(level: FaultLevel): void } | null;
  tools: ToolFaults;
  toolServers(): string[];
  /** The worker of this process. */
  inner: { rest(): void; goOn(): void };
  worker: WorkerProgram;
};
