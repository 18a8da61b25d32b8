import type { OpeningContext } from '../approvals/open.ts';
import type { CoreContext } from '../context.ts';
import type { Desk } from '../desk/types.ts';
import type { FileContext, OpenFile } from '../files/types.ts';
import type { Gate } from '../gate/types.ts';
import type { CallRow, OutcomeRow, Recorded } from '../records/turns.ts';
import type { AttachedFile, ChannelPlace, EntryContent, Principal, Step } from '../records/types.ts';
import type { Deadline } from './deadline.ts';
import type { GivenFiles } from './file-messages.ts';
import type { Model } from './model.ts';

/** What the person may see while the turn runs: the reply so far, and the tools that run. */
export type Progress = {
  /** Calls it only when it shows the text: cleaning a text with each word of it would cost more than the rest of a turn. */
  text(replySoFar: () => string): void;
  tool(call: { id: string; name: string }, status: 'running' | 'done' | 'failed'): void;
};

type WithoutNumber<S> = S extends Step ? Omit<S, 'n'> : never;
/** A step that has no number yet. */
export type NewStep = WithoutNumber<Step>;

/** The steps of a turn. Each is committed before the next begins, and nothing else writes them. */
export type Transcript = {
  readonly steps: readonly Step[];
  /** Writes one after the other, in the order of the calls. After the thread is lost, writes nothing. */
  record(
    made: NewStep[],
    rows?: { calls?: CallRow[]; outcomes?: OutcomeRow[]; scrub?: string[] },
  ): Promise<Recorded['kind']>;
  /** Removes these texts from people's messages, so that the model no longer sees them. */
  hide(texts: string[]): void;
  /** Ends the turn with this step. */
  finish(final: NewStep, state?: 'done' | 'failed'): Extract<TurnEnd, { kind: 'answered' }>;
};

/** What others said before, and the files that stand at their messages. */
export type Earlier = { text: string; files: AttachedFile[] };

/** What a turn is run with. */
export type TurnContext = Pick<CoreContext, 'db' | 'jobs' | 'clock' | 'log' | 'people' | 'redact'> &
  OpeningContext &
  FileContext & {
    desk: Desk;
    gate: Gate;
    model: Model | null;
    progress: Progress;
    /** Fetches what others said in the conversation before this message, and after that place. */
    earlier(said: EntryContent, since: ChannelPlace | null): Promise<Earlier>;
    /** The messages in a text that `earlier` gave. */
    saidEarlier(text: string): { by: Principal; text: string }[];
    openFile: OpenFile;
    givenFiles: GivenFiles;
    /** Aborted when the worker stops or has lost the thread. */
    signal: AbortSignal;
    deadline: Deadline;
    transcript: Transcript;
    /** Values of sealed arguments: `redact` removes them from everything that the turn says or stores. */
    secrets: Set<string>;
  };

export type TurnEnd =
  | { kind: 'answered'; state: 'done' | 'failed'; final: Step; body: string; tokens: number; notes: string | null }
  /** `text` is for the person, `why` for the log. */
  | { kind: 'away'; text: string; why: string; waitMs: number }
  | { kind: 'revised' }
  | { kind: 'lost' }
  | { kind: 'stopped' };
