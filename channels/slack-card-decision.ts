import type { Approval } from '../core/store/approvals.ts';
import { shorten } from '../core/text.ts';
import { type CardText, type Piece, plain, told } from './slack-card-parts.ts';
import { visible, visibleLines } from './slack-card-text.ts';

/** What the approval's state is called at the head of a card. */
export function headOf({ state, rule }: Approval): string {
  switch (state) {
    case 'open':
      return rule === 'confirm' ? 'Please confirm' : 'Signature needed';
    case 'approved':
    case 'dispatching':
      return rule === 'confirm' ? 'Confirmed' : 'Approved';
    case 'rejected':
      return rule === 'confirm' ? 'Not wanted' : 'Rejected';
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

/** Who decided, when and why, and then what came of it. */
export function decisionOf(approval: Approval): CardText[] {
  const { state, rule, decidedBy, decidedAt, endedAt, reason, outcome, replacedBy } = approval;
  const signed = signatures(approval);
  const by = (words: string): CardText =>
    told(words, ...(decidedBy ? [' by ', { account: decidedBy }] : []), ...when(decidedAt), '.');
  switch (state) {
    case 'open':
      return signed;
    case 'approved':
    case 'dispatching':
      return [...signed, plain('It is being carried out.')];
    case 'rejected':
      return [
        ...signed,
        by(rule === 'confirm' ? 'Answered no' : 'Rejected'),
        ...because(reason),
        plain('Nothing was done.'),
      ];
    case 'expired':
      return [...signed, ...unmade(approval), told('It expired', ...when(decidedAt), '. Nothing was done.')];
    case 'void': {
      const isTheirs = approval.signatures.every(({ account }) => account !== decidedBy);
      const line = isTheirs ? by('It was made void') : told('It was made void', ...when(decidedAt), '.');
      const next = replacedBy ? 'Nothing was done; a new request takes its place.' : 'Nothing was done.';
      return [...signed, ...unmade(approval), line, ...because(reason), plain(next)];
    }
    case 'succeeded':
      return [...signed, told('It was done', ...when(endedAt), '.'), ...result(outcome)];
    case 'failed':
      return [...signed, told('It failed', ...when(endedAt), '.'), ...result(outcome)];
    case 'unknown':
      return [...signed, ...unknown(approval)];
    case 'settled':
      return [...signed, by(outcome === 'happened' ? 'It happened, as was said' : 'It did not happen, as was said')];
  }
}

/** Whoever changed it was promised a new request, and something else came first. */
function unmade({ edit, replacedBy }: Approval): CardText[] {
  return edit && !replacedBy ? [told({ account: edit.account }, ' asked to change it; the change was not made.')] : [];
}

const MOST_SIGNATURES = 10;

function signatures({ signatures, rule }: Approval): CardText[] {
  const verb = rule === 'confirm' ? 'Confirmed' : 'Approved';
  return signatures
    .filter(({ verdict }) => verdict === 'approve')
    .slice(0, MOST_SIGNATURES)
    .map(({ account, at }) => told(`${verb} by `, { account }, ...when(at), '.'));
}

function when(at: number | null): Piece[] {
  return at === null ? [] : [', ', { at }];
}

const LONGEST_REASON = 400;
const LONGEST_RESULT = 600;

function because(reason: string | null): CardText[] {
  return reason ? [plain(`Reason: ${shorten(visible(reason), LONGEST_REASON)}`)] : [];
}

function result(outcome: string | null): CardText[] {
  return outcome ? [plain(`Outcome: ${shorten(visibleLines(outcome), LONGEST_RESULT)}`)] : [];
}

function unknown({ outcome, details }: Approval): CardText[] {
  const { probe } = details;
  return [
    plain('It went out, and it is not known whether it took effect. Nothing is repeated by itself: look, and say.'),
    ...result(outcome),
    ...(probe ? [plain(`A look at it gave: ${shorten(visibleLines(probe), LONGEST_RESULT)}`)] : []),
  ];
}
