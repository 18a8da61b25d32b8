import { APPROVAL_VERSION, type Approval, type ApprovalState, type Origin } from '../records/approvals.ts';
import { shorten } from '../text.ts';
import { reasonInWords } from './outcome-phrases.ts';
import type { Decided, Ended, NothingDone, Refusal, Settled } from './types.ts';

/** Our own text with people, times and places that each channel formats itself. `quote` is text that others wrote. */
export type Phrase = (
  | string
  | { account: string }
  | { at: number }
  | { signers: string[] }
  | { requestAt: string }
  | { quote: string }
)[];

/** The state in a word or two, at the head of a card. */
export function headline({ state, rule }: Pick<Approval, 'state' | 'rule'>): string {
  const isConfirm = rule === 'confirm';
  switch (state) {
    case 'open':
      return isConfirm ? 'Please confirm' : 'Signature needed';
    case 'approved':
    case 'dispatching':
      return isConfirm ? 'Confirmed' : 'Approved';
    case 'rejected':
      return isConfirm ? 'Cancelled' : 'Rejected';
    case 'expired':
      return 'Expired';
    case 'void':
      return 'Void';
    case 'succeeded':
      return 'Done';
    case 'failed':
      return 'Failed';
    case 'unknown':
      return 'Outcome unknown';
    case 'settled':
      return 'Settled';
  }
}

const LONGEST_NAME = 60;

const MOST_ORIGINS = 10;

/** Says where the values come from that the requester did not write, a line each, for the card. */
export function originLines({ details: { origins } }: Approval): Phrase[] {
  const lines = Object.entries(origins?.values ?? {}).flatMap(([name, all]) =>
    all.map((origin) => originPhrase(name, origin)),
  );
  if (lines.length <= MOST_ORIGINS) return lines;
  const shown = lines.slice(0, MOST_ORIGINS - 1);
  return [...shown, [`and ${lines.length - shown.length} more`]];
}

function originPhrase(name: string, origin: Origin): Phrase {
  const argument = /^[a-z]\w{0,60}$/i.test(name) ? name : { quote: shorten(name, LONGEST_NAME) };
  switch (origin.kind) {
    case 'person': {
      const [first, ...others] = origin.by.map(({ id }) => ({ account: id }));
      const also = others.length > 0 ? ` and of ${others.length} more` : '';
      return [argument, ': from a message of ', first ?? 'somebody', ...when(origin.at), also];
    }
    case 'editor':
      return [argument, ': changed by ', { account: origin.account }];
    case 'tool':
      return [argument, ': from a result of ', { quote: origin.tool }];
    case 'nobody':
      return [argument, ': nobody said this here'];
  }
}

/** The state in a list of requests. */
export function stateInList({ state, decidedBy, quorum, signatures }: Approval): Phrase {
  const signed = signatures.filter(({ verdict }) => verdict === 'approve').length;
  switch (state) {
    case 'open':
      return [quorum > 1 ? `waiting: ${signed} of ${quorum} signatures` : 'waiting'];
    case 'rejected':
      return ['rejected by ', someone(decidedBy)];
    case 'expired':
    case 'void':
      return [state];
    default:
      return [PROGRESS[state]];
  }
}

const PROGRESS: Record<Exclude<ApprovalState, 'rejected' | 'expired' | 'void'>, string> = {
  open: 'waiting for others',
  approved: 'running now',
  dispatching: 'running now',
  succeeded: 'done',
  failed: 'failed',
  unknown: 'outcome unknown: see its card',
  settled: 'settled',
};

/** What else a person should know before they decide, a line each, for its card. */
export function remarksOn({ state, details, edit, version }: Approval): Phrase[] {
  if (state !== 'open') return [];
  const { limit, refusedEdit, answeredBy } = details;
  return [
    ...(answeredBy === undefined ? [] : [['A colleague has answered this thread since.']]),
    ...(limit ? [limitPhrase(limit)] : []),
    ...(refusedEdit ? [['A change could not be made: ', { quote: refusedEdit }]] : []),
    ...(edit ? [[{ account: edit.account }, ' is changing it: nobody can sign it meanwhile.']] : []),
    ...(version === APPROVAL_VERSION
      ? []
      : [['Another version of this program made this request. Please ask for it again.']]),
  ];
}

