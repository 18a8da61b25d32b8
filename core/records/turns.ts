import { z } from 'zod';
import type { NewApproval } from './approvals.ts';
import type { CountedLimit } from './calls.ts';
import type { Database } from './database.ts';
import type { MailEnd } from './matters.ts';
import type { TakenTurn } from './threads.ts';
import type { ChannelPlace, Effect, Rule, Step } from './types.ts';

/** A tool call, recorded when the model requests it. */
export type CallRow = {
  id: string;
  tool: string;
  arguments: unknown;
  definitionHash: string | null;
  effect: Effect;
  rule: Rule | 'none';
  state: 'dispatching' | 'denied' | 'awaiting';
  reason: string | null;
  desk: string;
  /** The limits that it counts against, if it goes out at once. */
  limits?: CountedLimit[];
  amounts?: Record<string, number>;
  /** The request to sign before it goes out. */
  approval?: NewApproval;
  /** How many requests of these accounts may be open in the thread. */
  mostOpen?: number;
  accounts?: string[];
};
export type OutcomeRow = {
  id: string;
  state: 'succeeded' | 'failed' | 'unknown';
  reason: string | null;
  read: boolean;
};

const recorded = z.object({ kind: z.enum(['ok', 'revised', 'lost']) });
export type Recorded = z.infer<typeof recorded>;

export function recordSteps(
  db: Database,
  turn: TakenTurn,
  steps: Step[],
  rows: { calls?: CallRow[]; outcomes?: OutcomeRow[]; scrub?: string[] } = {},
): Promise<Recorded> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, turn: turn.turn.id, steps, ...rows };
  return db.transition('record_steps', turn.tenant, payload, recorded);
}

const finished = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    reply: z.number(),
    hurry: z.boolean(),
    /** Cards that wait to be shown, where the turn made some. */
    cards: z.array(z.number()).optional(),
  }),
  z.object({ kind: z.literal('revised') }),
  z.object({ kind: z.literal('lost') }),
]);
export type Finished = z.infer<typeof finished>;

type FinishedTurn = {
  state: 'done' | 'failed';
  steps: Step[];
  tokens: number;
  notes: string | null;
  reply: { place: ChannelPlace; body: string };
  sendMs: number;
};

export function finishTurn(db: Database, turn: TakenTurn, end: FinishedTurn): Promise<Finished> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, turn: turn.turn.id, parks: turn.thread.parks, ...end };
  return db.transition('finish_turn', turn.tenant, payload, finished);
}

/** Ends a turn of a mail conversation, whose reply may wait for a colleague. */
export function endMailTurn(db: Database, turn: TakenTurn, end: FinishedTurn, mail: MailEnd): Promise<Finished> {
  const { thread, epoch, tenant } = turn;
  const payload = { thread: thread.id, epoch, turn: turn.turn.id, parks: thread.parks, ...end, mail };
  return db.transition('end_mail_turn', tenant, payload, finished);
}

export function supersedeTurn(db: Database, turn: TakenTurn): Promise<{ kind: 'ok' | 'lost' }> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, turn: turn.turn.id };
  return db.transition('supersede_turn', turn.tenant, payload, z.object({ kind: z.enum(['ok', 'lost']) }));
}

const parked = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parked'), notice: z.number().nullable() }),
  z.object({ kind: z.literal('lost') }),
]);
export type Parked = z.infer<typeof parked>;

/** `waitMs` is the least that the turn waits; it waits longer each time, up to `maxWaitMs`. */
type Park = { waitMs: number; maxWaitMs: number; notice: { place: ChannelPlace; body: string }; sendMs: number };

export function parkTurn(db: Database, turn: TakenTurn, park: Park): Promise<Parked> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, turn: turn.turn.id, ...park };
  return db.transition('park_turn', turn.tenant, payload, parked);
}

/** The person is told nothing meanwhile. */
export function parkQuietly(db: Database, turn: TakenTurn, park: Park): Promise<Parked> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, turn: turn.turn.id, ...park };
  return db.transition('park_quietly', turn.tenant, payload, parked);
}
