import type { gmail_v1 } from '@googleapis/gmail';
import { z } from 'zod';
import type { MessageIds, Outbound } from '../types.ts';
import { type Gmail, orGone } from './client.ts';

/** Gmail may replace the Message-ID of what comes by its API. It leaves this header alone. */
export const MARK = 'X-Countersign-Message-ID';

const place = z.object({ id: z.string(), threadId: z.string() });

/** Sends it, or, where it is recorded, puts it into the mailbox alone. */
export async function post(gmail: Gmail, message: Outbound, recordedAs?: string): Promise<MessageIds> {
  const { threadId } = message;
  const raw = marked(message);
  const put = (into: { threadId?: string }) =>
    recordedAs === undefined
      ? gmail.users.messages.send({ userId: 'me', requestBody: { raw, ...into } })
      : gmail.users.messages.insert({ userId: 'me', requestBody: { raw, labelIds: [recordedAs], ...into } });
  // Somebody may have deleted the whole thread meanwhile; the headers still say what is answered.
  const kept = (threadId === undefined ? null : await orGone(put({ threadId }))) ?? (await put({}));
  return place.parse(kept.data);
}

export function marked({ messageId, raw }: Outbound): string {
  return Buffer.concat([Buffer.from(`${MARK}: ${messageId}\r\n`), raw]).toString('base64url');
}

/** Did a person send this from the mailbox? What we send and draft carries our mark. */
export async function isByPerson(gmail: Gmail, id: string): Promise<boolean> {
  const headers = await headersOf(gmail, id);
  const mark = headers?.find(({ name }) => name?.toLowerCase() === MARK.toLowerCase())?.value ?? '';
  // A person may send our draft as it is.
  return headers !== null && (mark === '' || mark.startsWith('<draft-'));
}

export async function headersOf(gmail: Gmail, id: string): Promise<gmail_v1.Schema$MessagePartHeader[] | null> {
  const found = await orGone(gmail.users.messages.get({ ...READ, id }));
  return found && (found.data.payload?.headers ?? []);
}

/** Only among what we sent or recorded: whoever guesses how our next mail is called could otherwise keep us from sending it. */
export async function findOurs(
  gmail: Gmail,
  label: string,
  { messageId, threadId }: Outbound,
): Promise<MessageIds | null> {
  const q = `rfc822msgid:${messageId.replace(/^<|>$/g, '')}`;
  const { data } = await gmail.users.messages.list({
    ...{ userId: 'me', labelIds: [label], q, includeSpamTrash: true, maxResults: 1 },
  });
  const found = data.messages?.[0];
  if (found) return place.parse(found);
  // A mail that was sent just now may not be found by a search yet, and one that Gmail renamed never is.
  const near = threadId === undefined ? await newest(gmail, label) : await inThread(gmail, threadId);
  const ours = near.find(
    ({ labelIds, payload }) =>
      labelIds?.includes(label) && payload?.headers?.some(({ value }) => value?.trim() === messageId),
  );
  return ours ? place.parse(ours) : null;
}

const READ = { userId: 'me', format: 'metadata', metadataHeaders: ['Message-ID', MARK] };

async function inThread(gmail: Gmail, id: string): Promise<gmail_v1.Schema$Message[]> {
  return (await orGone(gmail.users.threads.get({ ...READ, id })))?.data.messages ?? [];
}

/** A mail that begins a thread is looked for among the last ones. */
async function newest(gmail: Gmail, label: string): Promise<gmail_v1.Schema$Message[]> {
  const { data } = await gmail.users.messages.list({ userId: 'me', labelIds: [label], maxResults: 20 });
  const ids = data.messages?.flatMap(({ id }) => id ?? []) ?? [];
  const found = await Promise.all(ids.map((id) => orGone(gmail.users.messages.get({ ...READ, id }))));
  return found.flatMap((one) => one?.data ?? []);
}
