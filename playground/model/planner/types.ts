import type { ChatRequest, Decision } from '../types.ts';

/** What the thread is started with. */
export type Setup = { dataDir: string };

/** What the thread is told to do. */
export type Order = { kind: 'decide'; chat: ChatRequest } | { kind: 'warm_up' };

export type Outcome = { kind: 'decided'; decision: Decision } | { kind: 'warm' } | { kind: 'failed'; why: string };

/** What became of an order, with what the log is to be told. */
export type Planned = { outcome: Outcome; warnings: string[] };
