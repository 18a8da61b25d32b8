import { copiesIn, type EmailPlace } from './place.ts';
import type { SendingContext } from './types.ts';

export type Posted =
  | { kind: 'posted' }
  | { kind: 'later'; waitMs: number; reason: string }
  | { kind: 'failed'; reason: string };

type Letter = { place: EmailPlace; messageId: string; raw: Buffer };

const SWITCHED_OFF_MS = 60_000;
const AGAIN_MS = 5_000;

/** Sends a mail of ours at most once, and marks the mail that it answers. */
export async function post(context: SendingContext, { place, messageId, raw }: Letter): Promise<Posted> {
  const { thread: threadId, from, to } = place;
  const sent = await context.send({ messageId, threadId, raw, from, to: [to, ...copiesIn(place)] });
  switch (sent.kind) {
    case 'recorded':
      return { kind: 'posted' };
    case 'sent':
      return markAnswered(context, place);
    case 'switched_off':
      return { kind: 'later', waitMs: SWITCHED_OFF_MS, reason: sent.reason };
    case 'later':
    case 'unclear':
      return { kind: 'later', waitMs: AGAIN_MS, reason: sent.reason };
    case 'refused':
      return { kind: 'failed', reason: sent.reason };
    case 'unknown': {
      const reason = `${sent.reason}. It is not sent again by itself; ask the customer, or write to them.`;
      return { kind: 'failed', reason };
    }
  }
}

/** A mailbox that is out of reach now is asked again with the mail, which is not sent again. */
async function markAnswered({ mailbox }: SendingContext, { message }: EmailPlace): Promise<Posted> {
  return mailbox.markAnswered(message).then(
    () => ({ kind: 'posted' }) as const,
    (error) => ({ kind: 'later', waitMs: AGAIN_MS, reason: String(error) }) as const,
  );
}
