import { createTransport } from 'nodemailer';
import type { MailOrder, MailWriter } from '../page/protocol.ts';
import type { Mail } from './view.ts';

/** Hands a mail in at the SMTP door as any mail program would. Gives its Message-ID once the door has kept it. */
export async function sendMail(
  smtp: string | null,
  writer: MailWriter,
  order: MailOrder,
  thread: Mail[],
): Promise<string> {
  const [host, port] = smtp?.split(':') ?? [];
  if (!host || !port) throw new Error('The SMTP door is not open yet: try again in a moment.');
  const { name, address, verified } = writer;
  // The door asks for no password. Logging in is what a mail provider does for its own customers.
  const login = verified ? { auth: { user: address, pass: 'any' } } : {};
  const transport = createTransport({ host, port: Number(port), ...login });
  try {
    const { messageId } = await transport.sendMail({
      ...headOf(order, thread),
      from: { name, address },
      text: order.text,
      attachments: order.files.map(({ name: filename, text: content }) => ({ filename, content })),
    });
    return messageId;
  } finally {
    transport.close();
  }
}

function headOf(order: MailOrder, thread: Mail[]) {
  if (!('thread' in order)) return { to: order.to, subject: order.subject };
  const [first, last] = [thread[0], thread.at(-1)];
  if (!first || !last) throw new Error(`${order.as} sees no thread ${order.thread}.`);
  const ours = thread.findLast(({ labels }) => labels.includes('SENT'));
  const ids = thread.flatMap(({ messageId }) => messageId ?? []);
  return {
    to: ours?.fromAddress ?? first.toText,
    subject: /^re:/i.test(first.subject) ? first.subject : `Re: ${first.subject}`,
    references: ids,
    ...(ids.length > 0 ? { inReplyTo: ids.at(-1) } : {}),
  };
}
