import { createTransport } from 'nodemailer';
import type { MailOrder, MailWriter } from '../page/protocol.ts';
import { isOurs, type Mail } from './view.ts';

/** Who writes, and what stands above the text. */
export type Envelope = {
  from: { name: string; address: string };
  /** The door asks for no password. Logging in is what a mail provider does for its own customers. */
  logsIn: boolean;
  to: string;
  subject: string;
  references?: string[];
  inReplyTo?: string;
};

/** Hands a mail in at the SMTP door as any mail program would. Gives its Message-ID once the door has kept it. */
export async function sendMail(
  smtp: string | null,
  { logsIn, ...envelope }: Envelope,
  { text, files }: Pick<MailOrder, 'text' | 'files'>,
): Promise<string> {
  const [host, port] = smtp?.split(':') ?? [];
  if (!host || !port) throw new Error('The SMTP door is not open yet: try again in a moment.');
  const login = logsIn ? { auth: { user: envelope.from.address, pass: 'any' } } : {};
  const transport = createTransport({ host, port: Number(port), ...login });
  try {
    const attachments = files.map(({ name: filename, text: content }) => ({ filename, content }));
    return (await transport.sendMail({ ...envelope, text, attachments })).messageId;
  } finally {
    transport.close();
  }
}

/** A customer writes to a desk, or goes on with their thread. */
export function customerEnvelope({ name, address, verified }: MailWriter, order: MailOrder, thread: Mail[]): Envelope {
  const from = { from: { name, address }, logsIn: verified };
  if (!('thread' in order)) return { ...from, to: order.to, subject: order.subject };
  const [first] = thread;
  if (!first) throw new Error(`${order.as} sees no thread ${order.thread}.`);
  return { ...from, to: deskAddress(thread, first), ...answerHead(thread) };
}

/** A colleague answers from the mailbox itself, under the desk's address, as they would with any mail program. */
export function teamEnvelope(thread: Mail[]): Envelope {
  const asked = thread.findLast((mail) => !isOurs(mail));
  if (!asked) throw new Error('Nobody wrote in this thread who could be answered.');
  const from = { name: 'The team', address: deskAddress(thread, asked) };
  return { from, logsIn: true, to: asked.fromAddress, ...answerHead(thread) };
}

/** The address that the desk last answered from, or that the customer wrote to. */
function deskAddress(thread: Mail[], asked: Mail): string {
  return thread.findLast(({ labels }) => labels.includes('SENT'))?.fromAddress ?? asked.toText;
}

function answerHead(thread: Mail[]): Pick<Envelope, 'subject' | 'references' | 'inReplyTo'> {
  const sent = thread.filter(({ labels }) => !labels.includes('DRAFT'));
  const subject = sent[0]?.subject ?? '';
  const references = sent.flatMap(({ messageId }) => messageId ?? []);
  const last = references.at(-1);
  return {
    subject: /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    references,
    ...(last === undefined ? {} : { inReplyTo: last }),
  };
}
