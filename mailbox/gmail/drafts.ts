import type { Outbound } from '../types.ts';
import { type Gmail, orGone } from './client.ts';
import { headersOf, MARK, marked } from './sent.ts';

export async function keepDraft(gmail: Gmail, message: Outbound): Promise<void> {
  if ((await findDraft(gmail, message.messageId)) !== null) return;
  const { threadId } = message;
  const put = (into: { threadId?: string }) =>
    gmail.users.drafts.create({ userId: 'me', requestBody: { message: { raw: marked(message), ...into } } });
  // Somebody may have deleted the whole thread meanwhile.
  const kept = threadId === undefined ? null : await orGone(put({ threadId }));
  if (!kept) await put({});
}

/** A draft that a person has changed may have lost its mark. Then it is theirs, and stays. */
export async function dropDraft(gmail: Gmail, messageId: string): Promise<void> {
  const id = await findDraft(gmail, messageId);
  if (id !== null) await orGone(gmail.users.drafts.delete({ userId: 'me', id }));
}

/** Gmail's own id of it. Its search does not know drafts by our mark, so that all are looked through. */
async function findDraft(gmail: Gmail, messageId: string): Promise<string | null> {
  let pageToken: string | undefined;
  do {
    const { data } = await gmail.users.drafts.list({
      userId: 'me',
      includeSpamTrash: true,
      maxResults: 100,
      pageToken,
    });
    for (const { id, message } of data.drafts ?? []) {
      const found = message?.id ? await headersOf(gmail, message.id) : null;
      if (id && found?.some(({ name, value }) => isMark(name) && value?.trim() === messageId)) return id;
    }
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  return null;
}

function isMark(name: string | null | undefined): boolean {
  return name?.toLowerCase() === MARK.toLowerCase();
}
