import type { FaultLevel } from '../page/protocol.ts';
import type { WorkSeen } from '../story/work.ts';
import type { WorkerProgram } from './second-worker.ts';
import type { ToolFaults } from './tools.ts';

/** What the product's records say of a turn; times are milliseconds since 1970. */
export type TurnOutcome = {
  number: number;
  /** What it answers. */
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

/** The product's records, for what held to be checked against them. */
export type FaultRecords = {
  turn(id: number): Promise<TurnOutcome | null>;
  signed(approval: string): Promise<SignedCallOutcome | null>;
  /** The threads in which something waits that no turn has begun to answer. */
  waiting(): Promise<number[]>;
  /** What one message became. */
  message(channel: string, ts: string): Promise<{ entries: number; turns: number[] }>;
  /** Whether a tool server's own ledger has it that the call was done. */
  isDone(call: CallOutcome): Promise<boolean>;
};

/** The stand-in workspace, as far as it can be disturbed and looked at. */
export type FaultySlack = {
  set(faults: { level: FaultLevel; threefold: boolean }): void;
  /** Calls that a fault hit, oldest first. */
  hits(): SlackHit[];
  /** How many messages show this reply. */
  shows(reply: ReplyOutcome): number;
  /** Messages that people said since, with the events that the app took for each, and how often it took them. */
  delivered(since: number): { channel: string; ts: string; events: Set<string>; times: number }[];
};
export type SlackHit = { at: number; method: string; fault: string; channel: string };

export type FaultParts = {
  seen: WorkSeen;
  records: FaultRecords;
  slack: FaultySlack;
  /** None where the model is a real one. */
  model: { set(level: FaultLevel): void } | null;
  tools: ToolFaults;
  toolServers(): string[];
  /** The worker of this process. */
  inner: { rest(): void; goOn(): void };
  worker: WorkerProgram;
};
