import { shorten } from '../../core/text.ts';
import type { ReadingContext } from './read-mail.ts';
import { toEntry } from './to-entry.ts';

const LONGEST = 100;

/** Tells the people of its desk of a mail that nobody answers because we could not read it; not of one from a machine. */
export async function tellOfUnread(context: ReadingContext, id: string, why: string): Promise<void> {
  const { mailbox, desks, parseHead, tellDesk } = context;
  const kept = await mailbox.read(id);
  const head = kept && (await parseHead(kept.raw));
  if (!head) return;
  const read = toEntry(kept, head, { desks, mailbox });
  if (read.kind === 'passed') return;
  const { desk, content } = read.entry;
  const from = `from ${quoted(content.author)}, ${head.subject ? `subject ${quoted(head.subject)}` : 'without a subject'}`;
  await tellDesk(desk, `A mail could not be read and waits in the mailbox for a person: ${from}. Reason: ${why}.`);
}

/** As code, in which Slack shows no links. */
function quoted(text: string): string {
  return `\`${shorten(text, LONGEST).replaceAll('`', "'")}\``;
}
