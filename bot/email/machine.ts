import { deskForAddress } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';

/** Why nobody answers this mail; null for a mail that a person wrote to us. */
export function machineReason(mail: ParsedMail, from: string, desks: Desk[]): string | null {
  const why = automaticReason(mail);
  if (why !== null) return why;
  if (mail.calendar !== null && /^(reply|cancel|counter|refresh|declinecounter)$/.test(mail.calendar))
    return 'a calendar answers an invitation or takes it back';
  if (/^(mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?)([+@-]|$)/.test(from))
    return `${from} reads no mail`;
  if (deskForAddress(desks, from)) return 'it comes from an address of our own';
  if (AUTOMATIC_SUBJECT.test(mail.subject)) return 'its subject says that it is an automatic reply';
  return null;
}

/** Which header says that a machine sent it. */
export function automaticReason(mail: ParsedMail): string | null {
  const header = (wanted: string) => mail.headers.find(({ name }) => name === wanted)?.value.toLowerCase();
  const submitted = header('auto-submitted');
  if (submitted !== undefined && !/^no\b/.test(submitted)) return 'a machine submitted it';
  if (header('return-path') === '<>') return 'it has no return path, so it is a notice of a mail server';
  if (mail.headers.some(({ name }) => name.startsWith('list-'))) return 'it came by a mailing list';
  if (/\b(bulk|junk|list|auto_reply)\b/.test(header('precedence') ?? '')) return 'its precedence is that of bulk mail';
  if (/^multipart\/report\b/.test(mail.contentType)) return 'it is a report of a mail server';
  if (header('x-autoreply') || header('x-autorespond')) return 'it is an automatic reply';
  if (/\b(all|autoreply)\b/.test(header('x-auto-response-suppress') ?? '')) return 'it asks for no automatic reply';
  return null;
}

/** How mail programs begin the subject of an absence notice; a person who asks about such notices goes on without a colon. */
const AUTOMATIC_SUBJECT =
  /^\s*(auto(matic)?[- ]?(reply|response)|out of (the )?office( autoreply)?|abwesenheitsnotiz|automatische antwort|r[eé]ponse automatique|absence du bureau|respuesta autom[aá]tica|fuera de (la )?oficina|resposta autom[aá]tica|risposta automatica|automatisch antwoord|afwezigheidsbericht|automatyczna odpowied[zź]|autosvar|automatisk svar|automatiskt svar|automaattinen vastaus|otomatik yan[ıi]t|automatick[aá] odpov[eě][dď]|автоматический ответ|автоответ|自動応答|自動返信|自动回复|自動回覆|자동 회신|자동 응답)\s*([:：]|$)/i;
