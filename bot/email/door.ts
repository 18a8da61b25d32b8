import { crashPoint } from '../../core/crash-points.ts';
import { mailCursor, takeMail } from '../../core/records/entries.ts';
import { takeColleagueMail } from '../../core/records/matters.ts';
import { SENT } from '../../mailbox/labels.ts';
import type { Change } from '../../mailbox/types.ts';
import { type FileReader, openFileReader } from '../../reading/files/thread.ts';
import { openParser, type Parser } from '../../reading/mail/thread.ts';
import { readAttachments } from './attachments.ts';
import { LONGEST_REPORT, noteBounce } from './bounce.ts';
import { type ColleagueMail, colleagueMail } from './colleague.ts';
import type { EmailContext } from './context.ts';
import { limitsOf } from './limits.ts';
import { type Read, toEntry } from './to-entry.ts';

export type EmailDoor = {
  /** Call it when a mail has arrived: reads the mailbox now. */
  look(): void;
  /** For /health. */
  state(): string;
  stop(): Promise<void>;
};

const LOOK_EVERY_MS = 1_000;
const MOST_AT_ONCE = 50;
const READ_AHEAD = 4;

/**
 * Reads the mailbox from the position in the records, which several processes may share, and adds a job for each thread
 * with mail.
 */
export function openEmailDoor(context: EmailContext): EmailDoor {
  const parser = openParser();
  const reader = openFileReader();
  let isStopping = false;
  let isWanted = false;
  let trouble: string | null = null;
  let wake = () => {};

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const look = async (): Promise<boolean> => {
    try {
      const isMore = await takeArrivals({ ...context, parse: parser.parse, readFile: reader.read });
      trouble = null;
      return isMore;
    } catch (error) {
      // It is looked into every second, but the log says the same once.
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== trouble) context.log.warn({ err: error }, 'the mailbox could not be read; it is tried again');
      trouble = reason;
      return false;
    }
  };
  const read = async (): Promise<void> => {
    while (!isStopping) {
      isWanted = false;
      const isMore = await look();
      if (!isMore && !isWanted && !isStopping) await pause();
    }
  };
  const running = read();
  return {
    look() {
      isWanted = true;
      wake();
    },
    state: () => (trouble === null ? `up: ${context.mailbox.name}` : `degraded: cannot be read: ${trouble}`),
    async stop() {
      isStopping = true;
      wake();
      await running;
      await Promise.all([parser.close(), reader.close()]);
    },
  };
}

type ReadingContext = EmailContext & Pick<Parser, 'parse'> & { readFile: FileReader['read'] };

/** Returns whether there may be more. */
async function takeArrivals(context: ReadingContext): Promise<boolean> {
  const { db, tenant, mailbox } = context;
  let from = await cursorOf(context);
  const changes = await mailbox.arrivals(from, MOST_AT_ONCE);
  for await (const { cursor: to, id, read } of readInOrder(context, changes)) {
    if (read?.kind === 'passed') context.log.info({ mail: id, why: read.why }, 'a mail is not answered');
    const moved = { mailbox: mailbox.name, from, to };
    if (read?.kind === 'colleague') {
      if ((await noteColleague(context, moved, read.mail)) === 'moved') return true;
      from = to;
      continue;
    }
    const entry = read?.kind === 'entry' ? read.entry : null;
    const limits = entry ? limitsOf(entry) : [];
    crashPoint('mail.read');
    const taken = await takeMail(db, tenant, moved, entry, limits);
    crashPoint('mail.saved');
    if (taken.kind === 'too_many')
      context.log.warn({ mail: id, limit: taken.limit }, 'a mail over a limit is not answered');
    if (taken.kind === 'moved') return true;
    if (taken.kind === 'saved') context.jobs.add('turn', { tenant, thread: taken.thread });
    from = to;
  }
  return changes.length >= MOST_AT_ONCE;
}

type ReadChange = Change & { read: Arrived | null };

/** Reads a few mails ahead, so that the next one need not wait until one is saved. */
async function* readInOrder(context: ReadingContext, changes: Change[]): AsyncGenerator<ReadChange> {
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

async function noteColleague(
  { db, tenant, jobs }: ReadingContext,
  moved: { mailbox: string; from: string; to: string },
  mail: ColleagueMail,
): Promise<'noted' | 'moved'> {
  const noted = await takeColleagueMail(db, tenant, moved, mail);
  if (noted.kind === 'moved') return 'moved';
  for (const thread of noted.threads) jobs.add('turn', { tenant, thread });
  for (const card of noted.cards) jobs.add('card', { tenant, card });
  return 'noted';
}

/** Where it begins is kept at once: mail that comes while nobody reads is found there by whoever reads next. */
async function cursorOf({ db, tenant, mailbox }: ReadingContext): Promise<string> {
  const known = await mailCursor(db, tenant, mailbox.name);
  if (known !== null) return known;
  const start = await mailbox.start();
  await takeMail(db, tenant, { mailbox: mailbox.name, from: start, to: start }, null, []);
  return (await mailCursor(db, tenant, mailbox.name)) ?? start;
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
  if (read.kind === 'passed') {
    await noteBounce(context, parsed.mail, beginning);
    return read;
  }
  const { content } = read.entry;
  const files = await readAttachments(context, id, parsed.mail.attachments);
  const said = { ...content, text: redact(content.text), ...(files.length > 0 ? { files } : {}) };
  return { ...read, entry: { ...read.entry, content: said } };
}