function limitPhrase({ id, used, most }: NonNullable<Approval['details']['limit']>): Phrase {
  return ['It exceeds a limit, so it needs more signatures: ', { quote: id }, ` (${used} of ${most} is used).`];
}

/** What happened to a request so far, a line each, for its card. */
export function historyOf(approval: Approval): Phrase[] {
  return [...signaturesOf(approval), ...endOf(approval)];
}

const MOST_SIGNATURES = 10;

function signaturesOf({ signatures, rule }: Approval): Phrase[] {
  const verb = rule === 'confirm' ? 'Confirmed' : 'Approved';
  return signatures
    .filter(({ verdict }) => verdict === 'approve')
    .slice(0, MOST_SIGNATURES)
    .map(({ account, at }) => [`${verb} by `, { account }, ...when(at), '.']);
}

function endOf(approval: Approval): Phrase[] {
  const { state, rule, decidedBy, decidedAt, endedAt, reason, outcome, replacedBy } = approval;
  const by = decidedBy === null ? [] : [' by ', { account: decidedBy }];
  switch (state) {
    case 'open':
      return [];
    case 'approved':
    case 'dispatching':
      return [['Running now.']];
    case 'rejected': {
      const verb = rule === 'confirm' ? 'Cancelled' : 'Rejected';
      return [[verb, ...by, ...when(decidedAt), '.'], ...because(reason), [NOTHING_DONE]];
    }
    case 'expired':
      return [...editNotMade(approval), ['Expired', ...when(decidedAt), `. ${NOTHING_DONE}`]];
    case 'void': {
      const isSigner = approval.signatures.some(({ account }) => account === decidedBy);
      const next = replacedBy ? 'Nothing was done; a new request replaces this one.' : NOTHING_DONE;
      const voided: Phrase = ['Made void', ...(isSigner ? [] : by), ...when(decidedAt), '.'];
      return [...editNotMade(approval), voided, ...because(reason && reasonInWords(reason)), [next]];
    }
    case 'succeeded':
      return [['Done', ...when(endedAt), '.'], ...resultOf(outcome)];
    case 'failed':
      return [['Failed', ...when(endedAt), '.'], ...resultOf(outcome)];
    case 'unknown':
      return unknownOf(approval);
    case 'settled':
      return [[outcome === 'happened' ? 'Marked as done' : 'Marked as not done', ...by, ...when(decidedAt), '.']];
  }
}

/** Says that a change which somebody asked for was not made. */
function editNotMade({ edit, replacedBy }: Approval): Phrase[] {
  return edit && !replacedBy ? [[{ account: edit.account }, ' asked to change it; the change was not made.']] : [];
}

const LONGEST_REASON = 400;
const LONGEST_RESULT = 600;

function because(reason: string | null): Phrase[] {
  return reason ? [['Reason: ', { quote: shorten(reason, LONGEST_REASON) }]] : [];
}

function resultOf(outcome: string | null): Phrase[] {
  return outcome ? [['Result: ', { quote: shorten(outcome, LONGEST_RESULT) }]] : [];
}

function unknownOf({ outcome, details }: Approval): Phrase[] {
  return [
    ["This was sent, but we don't know whether it worked. Please check, then choose below."],
    ...resultOf(outcome),
    ...(details.probe ? [['A check found: ', { quote: shorten(details.probe, LONGEST_RESULT) }]] : []),
  ];
}

/** Tells a person why they could not decide, edit or settle. */
export function nothingDonePhrase(nothing: NothingDone): Phrase {
  switch (nothing.kind) {
    case 'refused':
      return refusalPhrase(nothing.refusal);
    case 'ended':
      return endedPhrase(nothing.ended);
    case 'expired':
      return ['This request expired before you decided. Nothing was done; please ask for it again.'];
    case 'changing':
      return ['Somebody is changing this request right now. A new card will follow; please sign that one.'];
    case 'unreadable':
      return [
        'This request was made by another version of this program, and can no longer be decided. Please ask for it again.',
      ];
    case 'gone':
      return ['This request no longer exists. Nothing has changed.'];
  }
}

/** Answers the person who decided. Null where the card already shows everything. */
export function decidedPhrase(decided: Decided): Phrase | null {
  switch (decided.kind) {
    case 'approved':
    case 'rejected':
    case 'signed':
    case 'lost':
    case 'revised':
      return null;
    case 'too_long':
      return ['This request is too long to show whole on a card, so it cannot be approved here.'];
    default:
      return nothingDonePhrase(decided);
  }
}

