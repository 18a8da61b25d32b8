import { isThreadKnown } from '../../core/records/entries.ts';
import { SENT, SPAM } from '../../mailbox/labels.ts';
import type { Change } from '../../mailbox/types.ts';
import type { FileReader } from '../../reading/files/thread.ts';
import type { Parser } from '../../reading/mail/thread.ts';
import { readAttachments } from './attachments.ts';
import { LONGEST_REPORT, noteBounce } from './bounce.ts';
import { type ColleagueMail, colleagueMail } from './colleague.ts';
import type { EmailContext } from './context.ts';
import { type Read, toEntry } from './to-entry.ts';

const READ_AHEAD = 4;

export type ReadingContext = EmailContext & Pick<Parser, 'parse'> & { readFile: FileReader['read'] };

type ReadChange = Change & { read: Arrived | null };

/** Reads a few mails ahead, so that the next one need not wait until one is saved. */
export async function* readInOrder(context: ReadingContext, changes: Change[]): AsyncGenerator<ReadChange> {
  const waiting = [...changes];
  const begun: Promise<ReadChange>[] = [];
  for (;;) {
    while (begun.length < READ_AHEAD) {
      const change = waiting.shift();
      if (!change) break;
      const reading = readChange(context, change);
      // Whoever takes it from the list hears of its error.
      reading.catch(() => {});
      begun.push(reading);
    }
    const first = begun.shift();
    if (!first) return;
    yield first;
  }
}

async function readChange(context: ReadingContext, change: Change): Promise<ReadChange> {
  return { ...change, read: change.id === null ? null : await readMail(context, change.id) };
}

type Arrived = Read | { kind: 'colleague'; mail: ColleagueMail };

async function readMail(context: ReadingContext, id: string): Promise<Arrived> {
  const { mailbox, desks, parse, redact } = context;
  const kept = await mailbox.read(id);
  if (!kept) return { kind: 'passed', why: 'it is not in the mailbox any more' };
  // Parsing takes the bytes away.
  const beginning = kept.raw.slice(0, LONGEST_REPORT);
  const parsed = await parse(kept.raw);
  if (parsed.kind === 'unreadable') return { kind: 'passed', why: `it cannot be read: ${parsed.why}` };
  if (kept.labels.includes(SENT)) {
    const mail = colleagueMail(kept, parsed.mail);
    return { kind: 'colleague', mail: { ...mail, text: redact(mail.text) } };
  }
  const read = toEntry(kept, parsed.mail, { desks, authority: mailbox.authority });
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

/** A customer whom we have answered goes on with that conversation: no filter knows that better than we do. */
async function continues({ db, tenant }: ReadingContext, read: Read): Promise<boolean> {
  if (read.kind === 'passed' || read.entry.principal.kind !== 'customer') return false;
  return isThreadKnown(db, tenant, read.entry.channel, read.entry.address);
}
