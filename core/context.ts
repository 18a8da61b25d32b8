import type { Clock } from './clock.ts';
import type { People } from './desk/people.ts';
import type { Desk, Directory } from './desk/types.ts';
import type { Env } from './env.ts';
import type { Log } from './log.ts';
import type { JobQueue } from './queue/queue.ts';
import type { Database } from './records/database.ts';

/** What a process opens once for all of its parts. Each function takes a Pick of it. */
export type CoreContext = {
  env: Env;
  log: Log;
  clock: Clock;
  db: Database;
  jobs: JobQueue;
  desks: Desk[];
  people: People;
  directory: Directory;
  /** Takes the installation's own secrets out of a text before it is stored or sent. */
  redact(text: string): string;
};
