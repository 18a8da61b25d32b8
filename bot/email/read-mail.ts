import { isThreadKnown } from '../../core/records/entries.ts';
import { SENT, SPAM } from '../../mailbox/labels.ts';
import type { Change, Kept } from '../../mailbox/types.ts';
import type { FileReader } from '../../reading/files/thread.ts';
import type { Parser } from '../../reading/mail/thread.ts';
import type { Parsed } from '../../reading/mail/types.ts';
import { readAttachments } from './attachments.ts';
import { LONGEST_REPORT, noteBounce } from './bounce.ts';
import { type ColleagueMail, colleagueMail } from './colleague.ts';
import type { EmailContext } from './context.ts';
import { automaticReason } from './machine.ts';
import { type Read, toEntry } from './to-entry.ts';

const READ_AHEAD = 4;

export type ReadingContext = EmailContext &
  Pick<Parser, 'parse' | 'parseAgain' | 'parseHead'> & { readFile: FileReader['read'] };

export type ReadChange = Change & { read: Arrived | { kind: 'failed'; error: unknown } | null };

/** Reads a few mails ahead, so that the next one need not wait until one is saved. */
export async function* readInOrder(context: ReadingContext, changes: Change[]): AsyncGenerator<ReadChange> {
  const waiting = [...changes];
  const begun: Promise<ReadChange>[] = [];
  for (;;) {
    while (begun.length < READ_AHEAD) {
      const change = waiting.shift();
      if (!change) break;
      begun.push(readChange(context, change));
    }
    const first = begun.shift();
    if (!first) return;
    yield first;
  }
}

async function readChange(context: ReadingContext, change: Change): Promise<ReadChange> {
  if (change.id === null) return { ...change, read: null };
  const read = await readMail(context, change.id).catch((error: unknown) => ({ kind: 'failed' as const, error }));
  return { ...change, read };
}

type Arrived =
  | Read
  | { kind: 'colleague'; mail: ColleagueMail }
  /** A person has to read it. */
  | { kind: 'unread'; why: string };

async function readMail(context: ReadingContext, id: string): Promise<Arrived> {
  const { mailbox, desks, redact } = context;
  const kept = await mailbox.read(id);
  if (!kept) return { kind: 'passed', why: 'it is not in the mailbox any more' };
  // Parsing takes the bytes away.
  const beginning = kept.raw.slice(0, LONGEST_REPORT);
  const parsed = await parseTwice(context, kept);
  if (parsed.kind !== 'parsed') return { kind: 'unread', why: parsed.why };
  if (kept.labels.includes(SENT)) {
    const why = automaticReason(parsed.mail);
    if (why !== null) return { kind: 'passed', why };
    const mail = colleagueMail(kept, parsed.mail);
    return { kind: 'colleague', mail: { ...mail, text: redact(mail.text) } };
  }
  const read = toEntry(kept, parsed.mail, { desks, mailbox });
  if (kept.labels.includes(SPAM) && !(await continues(context, read)))
    return { kind: 'passed', why: 'it lies in spam, and is no answer of a verified customer' };
  if (read.kind === 'passed') {
    await noteBounce(context, parsed.mail, beginning);
    return read;
  }
  const { content } = read.entry;
  const files = await readAttachments(context, id, parsed.mail.attachments);
  const said = { ...content, text: redact(content.text), ...(files.length > 0 ? { files } : {}) };
  return { ...read, entry: { ...read.entry, content: said } };
}

async function parseTwice({ mailbox, parse, parseAgain }: ReadingContext, { id, raw }: Kept): Promise<Parsed> {
  const first = await parse(raw);
  const again = first.kind === 'given_up' ? await mailbox.read(id) : null;
  return again ? parseAgain(again.raw) : first;
}

/** A customer whom we have answered goes on with that conversation: no filter knows that better than we do. */
async function continues({ db, tenant }: ReadingContext, read: Read): Promise<boolean> {
  if (read.kind === 'passed' || read.entry.principal.kind !== 'customer') return false;
  return isThreadKnown(db, tenant, read.entry.channel, read.entry.address);
}
