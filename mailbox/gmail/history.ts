import { SENT, SPAM } from '../labels.ts';
import type { Change } from '../types.ts';
import { type Gmail, orGone } from './client.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { isByPerson } from './sent.ts';

const PER_PAGE = 500;
/** Clocks differ, and mail may be dated somewhat before it is there to see. A mail that is taken twice is one entry. */
const OVERLAP_MS = 10 * 60_000;

/** What came into the inbox or was sent by a person after the cursor, by Gmail's history; null where Gmail has forgotten where that was. */
export async function changesAfter(gmail: Gmail, { history, since }: Cursor, most: number): Promise<Change[] | null> {
  const changes: Change[] = [];
  const seenUntil = Math.max(since, Date.now() - OVERLAP_MS);
  let passed = history;
  let newest = history;
  let pageToken: string | undefined;
  do {
    const page = await orGone(
      gmail.users.history.list({
        ...{ userId: 'me', startHistoryId: history, historyTypes: ['messageAdded'] },
        ...{ maxResults: PER_PAGE, pageToken },
      }),
    );
    if (!page) return null;
    for (const { id: record, messagesAdded = [] } of page.data.history ?? []) {
      const ids: string[] = [];
      for (const { message } of messagesAdded) {
        if (message?.id && (await isNews(gmail, message.id, message.labelIds ?? []))) ids.push(message.id);
      }
      // A cursor stands between records: up to the last message of one, it stays before it.
      ids.forEach((id, at) => {
        if (at === ids.length - 1) passed = record ?? passed;
        changes.push({ id, cursor: writeCursor({ history: passed, since }) });
      });
      if (changes.length >= most) return changes;
    }
    pageToken = page.data.nextPageToken ?? undefined;
    newest = page.data.historyId ?? newest;
  } while (pageToken !== undefined);
  const moved = { id: null, cursor: writeCursor({ history: newest, since: seenUntil }) };
  return newest === history ? [] : [...changes, moved];
}

export async function isNews(gmail: Gmail, id: string, labels: string[]): Promise<boolean> {
  if (labels.includes('INBOX') || labels.includes(SPAM)) return true;
  return labels.includes(SENT) && (await isByPerson(gmail, id));
}
