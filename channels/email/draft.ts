import type { Card } from '../../core/records/cards.ts';
import type { Matter } from '../../core/records/matters.ts';
import type { CardShown } from '../channel.ts';
import { letterOf } from './letter.ts';
import { messageIdOf } from './message-id.ts';
import { emailPlace } from './place.ts';
import { bodyOf } from './reply.ts';
import type { SendingContext } from './types.ts';

const AGAIN_MS = 5_000;

/** Keeps a draft in the mailbox as long as it waits. What goes out is a mail of its own, so the draft is deleted then. */
export async function showDraft(context: SendingContext, card: Card, { state, draft }: Matter): Promise<CardShown> {
  const place = emailPlace(card.place);
  const messageId = messageIdOf(context.mailKey, `draft-${card.id}`, place.from);
  const { mailbox } = context;
  try {
    if (state === 'open') {
      // If it is sent at Gmail, a person has sent it.
      const raw = await letterOf(context, place, messageId, bodyOf(place, draft ?? ''), false);
      await mailbox.keepDraft({ messageId, threadId: place.thread, raw });
    } else await mailbox.dropDraft(messageId);
    return { kind: 'shown', message: messageId };
  } catch (error) {
    return { kind: 'retry', waitMs: AGAIN_MS, reason: error instanceof Error ? error.message : String(error) };
  }
}
