import { crashPoint } from '../../core/crash-points.ts';
import type { Approval } from '../../core/records/approvals.ts';
import type { Card } from '../../core/records/cards.ts';
import type { EntryContent } from '../../core/records/types.ts';
import type { CardShown, Question } from '../channel.ts';
import { shownArguments } from '../slack/card/arguments.ts';
import { toolWords } from '../slack/card/parts.ts';
import { plainHtml } from './html.ts';
import { letterOf } from './letter.ts';
import { messageIdOf, type OurMail, ourMailOf, questionName } from './message-id.ts';
import { emailPlace } from './place.ts';
import { post } from './post.ts';
import type { SendingContext } from './types.ts';

/**
 * Asks the customer for a yes, by one mail that is never changed. A card for signers goes to the desk's channel and never
 * here: nobody signs by mail.
 */
export async function showByMail(context: SendingContext, card: Card, approval: Approval): Promise<CardShown> {
  if (card.message !== null) return { kind: 'shown', message: card.message };
  if (card.kind === 'pointer') return { kind: 'shown', message: NO_MAIL };
  if (approval.rule !== 'confirm') {
    const reason = 'nobody signs by mail: set APPROVALS_CHANNEL, or a channel in the desk';
    await context.tellDesk(approval.desk, `A request of a customer cannot be signed; ${reason}`);
    return { kind: 'failed', reason };
  }
  const text = questionText(card, approval);
  if (approval.state !== 'open' || text === null) return { kind: 'shown', message: NO_MAIL };
  // It shows a call, so that nobody else gets it.
  const place = { ...emailPlace(card.place), cc: undefined };
  const messageId = messageIdOf(context.mailKey, questionName(approval.id, card.kind), place.from);
  const raw = await letterOf(context, place, messageId, { text, html: plainHtml(text) });
  crashPoint('card.sending');
  const posted = await post(context, { place, messageId, raw });
  crashPoint('card.sent');
  if (posted.kind === 'later') return { kind: 'retry', waitMs: posted.waitMs, reason: posted.reason };
  if (posted.kind === 'failed') return posted;
  return { kind: 'shown', message: `${(Date.now() / 1000).toFixed(6)} ${messageId}` };
}

/**
 * Does a mail answer the question? One that names the question's Message-ID does, even before the records say that the
 * question was sent.
 */
export function answersQuestion(
  { mailKey }: Pick<SendingContext, 'mailKey'>,
  said: EntryContent,
  { id, message }: Question,
): boolean {
  const { references, asked } = emailPlace(said.place);
  if (references.split(' ').some((one) => isQuestion(ourMailOf(one, mailKey), id))) return true;
  return message !== null && Number(asked) > Number(message.split(' ')[0]);
}

function isQuestion(mail: OurMail | null, approval: string): boolean {
  return mail?.kind === 'question' && mail.approval === approval;
}

/** The id of a card without a mail. Compared as a time, it is later than every answer, so no answer confirms it. */
const NO_MAIL = 'Infinity';

/** Null where the call is too long to show it whole. */
function questionText({ kind }: Card, approval: Approval): string | null {
  const shown = shownArguments(approval);
  if (shown.kind !== 'fits') return null;
  const until = new Date(approval.expiresAt * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return [
    kind === 'reminder'
      ? 'We still wait for your answer. Nothing happens before you confirm this:'
      : 'Please confirm what you asked for. Nothing happens before you do:',
    [toolWords(approval.tool), ...shown.lines, ...shown.seen, ...shown.infoOnly, ...shown.notes].join('\n'),
    `Answer this mail with "yes" to confirm, or with "no" to cancel, until ${until} UTC. Only your own answer from this address counts.`,
    `This is question ${approval.number} of this conversation. Where several are open, answer with "yes ${approval.number}" or "no ${approval.number}".`,
  ].join('\n\n');
}