export function settledPhrase(settled: Settled): Phrase | null {
  switch (settled.kind) {
    case 'settled':
    case 'sent_again':
      return null;
    default:
      return nothingDonePhrase(settled);
  }
}

function refusalPhrase(refusal: Refusal): Phrase {
  switch (refusal.why) {
    case 'desk_gone':
      return [`The desk ${refusal.desk} is no longer set up, so nobody can decide this.`];
    case 'forbidden_now':
      return [`The desk's rules no longer allow this call. ${NOTHING_DONE}`];
    case 'signature_needed_now':
      return ["The desk's rules now want a signature for this. Nothing was done; please ask for it again."];
    case 'not_requester':
      return [`Only the person who asked for this can confirm it. ${NOTHING_DONE}`];
    case 'not_signer':
      return [...onlySigners(refusal.signers), ` can approve this. ${NOTHING_DONE}`, ...ageOf(refusal.ageMs)];
    case 'not_colleague': {
      const { colleagues, ageMs } = refusal;
      const who: Phrase = colleagues.length === 0 ? ['Only colleagues'] : ['Only ', { signers: colleagues }];
      return [...who, ' can answer customers of this desk. Nothing has changed.', ...ageOf(ageMs)];
    }
    case 'not_settler':
      return ['Only a signer of this desk can say what happened. Nothing has changed.'];
    case 'needs_signatures':
      return [
        `Sending this again takes ${refusal.quorum} signatures. Please say here whether it worked; if it did not, ask for it again.`,
      ];
    case 'directory_away':
      return ['We cannot check right now who may approve this. Nothing has changed; please try again soon.'];
    case 'own':
      return ['This is your own request: somebody else must decide on it. Nothing has changed.'];
    case 'edited':
      return ['You changed this request yourself: somebody else must decide on it. Nothing has changed.'];
    case 'author':
      return ['This request uses a value that only you said: somebody else must decide on it. Nothing has changed.'];
    case 'unsaid':
      return [
        'This request uses a value that nobody is known to have said, and you wrote in its thread: somebody else must decide on it. Nothing has changed.',
      ];
    case 'signed_already':
      return ['You have already approved this; it is waiting for somebody else.'];
    case 'foreign':
      return ['You are not a member of this workspace, so you cannot decide here. Nothing has changed.'];
  }
}

function onlySigners(signers: string[]): Phrase {
  return signers.length === 0 ? ['Nobody'] : ['Only ', { signers }];
}

const MINUTE_MS = 60_000;

function ageOf(ageMs: number): Phrase {
  const minutes = Math.floor(ageMs / MINUTE_MS);
  return minutes < 1 ? [] : [` (We read the user group ${minutes} min ago, and read it again every 5.)`];
}

function endedPhrase({ state, by, reason, at, replacedBy }: Ended): Phrase {
  const moment: Phrase = at === null ? [] : [' ', { at }];
  switch (state) {
    case 'rejected':
      return [someone(by), ' rejected this', ...moment, ...reasonOf(reason, ', without a reason'), `. ${NOTHING_DONE}`];
    case 'expired':
      return ['This request expired', ...moment, '. Nothing was done; please ask for it again.'];
    case 'void': {
      const next: Phrase = replacedBy === null ? [] : [' The new card is ', { requestAt: replacedBy }, '.'];
      return ['This request is void', ...reasonOf(reason && reasonInWords(reason), ''), `. ${NOTHING_DONE}`, ...next];
    }
    case 'settled':
      return [someone(by), ' has already said what happened', ...moment, '.'];
    case 'failed':
      return [someone(by), ' approved this', ...moment, '; it was tried, and failed.'];
    case 'unknown':
      return [someone(by), ' approved this', ...moment, '; nobody knows yet whether it worked: see its card.'];
    default:
      return [someone(by), ' approved this', ...moment, `; it is ${PROGRESS[state]}.`];
  }
}

function reasonOf(reason: string | null, otherwise: string): Phrase {
  return reason ? [': ', { quote: reason }] : [otherwise];
}

const NOTHING_DONE = 'Nothing was done.';

function someone(account: string | null): { account: string } | string {
  return account === null ? 'Somebody' : { account };
}

function when(at: number | null): Phrase {
  return at === null ? [] : [', ', { at }];
}
