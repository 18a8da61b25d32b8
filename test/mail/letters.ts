/** Raw mails as programs write them. */
export function letter(headers: Record<string, string | string[]>, body = 'Hello', trace = true): Buffer {
  const lines = Object.entries({
    ...(trace ? { 'Delivered-To': 'support+bank@localhost' } : {}),
    ...usual,
    ...headers,
  });
  const head = lines.flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body.replace(/\r?\n/g, '\r\n')}\r\n`);
}

const usual = {
  From: 'Jordan Ellis <jordan.ellis@example.com>',
  To: 'support+bank@localhost',
  Subject: 'A question',
  Date: 'Mon, 23 Nov 2026 10:00:00 +0100',
  'Message-ID': '<q1@example.com>',
};

export function html(body: string): Buffer {
  return letter({ 'MIME-Version': '1.0', 'Content-Type': 'text/html; charset=utf-8' }, body);
}

/** In a charset that Node cannot write, so its bytes are given as base64. */
export function encoded(charset: string, base64: string): Buffer {
  const type = { 'Content-Type': `text/plain; charset=${charset}`, 'Content-Transfer-Encoding': 'base64' };
  return letter({ 'MIME-Version': '1.0', ...type }, base64);
}

export function multipart(parts: { headers: string[]; body: string }[], kind = 'mixed'): Buffer {
  const body = parts.map(({ headers, body }) => `--cut\n${headers.join('\n')}\n\n${body}\n`).join('');
  return letter({ 'MIME-Version': '1.0', 'Content-Type': `multipart/${kind}; boundary=cut` }, `${body}--cut--`);
}

const quoted = '> Please say yes or no.\n> Which card is it?\n';

/** A yes on top of what it answers, as the big programs and languages write it. */
export const replies: Record<string, string> = {
  Gmail: `yes\n\nOn Mon, Nov 23, 2026 at 9:58 AM Bank <support+bank@localhost> wrote:\n\n${quoted}`,
  'Gmail, its line broken': `yes\n\nOn Mon, Nov 23, 2026 at 9:58 AM Bank customer support <\nsupport+bank@localhost> wrote:\n\n${quoted}`,
  'Apple Mail': `yes\n\n> On 23 Nov 2026, at 09:58, Bank <support+bank@localhost> wrote:\n> \n${quoted}`,
  iPhone: `yes\n\nSent from my iPhone\n\n> On 23. Nov 2026, at 09:58, Bank <support+bank@localhost> wrote:\n> \n${quoted}`,
  Outlook:
    'yes\n\n________________________________\nFrom: Bank <support+bank@localhost>\nSent: Monday, November 23, 2026 9:58 AM\nTo: Jordan Ellis <jordan.ellis@example.com>\nSubject: Re: My card\n\nPlease say yes or no.\n',
  'Outlook, older':
    'yes\n\n-----Original Message-----\nFrom: Bank <support+bank@localhost>\nSent: Monday, November 23, 2026 9:58 AM\nTo: Jordan Ellis\nSubject: Re: My card\n\nPlease say yes or no.\n',
  Thunderbird: `yes\n\nOn 11/23/26 09:58, Bank wrote:\n${quoted}`,
  German: `yes\n\nAm Mo., 23. Nov. 2026 um 09:58 Uhr schrieb Bank <support+bank@localhost>:\n\n${quoted}`,
  French: `yes\n\nLe lun. 23 nov. 2026 à 09:58, Bank <support+bank@localhost> a écrit :\n\n${quoted}`,
  Spanish: `yes\n\nEl lun, 23 nov 2026 a las 9:58, Bank (<support+bank@localhost>) escribió:\n\n${quoted}`,
  Italian: `yes\n\nIl giorno lun 23 nov 2026 alle ore 09:58 Bank <support+bank@localhost> ha scritto:\n\n${quoted}`,
  Dutch: `yes\n\nOp ma 23 nov 2026 om 09:58 schreef Bank <support+bank@localhost>:\n\n${quoted}`,
  Portuguese: `yes\n\nEm seg., 23 de nov. de 2026 às 09:58, Bank <support+bank@localhost> escreveu:\n\n${quoted}`,
  'with a signature': `yes\n\n-- \nJordan Ellis\nPortland\n\nOn Mon, Nov 23, 2026 at 9:58 AM Bank <support+bank@localhost> wrote:\n\n${quoted}`,
};

/** What machines write, and what keeps us from answering it. */
export const machines: Record<string, Record<string, string>> = {
  'an absence notice': { 'Auto-Submitted': 'auto-replied' },
  'a generated mail': { 'Auto-Submitted': 'auto-generated' },
  'an absence notice of Outlook': { Subject: 'Automatic reply: A question' },
  'a German absence notice': { Subject: 'Abwesenheitsnotiz: A question' },
  'a bounce': { 'Return-Path': '<>', From: 'Mail Delivery Subsystem <mailer-daemon@example.com>' },
  'a delivery report': { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' },
  'a mailing list': { 'List-Id': 'News <news.example.com>' },
  'a newsletter': { 'List-Unsubscribe': '<mailto:leave@example.com>' },
  'bulk mail': { Precedence: 'bulk' },
  junk: { Precedence: 'junk' },
  'a sender that reads nothing': { From: 'no-reply@example.com' },
  'the postmaster': { From: 'postmaster@example.com' },
  'another desk of ours': { From: 'support+it@localhost' },
  'nobody in particular': { From: '' },
  'two people at once': { From: 'a@example.com, b@example.com' },
};
