import type { SentMail } from '../mock/sent.ts';
import type { Mailbox, MessageIds, Outbound } from '../types.ts';
import type { Carrier } from './carrier.ts';

/** `record`: we write and keep mails, and send none. `off`: we send nothing and keep nothing. */
export type SendingMode = 'on' | 'record' | 'off';

/** A mail with its envelope. */
export type Outgoing = Outbound & { from: string; to: string[] };

export type Sent =
  | { kind: 'sent' | 'recorded'; ids: MessageIds }
  /** Nothing was sent; it may work later. */
  | { kind: 'switched_off' | 'later'; reason: string }
  /** It may have been sent. Whoever sends it again under its Message-ID finds out, and it goes out once at most. */
  | { kind: 'unclear'; reason: string }
  | { kind: 'refused'; reason: string }
  /** It may have been sent, and nobody can find out. It is never sent again. */
  | { kind: 'unknown'; reason: string };

/** Sends each mail at most once: the mailbox knows by its Message-ID how far an earlier try came. */
export type Sender = (mail: Outgoing) => Promise<Sent>;

/** What an installation sends with: its mailbox, or a mail server that gets what the mock mailbox holds. */
export type SendingBy = { mode: SendingMode } & (
  | { mailbox: Pick<Mailbox, 'send' | 'record'>; carrier: null }
  | { mailbox: SentMail; carrier: Carrier | null }
);

const NOBODY_KNOWS = 'the connection to the mail server broke before it said whether it took the mail';

export function openSender(by: SendingBy): Sender {
  return async (mail) => {
    if (by.mode === 'off') return { kind: 'switched_off', reason: 'MAIL_SEND is off' };
    const message = { messageId: mail.messageId, threadId: mail.threadId, raw: mail.raw };
    try {
      if (by.mode === 'record') return { kind: 'recorded', ids: await by.mailbox.record(message) };
      if (by.carrier) return await carry(by.mailbox, by.carrier, mail);
      return { kind: 'sent', ids: await by.mailbox.send(message) };
    } catch (error) {
      return { kind: 'unclear', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** The mailbox holds the mail before the server gets it, so that a crash in between is not taken for a mail never sent. */
async function carry(mailbox: SentMail, carrier: Carrier, mail: Outgoing): Promise<Sent> {
  const { messageId, threadId, raw, from, to } = mail;
  const { state, ids } = await mailbox.hold({ messageId, threadId, raw });
  if (state === 'sent') return { kind: 'sent', ids };
  if (state === 'failed') return { kind: 'refused', reason: 'the mail server refused it' };
  if (state === 'unknown') return { kind: 'unknown', reason: NOBODY_KNOWS };
  const carried = await carrier.carry({ from, to, raw });
  switch (carried.kind) {
    case 'taken':
      await mailbox.settle(messageId, 'SENT');
      return { kind: 'sent', ids };
    case 'later':
      await mailbox.settle(messageId, 'WAITING');
      return carried;
    case 'refused':
      await mailbox.settle(messageId, 'FAILED');
      return carried;
    case 'unknown':
      await mailbox.settle(messageId, 'UNKNOWN');
      return { kind: 'unknown', reason: NOBODY_KNOWS };
  }
}
