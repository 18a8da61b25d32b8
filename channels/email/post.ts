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
  const { mailbox, carrier, sending } = context;
  const message = { messageId: letter.messageId, threadId: letter.place.thread, raw: letter.raw };
  try {
    if (sending === 'on' && carrier) return await carry(context, letter);
    await mailbox.send(message, sending === 'record' ? 'RECORDED' : 'SENT');
    return { kind: 'posted' };
  } catch (error) {
    return { kind: 'later', waitMs: AGAIN_MS, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The mailbox holds the mail before the server gets it, so that a crash in between is not taken for a mail never sent. */
async function carry({ mailbox, carrier }: SendingContext, { place, messageId, raw }: Letter): Promise<Posted> {
  const held = await mailbox.hold({ messageId, threadId: place.thread, raw });
  if (held === 'sent') return { kind: 'posted' };
  if (held !== 'held')
    return { kind: 'failed', reason: held === 'unknown' ? NOBODY_KNOWS : 'its mail server refused it' };
  const carried = (await carrier?.carry({ from: place.from, to: place.to, raw })) ?? { kind: 'taken' };
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
