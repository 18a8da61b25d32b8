import type { Signing } from '../approvals/open.ts';
import type { Clock } from '../clock.ts';
import type { Desk } from '../desk/types.ts';
import type { Gate } from '../gate/types.ts';
import type { Database } from '../records/database.ts';
import type { Place, Said, Step } from '../records/types.ts';
import type { Deadline } from './deadline.ts';
import type { Model } from './model.ts';

/** What the person may see while the turn runs: the reply so far, and the tools at work. */
export type Progress = {
  text(replySoFar: string): void;
  tool(call: { id: string; name: string }, status: 'running' | 'done' | 'failed'): void;
};

export type TurnWork = {
  db: Database;
  gate: Gate;
  model: Model | null;
  desk: Desk;
  clock: Clock;
  progress: Progress;
  signing: Signing;
  /** Takes the installation's own secrets out of what is kept. */
  redact(text: string): string;
  /** Calls were frozen: their cards may be shown. */
  opened(approvals: string[]): void;
  /** Fetches what others said in the conversation before this message, and after that place. */
  earlier(said: Said, since: Place | null): Promise<string>;
  /** Aborted when the worker stops or has lost the thread. */
  signal: AbortSignal;
};

/** `secrets` were meant for sealed arguments: nothing that the turn still says or keeps holds them. */
export type TurnInHand = TurnWork & { deadline: Deadline; secrets: Set<string> };

export type TurnEnd =
  | { kind: 'answered'; state: 'done' | 'failed'; final: Step; body: string; tokens: number; notes: string | null }
  /** `text` is for the person, `why` for the log. */
  | { kind: 'away'; text: string; why: string; waitMs: number }
  | { kind: 'revised' }
  | { kind: 'lost' }
  | { kind: 'stopped' };
