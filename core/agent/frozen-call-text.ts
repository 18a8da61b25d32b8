import { MOST_OPEN } from '../approvals/open.ts';
import type { CallState } from '../records/approvals.ts';

/** The result that the model gets at once for a frozen call: it does not wait for the signature. */
export function frozenCallText(state: CallState | undefined): string {
  if (!state) return resultJson('unknown', null, 'There is no record of this call. Nothing was done.');
  const { approval, rule } = state;
  if (state.state === 'denied' && state.reason === 'rejected') {
    return resultJson(
      'rejected',
      null,
      'This very call was rejected in this conversation. Nothing was done, and it stays so until a person asks for it anew. Do not call it again now.',
    );
  }
  if (state.state === 'denied' && state.reason === 'too many open') {
    return resultJson(
      'refused',
      null,
      `This person has ${MOST_OPEN} requests open in this conversation, which is the most. Nothing was done and no card was made; tell the person to have those decided first.`,
    );
  }
  switch (state.approvalState) {
    case 'open':
      return rule === 'confirm'
        ? resultJson('awaiting_confirmation', approval, 'The person who asks is shown a card and has to say yes first.')
        : resultJson(
            'awaiting_approval',
            approval,
            'Someone entitled has to sign it first; the card is in front of them.',
          );
    case 'approved':
    case 'dispatching':
      return resultJson('under_way', approval, 'It is signed and under way.');
    case null:
      return resultJson('denied', approval, 'Nothing was done.');
    default:
      return resultJson(state.approvalState, approval, 'It is over; what became of it stands in this conversation.');
  }
}

function resultJson(status: string, approval: string | null, message: string): string {
  const then = status.startsWith('awaiting')
    ? ' Nothing is done yet. Say so to the person and end your answer; you will be told the outcome.'
    : '';
  return JSON.stringify({ status, ...(approval ? { approval } : {}), message: `${message}${then}` });
}
