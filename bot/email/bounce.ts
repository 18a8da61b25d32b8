import { replyIn } from '../../channels/email/message-id.ts';
import { bounceReply } from '../../core/records/replies.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import type { EmailContext } from './context.ts';

/** Reports name the mail near their beginning; what follows is often all of it. */
export const LONGEST_REPORT = 256 * 1024;
const DIAGNOSTIC = /^Diagnostic-Code:(?:\s*smtp;)?\s*(.{1,200})/im;
const STATUS = /^Status:\s*(.{1,200})/im;
const FAILED = /^Action:\s*failed\b/im;
/** Mail servers that write no report say in words what they mean. */
const SERVERS = /^(mailer-daemon|postmaster)@/i;
const IN_WORDS = /\b5\d\d[ -]5\.\d{1,3}\.\d{1,3}[^\r\n]{0,200}|^\s*(?:sorry, |unrouteable )[^\r\n]{1,200}/im;

/** A report that a mail of ours did not arrive: its reply has failed, and the desk's people hear of it. */
export async function noteBounce(context: EmailContext, mail: ParsedMail, beginning: Uint8Array): Promise<void> {
  const report = Buffer.from(beginning).toString('latin1');
  const why = failureIn(mail, report);
  const reply = replyIn(report, context.installation);
  if (why === null || reply === null) return;
  const error = `the mail came back: ${why}`;
  const bounced = await bounceReply(context.db, context.tenant, reply, error);
  if (bounced.kind === 'failed') await context.tellDesk(bounced.desk, `A mail to a customer did not arrive; ${error}`);
}

/** Why a mail server says that a mail did not arrive; null where it says nothing of the kind, as a receipt or an absence notice. */
export function failureIn(mail: ParsedMail, report: string): string | null {
  const hasNoSender = mail.headers.some(({ name, value }) => name === 'return-path' && value === '<>');
  const isReport = /^multipart\/report\b/.test(mail.contentType);
  const isOfServer =
    hasNoSender &&
    (mail.headers.some(({ name }) => name === 'x-failed-recipients') || SERVERS.test(mail.from[0]?.address ?? ''));
  if (isReport ? !FAILED.test(report) : !isOfServer) return null;
  const said = DIAGNOSTIC.exec(report) ?? STATUS.exec(report);
  return said?.[1]?.trim() ?? IN_WORDS.exec(mail.text)?.[0].trim() ?? 'no reason given';
}
