import { replyIn } from '../../channels/email/message-id.ts';
import { bounceReply } from '../../core/records/replies.ts';
import type { ParsedMail } from '../../mailbox/parse/types.ts';
import type { EmailContext } from './context.ts';

/** Reports name the mail near their beginning; what follows is often all of it. */
export const LONGEST_REPORT = 256 * 1024;
const DIAGNOSTIC = /^Diagnostic-Code:(?:\s*smtp;)?\s*(.{1,200})/im;
const STATUS = /^Status:\s*(.{1,200})/im;
const NOT_A_FAILURE = /^Action:\s*(delayed|relayed|delivered|expanded)\b/im;

/** A report that a mail of ours did not arrive: its reply has failed, and the desk's people hear of it. */
export async function noteBounce(context: EmailContext, mail: ParsedMail, beginning: Uint8Array): Promise<void> {
  const isReport = /^multipart\/report\b/.test(mail.contentType);
  const hasNoSender = mail.headers.some(({ name, value }) => name === 'return-path' && value === '<>');
  if (!isReport && !hasNoSender) return;
  const report = Buffer.from(beginning).toString('latin1');
  const reply = replyIn(report, context.installation);
  if (reply === null || NOT_A_FAILURE.test(report)) return;
  const said = DIAGNOSTIC.exec(report) ?? STATUS.exec(report);
  const why = said?.[1]?.trim() ?? 'no reason given';
  const error = `the mail came back: ${why}`;
  const bounced = await bounceReply(context.db, context.tenant, reply, error);
  if (bounced.kind === 'failed') await context.tellDesk(bounced.desk, `A mail to a customer did not arrive; ${error}`);
}
