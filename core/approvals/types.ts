import type { CoreContext } from '../context.ts';
import type { Approval, ApprovalState } from '../records/approvals.ts';

/** What deciding on a tenant's approvals takes. */
export type ApprovalContext = Pick<CoreContext, 'db' | 'jobs' | 'desks' | 'people' | 'directory' | 'log'> & {
  tenant: string;
};

/** Why someone may not do what they tried. */
export type Refusal =
  | { why: 'desk_gone'; desk: string }
  /** The rules of today forbid the call. */
  | { why: 'forbidden_now' }
  /** It was opened for a yes of the requester, and the rules of today want a signature. */
  | { why: 'signature_needed_now' }
  | { why: 'not_requester' }
  /** `signers` as the desk file names them; `ageMs`: how old our knowledge of a user group is. */
  | { why: 'not_signer'; signers: string[]; ageMs: number }
  | { why: 'not_settler' }
  | { why: 'directory_away' }
  | { why: 'own' | 'edited' | 'author' | 'signed_already' | 'foreign' };

/** A request that somebody or something has ended. */
export type Ended = {
  state: ApprovalState;
  by: string | null;
  reason: string | null;
  at: number | null;
  replacedBy: string | null;
};

/** Why nothing came of a decision, an edit or a settlement that the policy allows. */
export type NothingDone =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'ended'; ended: Ended }
  | { kind: 'expired' }
  /** Somebody's edit is under way: a new request takes its place. */
  | { kind: 'changing' }
  /** Another build wrote it. */
  | { kind: 'unreadable' }
  | { kind: 'gone' };

export type Decision = { verdict: 'approve' } | { verdict: 'reject'; reason: string | null };

/** How the door showed the request, and how the decision came in. */
export type Shown = {
  /** Does the door show all of it? Nobody approves what they cannot see whole. */
  showsAll(approval: Approval): boolean;
  /** A yes or no typed in the thread: the turn that reads it holds the thread, and tells what came of it. */
  turn?: { epoch: number };
};

export type Decided =
  | { kind: 'approved' | 'rejected' }
  /** One of several. */
  | { kind: 'signed'; signatures: number; quorum: number }
  | { kind: 'too_long' }
  /** The turn lost its hold on the thread, or the message was edited meanwhile. */
  | { kind: 'lost' | 'revised' }
  | NothingDone;

export type Settlement = 'happened' | 'did not happen' | 'again';

export type Settled =
  | { kind: 'settled' | 'sent_again' }
  /** To send it again takes as many signatures as it took the first time. */
  | { kind: 'needs_more'; quorum: number }
  | NothingDone;
