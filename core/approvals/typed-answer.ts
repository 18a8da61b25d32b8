import type { ApprovalState } from '../records/approvals.ts';
import type { Decided } from './types.ts';

/**
 * Answers a yes or no that was typed in the thread. `call` names the call, with its arguments where it could be
 * unclear; `otherwise` says what to do where the answer cannot be applied.
 */
export function typedAnswerText(call: string, word: 'yes' | 'no', decided: Decided, otherwise: string): string {
  switch (decided.kind) {
    case 'approved':
      return `Confirmed: ${call} is running now.`;
    case 'rejected':
      return `All right, ${call} is cancelled.`;
    case 'expired':
      return `That came too late: the question about ${call} has expired. Nothing was done. Please ask again if you still want it.`;
    case 'too_long':
      return `${call} has more arguments than a card can show, so it cannot be confirmed. Nothing was done; please ask for less at once.`;
    case 'ended':
      return endedText(call, decided.ended.state);
    default:
      return `Your ${word} could not be applied to ${call}. ${otherwise}`;
  }
}

/** It was decided while the answer was on its way, such as by a button of its card. */
function endedText(call: string, state: ApprovalState): string {
  switch (state) {
    case 'rejected':
    case 'expired':
    case 'void':
      return `${call} is ${state}. Nothing was done.`;
    case 'open':
    case 'approved':
    case 'dispatching':
      return `Confirmed: ${call} is running now.`;
    case 'succeeded':
      return `${call} was confirmed before, and is done.`;
    case 'failed':
      return `${call} was confirmed before, and failed.`;
    case 'unknown':
      return `${call} was confirmed before and sent, but we don't know yet whether it worked.`;
    case 'settled':
      return `${call} was confirmed before; its card says what became of it.`;
  }
}
