import { MOST_OPEN } from '../approvals/open.ts';
import type { CallState } from '../records/calls.ts';

/** The result that the model gets at once for a frozen call: it does not wait for the signature. */
export function frozenCallText(state: CallState | undefined): string {
  if (!state) return resultJson('unknown', null, 'There is no record of this call. Nothing was done.');
  const { approval, rule } = state;
  if (state.state === 'denied' && state.reason === 'rejected') {
    return resultJson(
      'rejected',
      null,
      'A person rejected this call in this conversation. Nothing was done. Do not call it again unless a person asks for it again.',
    );
  }
  if (state.state === 'denied' && state.reason === 'too many open') {
    return resultJson(
      'refused',
      null,
      `This person has ${MOST_OPEN} open requests in this conversation, and may have no more. Nothing was done and no card was made; tell the person that somebody must decide those first.`,
    );
  }
  switch (state.approvalState) {
    case 'open':
      return rule === 'confirm'
        ? resultJson('awaiting_confirmation', approval, 'The requester must confirm it first, on a card.')
        : resultJson('awaiting_approval', approval, 'Someone else must approve it first, on a card.');
    case 'approved':
    case 'dispatching':
      return resultJson('under_way', approval, 'It is approved and running now.');
    case 'unknown':
      return resultJson(
        'unknown',
        approval,
        'It was sent, and nobody knows yet whether it worked. Do not call it again: its card asks a person to check.',
      );
    case null:
      return resultJson('denied', approval, 'Nothing was done.');
    default:
      return resultJson(state.approvalState, approval, 'It has ended; the conversation says how.');
  }
}

function resultJson(status: string, approval: string | null, message: string): string {
  const then = status.startsWith('awaiting')
    ? ' Nothing is done yet. Tell the person so and end your answer; you will get the outcome later.'
    : '';
  return JSON.stringify({ status, ...(approval ? { approval } : {}), message: `${message}${then}` });
}
