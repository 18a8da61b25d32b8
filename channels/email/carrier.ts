import { createTransport } from 'nodemailer';

/** The outcome of handing a mail to a mail server. `unknown`: it may have taken it, and cannot be asked. */
export type Carried = { kind: 'taken' } | { kind: 'refused' | 'later' | 'unknown'; reason: string };

export type Carrier = {
  carry(letter: { from: string; to: string; raw: Buffer }): Promise<Carried>;
  close(): void;
};

/** A mail server that others' mail goes out by, over a few lasting connections. */
export function openCarrier(url: string): Carrier {
  const pooled = new URL(url);
  pooled.searchParams.set('pool', 'true');
  // By itself the pool sends a mail again whose acknowledgement was lost.
  pooled.searchParams.set('maxRequeues', '0');
  const transport = createTransport(pooled.href);
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

/** Only a server's own word, or an error from before the mail was begun, says that it was not taken. */
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
