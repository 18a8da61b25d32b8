import { compose } from '../../mailbox/compose.ts';
import type { Change } from '../../mailbox/types.ts';

export type Mail = { messageId: string; body: string };

let written = 0;

/** As a customer wrote it. */
export function mail(subject: string, { messageId, body = 'Hello\r\n' }: Partial<Mail> = {}): Buffer {
  written += 1;
  return Buffer.from(
    [
      'From: Jordan <jordan@example.com>',
      'To: support@example.com',
      `Subject: ${subject}`,
      `Date: ${new Date().toUTCString()}`,
      `Message-ID: ${messageId ?? `<mail-${written}@example.com>`}`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      body,
    ].join('\r\n'),
  );
}

export function answer(messageId: string): Promise<Buffer> {
  return compose({
    ...{ from: { name: 'IT', address: 'support@example.com' }, to: [{ name: '', address: 'jordan@example.com' }] },
    ...{ subject: 'Re: A question', text: 'An answer.\n', messageId, automatic: true },
    ...{ inReplyTo: '<asked@example.com>', references: ['<asked@example.com>'] },
  });
}

export function idsIn(changes: Change[]): string[] {
  return changes.flatMap(({ id }) => id ?? []);
}
