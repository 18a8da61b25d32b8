import type { SlackIdentity } from '../../channels/slack/api/api.ts';
import { linkTo } from '../../channels/slack/card/parts.ts';
import { phraseText } from '../../channels/slack/text/phrase.ts';
import type { Phrase } from '../../core/approvals/phrases.ts';
import { readApproval } from '../../core/approvals/read.ts';
import type { Approval } from '../../core/records/approvals.ts';
import type { SlackContext } from './context.ts';

/** What follows a click: nothing, or a private message to the person who clicked. */
export type Answer = { kind: 'done' } | { kind: 'say'; text: string };

export async function answerWith(context: SlackContext, phrase: Phrase | null): Promise<Answer> {
  if (phrase === null) return { kind: 'done' };
  const next = phrase.flatMap((piece) => (typeof piece === 'object' && 'requestAt' in piece ? [piece.requestAt] : []));
  const [read] = await Promise.all(next.map((id) => readApproval(context, id)));
  const where = read?.kind === 'read' ? whereIs(context.identity, read.approval) : null;
  return { kind: 'say', text: phraseText(phrase, where) };
}

/** Says where the card to decide on is; only its channel where it is not posted yet. */
export function whereIs(identity: SlackIdentity, approval: Approval): string | null {
  const card = approval.cards.find(({ kind }) => kind === 'signers' || kind === 'asker');
  if (!card?.place.channel) return null;
  const link = linkTo(identity, card.place, card.message ?? undefined);
  return link ? `<${link}|here>` : `in <#${card.place.channel}>`;
}
