import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { failureIn } from '../../bot/email/bounce.ts';
import { type Read, toEntry } from '../../bot/email/to-entry.ts';
import { readDesks } from '../../core/desk/desks.ts';
import type { Parsed, ParsedMail } from '../../reading/mail/types.ts';

const FOLDER = new URL('./corpus/', import.meta.url);
/** The receiver that wrote the results at the top of each mail. */
export const authority = 'mx.google.com';

const expectedSchema = z.strictObject({
  /** Which program wrote it, and what is worth to know of it. */
  what: z.string(),
  /** Part of the reason for which nobody answers it. */
  unanswered: z.string().optional(),
  /** Part of the reason for which a mail of ours did not arrive. */
  failure: z.string().optional(),
  from: z.string().optional(),
  /** Does our receiver vouch for its sender? */
  believed: z.boolean().optional(),
  subject: z.string().optional(),
  said: z.string().optional(),
  /** Blanks and line ends may differ. */
  loose: z.boolean().default(false),
  references: z.array(z.string()).default([]),
  attachments: z.array(z.string()).default([]),
  hidden: z.boolean().default(false),
  /** It may be given up instead, within the limits. */
  may_refuse: z.boolean().default(false),
});
export type Expected = z.infer<typeof expectedSchema>;
export type Specimen = { name: string; raw: Buffer; expected: Expected };

export const specimens: Specimen[] = readdirSync(FOLDER).sort().flatMap(groupOf);

/** Every file has its expectation, and every expectation its file. */
function groupOf(group: string): Specimen[] {
  const folder = new URL(`${group}/`, FOLDER);
  const expected = z
    .record(z.string(), expectedSchema)
    .parse(parse(readFileSync(new URL('expected.yaml', folder), 'utf8')));
  const files = readdirSync(folder).filter((file) => file.endsWith('.eml'));
  const names = new Set([...Object.keys(expected), ...files.map((file) => file.replace(/\.eml$/, ''))]);
  return [...names].sort().map((name) => {
    const one = expected[name];
    if (!one) throw new Error(`${group}/${name}.eml has no expectation`);
    return { name: `${group}/${name}`, raw: readFileSync(new URL(`${name}.eml`, folder)), expected: one };
  });
}

const read = readDesks('desks');
const desks = read.kind === 'ok' ? read.desks : [];
/** The first of the shipped desks gets an address as companies have them. */
const atShop = desks.map((desk, at) =>
  at === 0 ? { ...desk, email: { ...desk.email, addresses: ['support@shop.example'] } } : desk,
);

export function entryOf(raw: Uint8Array, mail: ParsedMail): Read {
  const kept = { id: 'm1', threadId: 't1', labels: ['INBOX'], receivedAt: new Date(0), raw };
  return toEntry(kept, mail, { desks: atShop, mailbox: { authority, deliveredTo: 'account' } });
}

/** What an expectation says of it, to be compared with what became of it. */
export function wantedOf({ unanswered, failure, from, believed, references, hidden, ...expected }: Expected): object {
  if (unanswered !== undefined) return { unanswered, failure };
  return { from, believed, references, hidden, ...spoken(expected, expected) };
}

export function becomeOf(raw: Buffer, parsed: Parsed, expected: Expected): object {
  if (parsed.kind !== 'parsed') return parsed;
  const { mail } = parsed;
  const come = entryOf(raw, mail);
  const { unanswered, failure } = expected;
  if (come.kind === 'passed') {
    const why = failureIn(mail, raw.toString('latin1')) ?? undefined;
    return { unanswered: wholeOr(unanswered, come.why), failure: wholeOr(failure, why) };
  }
  const attachments = mail.attachments.map(({ name, type }) => `${name} (${type})`);
  return {
    from: come.entry.content.author,
    believed: come.entry.principal.kind === 'customer',
    references: mail.references,
    hidden: mail.hidden,
    ...spoken(expected, { subject: mail.subject, said: mail.said, attachments }),
  };
}

/** The part that is expected, where it is part of the whole. */
function wholeOr(part: string | undefined, whole: string | undefined): string | undefined {
  return part !== undefined && whole?.includes(part) ? part : whole;
}

/** As far as something is expected of it. */
function spoken(
  expected: Pick<Expected, 'subject' | 'said' | 'loose'>,
  { subject, said, attachments }: Pick<Expected, 'subject' | 'said' | 'attachments'>,
): object {
  return {
    ...(expected.subject === undefined ? {} : { subject }),
    ...(expected.said === undefined ? {} : { attachments, said: expected.loose ? squeezed(said) : said }),
  };
}

/** Blanks and line ends may differ. */
export function squeezed(text = ''): string {
  return text.replace(/\s+/g, ' ').trim();
}
