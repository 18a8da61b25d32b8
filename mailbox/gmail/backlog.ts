import { z } from 'zod';
import { SENT } from '../labels.ts';
import type { Change } from '../types.ts';
import { type Gmail, orGone } from './client.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { isByPerson } from './sent.ts';

/** What came in or was sent by a person and may have been missed, oldest first, and the history id at which it was looked through. */
export type Backlog = { history: string; arrivals: Arrival[] };
type Arrival = { id: string; at: number };

const PER_PAGE = 100;
const AT_ONCE = 10;

const profile = z.object({ historyId: z.string() });
const dated = z.object({ id: z.string(), internalDate: z.coerce.number() });

export async function historyNow(gmail: Gmail): Promise<string> {
  return profile.parse((await gmail.users.getProfile({ userId: 'me' })).data).historyId;
}

/** Goes through the inbox and what was sent, from the newest message down to the time of the cursor. */
export async function lookThrough(gmail: Gmail, { since }: Cursor): Promise<Backlog> {
  // Before the messages: what comes in meanwhile stands in the history after it.
  const history = await historyNow(gmail);
  const inbox = await newerThan(gmail, 'INBOX', since);
  const sent: Arrival[] = [];
  for (const one of await newerThan(gmail, SENT, since)) if (await isByPerson(gmail, one.id)) sent.push(one);
  // A mail to oneself is both.
  const arrivals = new Map([...inbox, ...sent].map((one) => [one.id, one]));
  return { history, arrivals: [...arrivals.values()].sort(inOrder) };
}

async function newerThan(gmail: Gmail, label: string, since: number): Promise<Arrival[]> {
  const found: Arrival[] = [];
  let pageToken: string | undefined;
  do {
    const { data } = await gmail.users.messages.list({
      ...{ userId: 'me', labelIds: [label], maxResults: PER_PAGE, pageToken },
    });
    const page = await datesOf(gmail, data.messages?.flatMap(({ id }) => id ?? []) ?? []);
    const late = page.filter(({ at }) => at >= since);
    found.push(...late);
    pageToken = late.length === page.length ? (data.nextPageToken ?? undefined) : undefined;
  } while (pageToken !== undefined);
  return found;
}

async function datesOf(gmail: Gmail, ids: string[]): Promise<Arrival[]> {
  const found: Arrival[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const got = await Promise.all(
      some.map((id) => orGone(gmail.users.messages.get({ userId: 'me', id, format: 'minimal' }))),
    );
    found.push(...got.flatMap((one) => (one ? arrivalOf(one.data) : [])));
  }
  return found;
}

function arrivalOf(data: unknown): Arrival {
  const { id, internalDate: at } = dated.parse(data);
  return { id, at };
}

/** The part of a backlog that follows the cursor; at its end, the cursor stands in the history again. */
export function changesIn({ history, arrivals }: Backlog, cursor: Cursor, most: number): Change[] {
  const { since, after } = cursor;
  const rest = after === undefined ? arrivals : arrivals.filter((one) => inOrder(one, { at: since, id: after }) > 0);
  if (rest.length === 0) return [{ id: null, cursor: writeCursor({ history, since }) }];
  return rest
    .slice(0, most)
    .map(({ id, at }) => ({ id, cursor: writeCursor({ history: cursor.history, since: at, after: id }) }));
}

function inOrder(one: Arrival, other: Arrival): number {
  return one.at - other.at || (one.id < other.id ? -1 : Number(one.id > other.id));
}
