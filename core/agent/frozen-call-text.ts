import { MOST_OPEN } from '../approvals/open.ts';
import type { Standing } from '../records/approvals.ts';

/** What the model is told at once of a call that was frozen: it does not wait for the signature. */
export function standingText(standing: Standing | undefined): string {
  if (!standing) return told('unknown', null, 'There is no record of this call. Nothing was done.');
  const { approval, rule } = standing;
  if (standing.state === 'denied' && standing.reason === 'rejected') {
    return told(
      'rejected',
      null,
      'This very call was rejected in this conversation. Nothing was done, and it stays so until a person asks for it anew. Do not call it again now.',
    );
  }
  if (standing.state === 'denied' && standing.reason === 'too many open') {
    return told(
      'refused',
      null,
      `This person has ${MOST_OPEN} requests open in this conversation, which is the most. Nothing was done and no card was made; tell the person to have those decided first.`,
    );
  }
  switch (standing.approvalState) {
    case 'open':
      return rule === 'confirm'
        ? told('awaiting_confirmation', approval, 'The person who asks is shown a card and has to say yes first.')
        : told('awaiting_approval', approval, 'Someone entitled has to sign it first; the card is in front of them.');
    case 'approved':
    case 'dispatching':
      return told('under_way', approval, 'It is signed and under way.');
    case null:
      return told('denied', approval, 'Nothing was done.');
    default:
      return told(standing.approvalState, approval, 'It is over; what became of it stands in this conversation.');
  }
}

function told(status: string, approval: string | null, message: string): string {
  const then = status.startsWith('awaiting')
    ? ' Nothing is done yet. Say so to the person and end your answer; you will be told the outcome.'
    : '';
  return JSON.stringify({ status, ...(approval ? { approval } : {}), message: `${message}${then}` });
}
