import { createTransport } from 'nodemailer';
import type { DkimKey } from './dkim.ts';

/** The outcome of handing a mail to a mail server. `unknown`: it may have taken it, and cannot be asked. */
export type Carried =
  | { kind: 'taken' }
  | { kind: 'refused'; reason: string }
  | { kind: 'later'; reason: string }
  | { kind: 'unknown'; reason: string };

export type Carrier = {
  carry(letter: { from: string; to: string[]; raw: Buffer }): Promise<Carried>;
  close(): void;
};

/** Hands mails to the mail server at this address, over a few lasting connections, signed where there is a key. */
export function openCarrier(url: string, dkim?: DkimKey): Carrier {
  const pooled = new URL(url);
  pooled.searchParams.set('pool', 'true');
  // Without this the pool sends a mail again after a lost acknowledgement.
  pooled.searchParams.set('maxRequeues', '0');
  const transport = createTransport({ url: pooled.href, ...(dkim ? { dkim } : {}) });
  return {
    async carry({ from, to, raw }) {
      try {
        await transport.sendMail({ envelope: { from, to }, raw });
        return { kind: 'taken' };
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => transport.close(),
  };
}

type Failure = Error & { code?: string; responseCode?: number; syscall?: string };

/** Errors that nodemailer raises before it has sent any of a mail. */
const BEFORE_ANY = new Set(['EDNS', 'EAUTH', 'ENOAUTH', 'ETLS', 'ECONFIG']);

/** A mail was not taken if the server says so, or if the error came before we began to send it. All else is unknown. */
export function failureOf(error: unknown): Exclude<Carried, { kind: 'taken' }> {
  const {
    code = '',
    responseCode,
    syscall,
    message,
  }: Failure = error instanceof Error ? error : new Error(String(error));
  if (responseCode !== undefined) return { kind: responseCode >= 500 ? 'refused' : 'later', reason: message };
  const isBefore =
    BEFORE_ANY.has(code) || syscall === 'connect' || /^(Connection timeout|Greeting never)/.test(message);
  return { kind: isBefore ? 'later' : 'unknown', reason: message };
}
