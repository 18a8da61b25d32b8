import type { SlackIdentity } from '../../channels/slack/api/api.ts';
import { shownArguments } from '../../channels/slack/card/arguments.ts';
import { moment } from '../../channels/slack/text/moment.ts';
import { mention, phraseText } from '../../channels/slack/text/phrase.ts';
import { escaped } from '../../channels/slack/text/text.ts';
import { visible } from '../../channels/slack/text/visible.ts';
import type { ApprovalLists } from '../../core/approvals/list.ts';
import { stateInList } from '../../core/approvals/phrases.ts';
import type { Approval } from '../../core/records/approvals.ts';
import { shorten } from '../../core/text.ts';
import { whereIs } from './answer.ts';
import type { SlackContext } from './context.ts';

export type Block = { type: string; [field: string]: unknown };

/** Shows at most `most` requests of each kind. */
export function listBlocks({ identity }: SlackContext, { toSign, asked }: ApprovalLists, most: number): Block[] {
  return [
    headerBlock(toSign.length > 0 ? 'Waiting for you' : 'Nothing is waiting for you'),
    ...approvalBlocks(identity, toSign, most),
    headerBlock('Your requests'),
    ...(asked.length === 0 ? [contextBlock('You have asked for nothing that needs a signature.')] : []),
    ...approvalBlocks(identity, asked, most),
  ];
}

function approvalBlocks(identity: SlackIdentity, approvals: Approval[], most: number): Block[] {
  const more = approvals.length - most;
  return [
    ...approvals.slice(0, most).flatMap((approval) => entry(identity, approval)),
    ...(more > 0 ? [contextBlock(`and ${more} more`)] : []),
  ];
}

const LONGEST_ENTRY = 500;

/** One request in short. People sign it on its card, which shows all of it. */
function entry(identity: SlackIdentity, approval: Approval): Block[] {
  const { tool, details, expiresAt, state } = approval;
  const args = shownArguments(approval);
  const lines = args.kind === 'fits' ? args.lines : ['too long to be shown here'];
  const text = shorten([visible(tool), ...lines].join('\n'), LONGEST_ENTRY);
  const where = whereIs(identity, approval);
  const about = [
    phraseText(stateInList(approval)),
    `asked by ${mention(details.asked.author)}`,
    escaped(details.ruleText),
    ...(state === 'open' ? [`expires ${moment(expiresAt)}`] : []),
    ...(where ? [`its card is ${where}`] : []),
  ];
  return [
    { type: 'section', text: { type: 'plain_text', text, emoji: false } },
    contextBlock(shorten(about.join(' · '), 1_500)),
  ];
}

export function headerBlock(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } };
}

export function contextBlock(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}
