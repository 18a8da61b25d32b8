import { crashPoint } from '../../core/crash-points.ts';
import { mailCursor, takeMail } from '../../core/records/entries.ts';
import { takeColleagueMail } from '../../core/records/matters.ts';
import { isOfTheData } from '../../core/records/sql-state.ts';
import { openFileReader } from '../../reading/files/thread.ts';
import { openParser } from '../../reading/mail/thread.ts';
import type { ColleagueMail } from './colleague.ts';
import type { EmailContext } from './context.ts';
import { limitsOf, unreadLimits } from './limits.ts';
import { type ReadChange, type ReadingContext, readInOrder } from './read-mail.ts';
import { tellOfUnread } from './unread.ts';

export type EmailDoor = {
  /** Call it when a mail has arrived: reads the mailbox now. */
  look(): void;
  /** For /health. */
  state(): string;
  stop(): Promise<void>;
};

const LOOK_EVERY_MS = 1_000;
const MOST_AT_ONCE = 50;
const MOST_TRIES = 3;

/**
 * Reads the mailbox from the position in the records, which several processes may share, and adds a job for each thread
 * with mail.
 */
export function openEmailDoor(context: EmailContext): EmailDoor {
  const parser = openParser();
  const reader = openFileReader();
  let isStopping = false;
  let isWanted = false;
  /** Up to where we have read; null where the records have to say so. */
  let position: string | null = null;
  let trouble: string | null = null;
  const failing: Failing = { id: '', tries: 0 };
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
      const reading = { ...context, ...parser, readFile: reader.read };
      const taken = await takeArrivals(reading, position ?? (await cursorOf(reading)), failing);
      position = taken.kind === 'moved' ? null : taken.cursor;
      trouble = null;
      return taken.kind !== 'all';
    } catch (error) {
      position = null;
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

type Moved = { mailbox: string; from: string; to: string };

type Taken =
  | { kind: 'all' | 'more'; cursor: string }
  /** Another process reads the mailbox as well. */
  | { kind: 'moved' };

async function takeArrivals(context: ReadingContext, start: string, failing: Failing): Promise<Taken> {
  const { mailbox } = context;
  let from = start;
  const changes = await mailbox.arrivals(from, MOST_AT_ONCE);
  for await (const { cursor: to, id, read } of readInOrder(context, changes)) {
    const moved = { mailbox: mailbox.name, from, to };
    const taken = await takeOne(context, moved, id, read).catch((error) => {
      if (id === null || !isHopeless(failing, id, error)) throw error;
      context.log.warn({ err: error, mail: id }, 'a mail cannot be stored');
      return takeOne(context, moved, id, { kind: 'unread', why: 'our database refuses what it says' });
    });
    if (taken === 'moved') return { kind: 'moved' };
    from = to;
  }
  return { kind: changes.length >= MOST_AT_ONCE ? 'more' : 'all', cursor: from };
}

/** The mail at which we stop, and how often we tried it. */
type Failing = { id: string; tries: number };

/** Nothing but the mail itself is the reason, and no further try goes better. */
function isHopeless(failing: Failing, id: string, error: unknown): boolean {
  failing.tries = failing.id === id ? failing.tries + 1 : 1;
  failing.id = id;
  return isOfTheData(error) && failing.tries >= MOST_TRIES;
}

async function takeOne(
  context: ReadingContext,
  moved: Moved,
  id: string | null,
  read: ReadChange['read'],
): Promise<'taken' | 'moved'> {
  const { db, tenant, log, jobs } = context;
  if (read?.kind === 'failed') throw read.error;
  if (read?.kind === 'colleague') return noteColleague(context, moved, read.mail);
  if (read?.kind === 'unread') log.warn({ mail: id, why: read.why }, 'a mail could not be read');
  if (read?.kind === 'passed') log.info({ mail: id, why: read.why }, 'a mail is not answered');
  const entry = read?.kind === 'entry' ? read.entry : null;
  const limits = entry ? limitsOf(entry) : read?.kind === 'unread' ? unreadLimits : [];
  crashPoint('mail.read');
  const taken = await takeMail(db, tenant, moved, entry, limits);
  crashPoint('mail.saved');
  if (taken.kind === 'moved') return 'moved';
  if (taken.kind === 'too_many') log.warn({ mail: id, limit: taken.limit }, 'a mail over a limit is not answered');
  if (taken.kind === 'saved') jobs.add('turn', { tenant, thread: taken.thread });
  // Afterwards, so that only the process that moved on tells it, once.
  if (id !== null && read?.kind === 'unread' && taken.kind === 'passed') await tellOfUnread(context, id, read.why);
  return 'taken';
}

async function noteColleague(
  { db, tenant, jobs }: ReadingContext,
  moved: Moved,
  mail: ColleagueMail,
): Promise<'taken' | 'moved'> {
  const noted = await takeColleagueMail(db, tenant, moved, mail);
  if (noted.kind === 'moved') return 'moved';
  for (const thread of noted.threads) jobs.add('turn', { tenant, thread });
  for (const card of noted.cards) jobs.add('card', { tenant, card });
  return 'taken';
}

/** Where it begins is kept at once: mail that comes while nobody reads is found there by whoever reads next. */
async function cursorOf({ db, tenant, mailbox }: ReadingContext): Promise<string> {
  const known = await mailCursor(db, tenant, mailbox.name);
  if (known !== null) return known;
  const start = await mailbox.start();
  await takeMail(db, tenant, { mailbox: mailbox.name, from: start, to: start }, null, []);
  return (await mailCursor(db, tenant, mailbox.name)) ?? start;
}
