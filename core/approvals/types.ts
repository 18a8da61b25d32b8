import type { CoreContext } from '../context.ts';
import type { Approval, ApprovalState } from '../records/approvals.ts';

/** What it takes to decide on a tenant's approvals. */
export type ApprovalContext = Pick<CoreContext, 'db' | 'jobs' | 'desks' | 'people' | 'directory' | 'log'> & {
  tenant: string;
};

/** Why a person may not do what they tried. */
export type Refusal =
  | { why: 'desk_gone'; desk: string }
  /** The current rules forbid the call. */
  | { why: 'forbidden_now' }
  /** The requester was asked to confirm, but the current rules want a signature. */
  | { why: 'signature_needed_now' }
  | { why: 'not_requester' }
  /** `signers` are the names of the desk file; `ageMs` says how long ago we read the user group. */
  | { why: 'not_signer'; signers: string[]; ageMs: number }
  | { why: 'not_settler' }
  /** The same of those who may answer customers; none are named where all colleagues may. */
  | { why: 'not_colleague'; colleagues: string[]; ageMs: number }
  | { why: 'directory_away' }
  /** Sending it again takes as many signatures as the first time. */
  | { why: 'needs_signatures'; quorum: number }
  | { why: 'own' | 'edited' | 'author' | 'unsaid' | 'signed_already' | 'foreign' };

/** A request that has ended, and how. */
export type Ended = {
  state: ApprovalState;
  by: string | null;
  reason: string | null;
  at: number | null;
  replacedBy: string | null;
};

/** Why a decision, an edit or a settlement had no effect. */
export type NothingDone =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'ended'; ended: Ended }
  | { kind: 'expired' }
  /** Somebody is editing it: a new request will replace it. */
  | { kind: 'changing' }
  /** Another build wrote it. */
  | { kind: 'unreadable' }
  | { kind: 'gone' };

export type Decision = { verdict: 'approve' } | { verdict: 'reject'; reason: string | null };

/** How the door showed the request, and how the decision came in. */
export type Shown = {
  /** Does the door show all of it? Nobody can approve a call that they cannot see in full. */
  showsAll(approval: Approval): boolean;
  /** Set for a yes or no typed in the thread: the turn that reads it holds the thread, and answers it. */
  turn?: { epoch: number };
};

export type Decided =
  | { kind: 'approved' | 'rejected' }
  /** One of several signatures. */
  | { kind: 'signed'; signatures: number; quorum: number }
  | { kind: 'too_long' }
  /** The turn lost the thread, or the message was edited meanwhile. */
  | { kind: 'lost' | 'revised' }
  | NothingDone;

export type Settlement = 'happened' | 'did not happen' | 'again';

export type Settled = { kind: 'settled' | 'sent_again' } | NothingDone;
