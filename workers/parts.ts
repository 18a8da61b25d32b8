import type { Channel } from '../channels/channel.ts';
import type { Model } from '../core/agent/model.ts';
import type { Signing } from '../core/approvals/open.ts';
import type { Directory } from '../core/approvals/types.ts';
import type { Clock } from '../core/clock.ts';
import type { People } from '../core/desk/people.ts';
import type { Desk } from '../core/desk/types.ts';
import type { Gate } from '../core/gate/types.ts';
import type { Log } from '../core/log.ts';
import type { JobQueue } from '../core/queue/queue.ts';
import type { Database } from '../core/records/database.ts';

/** What the jobs work with; the composition root puts it together. */
export type Parts = {
  db: Database;
  jobs: JobQueue;
  clock: Clock;
  log: Log;
  model: Model | null;
  desks: Desk[];
  people: People;
  directory: Directory;
  channels: Partial<Record<string, Channel>>;
  gateOf(tenant: string): Gate;
  contextSize: number;
  signing: Signing;
  /** Takes the installation's own secrets out of what is kept. */
  redact(text: string): string;
};

/** How long a worker holds a thread without a sign of life. */
export const LEASE_MS = 10_000;
/** How long a reply is left to the worker that sends it without a sign of life before a deliver job takes it over. */
export const SEND_MS = 10_000;
/** A thread that waits and is in nobody's hands is rung for again after this time. */
export const RING_AGAIN_MS = 10_000;
/** How long a worker holds a signed call without a sign of life. */
export const DISPATCH_MS = 10_000;
export const SWEEP_EVERY_MS = 2_000;
