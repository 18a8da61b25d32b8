import type { ToolOutcome } from '../core/mcp/types.ts';
import type { ClaimedApproval } from '../core/records/dispatches.ts';
import { shorten } from '../core/text.ts';

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

export function unreadableText(): string {
  return 'Another version of me made a call that was signed, and I cannot read it. Nothing was done; please ask for it again.';
}

export function unreachableText(tool: string): string {
  return `\`${tool}\` was signed, but its server could not be reached for a long time. Nothing was done; please ask for it again.`;
}

export function overText(tool: string, limit: string): string {
  return `\`${tool}\` was signed, but it would go over the limit "${limit}" of this desk. Nothing was done.`;
}

export function waitsAlreadyText(tool: string): string {
  return `\`${tool}\` was signed, but its current values have changed since, and the same call already waits for a signature. Nothing was done.`;
}

export function signatureGoneText(tool: string): string {
  return `\`${tool}\` was not run: someone who signed it may no longer sign it. Nothing was done; please ask for it again.`;
}
