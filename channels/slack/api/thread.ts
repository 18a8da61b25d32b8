import { z } from 'zod';
import type { Place, Said } from '../../../core/records/types.ts';
import { shorten } from '../../../core/text.ts';
import { type NotDone, type Slack, type SlackPlace, slackPlace } from './api.ts';

const repliesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      text: z.string().catch(''),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
type Message = z.infer<typeof repliesSchema>['messages'][number];

type Read = { kind: 'whole'; messages: Message[] } | { kind: 'part'; messages: Message[]; missing: NotDone };

const PAGE = 200;
const MOST_PAGES = 15;

/** Reads a thread from its beginning or the given message on; Slack gives it oldest first, page by page. */
async function readThread(slack: Slack, place: SlackPlace, range: { oldest?: string; latest?: string }): Promise<Read> {
  const messages: Message[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const called = await slack.api('conversations.replies', {
      channel: place.channel,
      ts: place.thread,
      ...range,
      limit: PAGE,
      include_all_metadata: true,
      ...(cursor ? { cursor } : {}),
    });
    if (called.kind !== 'ok') return { kind: 'part', messages, missing: called };
    const read = repliesSchema.safeParse(called.body);
    if (!read.success) return { kind: 'part', messages, missing: { kind: 'uncertain', reason: read.error.message } };
    messages.push(...read.data.messages);
    cursor = read.data.response_metadata?.next_cursor;
    if (!cursor) return { kind: 'whole', messages };
  }
  return { kind: 'part', messages, missing: { kind: 'uncertain', reason: 'the thread is too long to be read' } };
}

export const REPLY_EVENT = 'countersign_reply';

export type Found = { kind: 'found'; parts: Map<number, string>; stray: string | undefined } | NotDone;

/** Our own messages since the question: the parts of this reply, and a begun stream, which carries no metadata yet. */
export async function findParts(slack: Slack, place: SlackPlace, replyId: number): Promise<Found> {
  const read = await readThread(slack, place, { oldest: place.asked });
  if (read.kind === 'part') return read.missing;
  const ours = read.messages.filter((m) => m.user === slack.identity.botUserId && m.ts > place.asked);
  const parts = new Map<number, string>();
  for (const { ts, metadata } of ours) {
    if (metadata?.event_type !== REPLY_EVENT || metadata.event_payload.reply !== replyId) continue;
    parts.set(Number(metadata.event_payload.part), ts);
  }
  return { kind: 'found', parts, stray: ours.findLast((m) => !m.metadata)?.ts };
}

/** A line that begins at the margin is a message of its own: nobody speaks in another's name. */
function indented(text: string): string {
  return text.replace(/[\r\n\u0085\u2028\u2029]+/g, '\n  ');
}

const MOST_EARLIER = 40;
const LONGEST_EARLIER = 1000;

/** What was said before the question: the message that began the thread, and the latest ones, if after that place. */
export async function earlierMessages(slack: Slack, said: Said, since: Place | null): Promise<string> {
  const place = slackPlace(said.place);
  const from = since ? slackPlace(since).asked : undefined;
  const read = await readThread(slack, place, { latest: place.asked });
  const [first, ...others] = [...new Map(read.messages.map((m) => [m.ts, m])).values()].filter(
    (message) => message.ts < place.asked && (from === undefined || message.ts > from),
  );
  const told = [...(first ? [first] : []), ...others.slice(1 - MOST_EARLIER)].map(
    ({ user, text }) => `${user ? `<@${user}>` : 'a bot'}: ${indented(shorten(text, LONGEST_EARLIER))}`,
  );
  if (read.kind === 'part') told.push('(Not all of the earlier messages of this conversation could be read.)');
  return told.join('\n');
}
