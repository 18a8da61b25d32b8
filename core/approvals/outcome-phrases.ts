import type { Unfit } from '../gate/types.ts';
import type { ToolOutcome } from '../mcp/types.ts';
import type { Approval } from '../records/approvals.ts';
import type { ClaimedApproval } from '../records/dispatches.ts';
import { shorten } from '../text.ts';
import type { Settlement } from './types.ts';

/** How a request ended, for its thread, where a turn passes it on. `phrases.ts` says it on cards. */

export type Ending = { state: 'succeeded' | 'failed' | 'unknown'; outcome: string; text: string; probe?: string };

const LONGEST_OUTCOME = 2000;
const LONGEST_RESULT = 20_000;

/** How a signed call ended: `outcome` is for its card, `text` for its thread. */
export function endingOf(approval: ClaimedApproval, outcome: ToolOutcome): Ending {
  const { tool, rule, effect, sentBefore } = approval;
  const given = rule === 'confirm' ? 'confirmed' : 'signed';
  const short = shorten(outcome.text, LONGEST_OUTCOME);
  const text = shorten(outcome.text, LONGEST_RESULT);
  switch (outcome.kind) {
    case 'ok':
      return { state: 'succeeded', outcome: short, text: `\`${tool}\` was ${given} and is done. Its result:\n${text}` };
    case 'error':
      // With a key, the tool answers every try as it answered the first one.
      if (sentBefore && effect === 'once')
        return stillLostEnding(tool, `When it was sent again, the tool said: ${short}`);
      return { state: 'failed', outcome: short, text: `\`${tool}\` was ${given}, and the tool refused it:\n${text}` };
    case 'unreachable':
      if (sentBefore) return stillLostEnding(tool, 'It could not be sent again.');
      return {
        state: 'failed',
        outcome: short,
        text: `\`${tool}\` was ${given}, but could not be sent, so nothing was done:\n${text}`,
      };
    case 'unknown':
      return lostEnding(tool, short);
  }
}

/** Nobody knows whether it was done: a person has to check. */
export function lostEnding(tool: string, detail = ''): Ending {
  return {
    state: 'unknown',
    outcome: detail,
    text: `\`${tool}\` was sent, but we don't know whether it worked: the connection or the worker was lost. It is not repeated; somebody must check and say on its card what happened.`,
  };
}

/** The last try did nothing, and an earlier one may have. */
function stillLostEnding(tool: string, detail: string): Ending {
  return {
    state: 'unknown',
    outcome: detail,
    text: `\`${tool}\` was sent before, and we still don't know whether that worked. ${detail}\nSomebody must check and say on its card what happened.`,
  };
}

/** Why a request is void: the record keeps it, and the card and the thread show it. */
export const VOID_REASONS = {
  record_altered: 'its record differs from what was signed',
  tool_gone: 'its tool is gone',
  tool_changed: 'its tool was changed',
  secrets_gone: 'its secret arguments are no longer kept',
  not_permitted: 'the desk no longer permits it',
  other_records: 'it concerns records of somebody other than its requester',
  needs_more: 'the rule now asks for more signatures',
  values_unreadable: 'its current values cannot be read any more',
  values_changed: 'its current values have changed since it was signed',
  waits_already: 'its current values have changed, and the same call already waits for a signature',
  signature_gone: 'someone who signed it may no longer sign it',
  desk_gone: 'its desk is no longer set up',
  too_many_tries: 'its server could not be reached for a long time',
  unreadable: 'another version of this program made it, and this one cannot read it',
  edited: 'somebody changed it on its card',
  request_edited: 'the request was edited',
  request_deleted: 'the request was deleted',
  request_changed: 'the request was edited or deleted',
} satisfies Record<Unfit, string> & Record<string, string>;

export function overLimitReason(limit: string): string {
  return `it would go over the limit "${limit}" of this desk`;
}

/** The records write some reasons as codes. */
export function reasonInWords(reason: string): string {
  return (VOID_REASONS as Record<string, string>)[reason] ?? reason;
}

export function notRunText(tool: string, reason: string, detail = ''): string {
  return `\`${tool}\` was not run: ${reason}. ${detail || 'Nothing was done; please ask for it again.'}`;
}

/** A call that a person sent once more is void now, and its first try may have taken effect. */
export function notSentAgainText(tool: string, reason: string): string {
  return `\`${tool}\` was not sent again (${reason}). Whether it took effect the first time is still not known.`;
}

export function expiredText(tool: string): string {
  return `The request for \`${tool}\` expired before anyone had decided. Nothing was done.`;
}

export const EDITED_REQUEST_TEXT =
  'The message that asked for this was edited, so the request that waited for a signature is void. Nothing was done.';

/** The tool stands in the unreadable record. */
export const UNREADABLE_OUTCOME =
  'A call that waited for a signature was made by another version of this program. Nothing was done; please ask for it again.';

/** `by` is the person as the channel writes them. */
export function rejectionText({ tool }: Approval, by: string, reason: string | null): string {
  return `${tool} was rejected by ${by}${reason ? `: ${reason}` : ', without a reason'}. Nothing was done.`;
}

export function settlementText({ tool }: Approval, by: string, settlement: Settlement): string {
  return `${by} says that ${tool} ${settlement === 'happened' ? 'took effect' : 'did not take effect'}.`;
}
