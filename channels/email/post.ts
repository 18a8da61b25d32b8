import type { Mailbox, Outbound } from '../../mailbox/types.ts';
import type { EmailPlace } from './place.ts';
import type { SendingContext } from './types.ts';

export type Posted =
  | { kind: 'posted' }
  | { kind: 'later'; waitMs: number; reason: string }
  | { kind: 'failed'; reason: string };

type Letter = { place: EmailPlace; messageId: string; raw: Buffer };

const SWITCHED_OFF_MS = 60_000;
const AGAIN_MS = 5_000;
const NOBODY_KNOWS =
  'the connection to the mail server broke before it said whether it took the mail. It is not sent again by itself; ask the customer, or write to them.';

/** Sends a mail at most once: the mailbox knows by its Message-ID how far an earlier try came. */
export async function post(context: SendingContext, letter: Letter): Promise<Posted> {
  if (context.sending === 'off') return { kind: 'later', waitMs: SWITCHED_OFF_MS, reason: 'MAIL_SEND is off' };
  const { mailbox, relay, sending } = context;
  const message = { messageId: letter.messageId, threadId: letter.place.thread, raw: letter.raw };
  try {
    if (sending === 'record') {
      await mailbox.record(message);
      return { kind: 'posted' };
    }
    const posted = relay ? await carry(relay, letter) : await send(mailbox, message);
    if (posted.kind === 'posted') await mailbox.markAnswered(letter.place.message);
    return posted;
  } catch (error) {
    return { kind: 'later', waitMs: AGAIN_MS, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function send(mailbox: Mailbox, message: Outbound): Promise<Posted> {
  await mailbox.send(message);
  return { kind: 'posted' };
}

/** The mailbox holds the mail before the server gets it, so that a crash in between is not taken for a mail never sent. */
async function carry(
  { mailbox, carrier }: NonNullable<SendingContext['relay']>,
  { place, messageId, raw }: Letter,
): Promise<Posted> {
  const held = await mailbox.hold({ messageId, threadId: place.thread, raw });
  if (held === 'sent') return { kind: 'posted' };
  if (held !== 'held')
    return { kind: 'failed', reason: held === 'unknown' ? NOBODY_KNOWS : 'its mail server refused it' };
  const carried = await carrier.carry({ from: place.from, to: place.to, raw });
  switch (carried.kind) {
    case 'taken':
      await mailbox.settle(messageId, 'SENT');
      return { kind: 'posted' };
    case 'later':
      await mailbox.settle(messageId, 'WAITING');
      return { kind: 'later', waitMs: AGAIN_MS, reason: carried.reason };
    case 'refused':
      await mailbox.settle(messageId, 'FAILED');
      return { kind: 'failed', reason: carried.reason };
    case 'unknown':
      await mailbox.settle(messageId, 'UNKNOWN');
      return { kind: 'failed', reason: NOBODY_KNOWS };
  }
}
