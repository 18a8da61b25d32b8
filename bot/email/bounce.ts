import { type OurMail, ourMailIn } from '../../channels/email/message-id.ts';
import { serversOf } from '../../core/desk/desks.ts';
import { noteBounced } from '../../core/records/replies.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import type { EmailContext } from './context.ts';
import { noticeLimits } from './limits.ts';
import { deskOf } from './to-entry.ts';

/** Reports name the mail near their beginning; what follows is often all of it. */
export const LONGEST_REPORT = 256 * 1024;
const DIAGNOSTIC = /^Diagnostic-Code:(?:\s*smtp;)?\s*(.{1,200})/im;
const STATUS = /^Status:\s*(.{1,200})/im;
const FAILED = /^Action:\s*failed\b/im;
/** Mail servers that write no report say in words what they mean. */
const SERVERS = /^(mailer-daemon|postmaster)@/i;
const IN_WORDS = /\b5\d\d[ -]5\.\d{1,3}\.\d{1,3}[^\r\n]{0,200}|^\s*(?:sorry, |unrouteable )[^\r\n]{1,200}/im;

const NOT_ARRIVED: Record<OurMail['kind'], string> = {
  reply: 'A mail to a customer did not arrive',
  question: 'A question that needs the yes of a customer did not arrive',
  tool: 'A mail of the tool send_email did not arrive',
};
/** How much of a mail server's words the desk's channel is told. */
const LONGEST_REASON = 80;

/** A report that a mail of ours did not arrive: a reply has failed then, and the desk's people hear of it. */
export async function noteBounce(context: EmailContext, mail: ParsedMail, beginning: Uint8Array): Promise<void> {
  const report = Buffer.from(beginning).toString('latin1');
  const why = failureIn(mail, report);
  const ours = ourMailIn(report, context.mailKey);
  if (why === null || ours === null) return;
  const error = `the mail came back: ${inPlainWords(why)}`;
  const text = `${NOT_ARRIVED[ours.kind]}; ${error}. The report lies in the mailbox.`;
  // The tools of gmail write as the first desk that has them.
  const desk =
    deskOf(mail, context.desks, context.mailbox)?.desk ?? context.desks.find((one) => serversOf(one).has('gmail'));
  const noted = await noteBounced(
    context.db,
    context.tenant,
    { mail: ours, error, desk: desk?.name ?? null },
    noticeLimits(ours),
  );
  if (noted.kind === 'tell') await context.tellDesk(noted.desk, text);
  if (noted.kind === 'too_many') context.log.warn({ limit: noted.limit }, text);
}

/** Anybody may write a report, so that it brings no link, address or mention into the desk's channel. */
function inPlainWords(why: string): string {
  const words = why.split(/\s+/).filter((word) => /^[\p{L}\p{N}.,;:()'-]+$/u.test(word) && !/[.:]\p{L}/u.test(word));
  return words.join(' ').slice(0, LONGEST_REASON) || 'no reason given';
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
