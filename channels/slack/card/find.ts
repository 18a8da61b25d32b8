import { z } from 'zod';
import type { NotDone, Slack } from '../api/api.ts';

export const CARD_EVENT = 'countersign_card';

/** Where a card stands: in a thread, or in a channel itself. `aloud` is in a thread and told to the channel too. */
export type CardSpot = { channel: string; thread?: string; aloud?: true };

const pageSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional()
        .catch(undefined),
      files: z
        .array(z.object({ name: z.string().nullish() }))
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
type Message = z.infer<typeof pageSchema>['messages'][number];

export type FoundMessage = { kind: 'found'; ts: string | null } | NotDone;

/** A message that an earlier try may have posted, and whose id never came. */
export function findCard(slack: Slack, spot: CardSpot, card: number, since: number): Promise<FoundMessage> {
  return find(slack, spot, since, (message) => {
    const { event_type, event_payload } = message.metadata ?? { event_type: '', event_payload: {} };
    return event_type === CARD_EVENT && event_payload.card === card;
  });
}

export function findFile(slack: Slack, spot: CardSpot, name: string, since: number): Promise<FoundMessage> {
  return find(slack, spot, since, ({ files = [] }) => files.some((file) => file.name === name));
}

const PAGE = 200;
const MOST_PAGES = 15;

async function find(
  slack: Slack,
  { channel, thread }: CardSpot,
  since: number,
  isIt: (message: Message) => boolean,
): Promise<FoundMessage> {
  const method = thread ? 'conversations.replies' : 'conversations.history';
  const range = { channel, ...(thread ? { ts: thread } : {}), oldest: String(since), limit: PAGE };
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const called = await slack.api(method, { ...range, include_all_metadata: true, ...(cursor ? { cursor } : {}) });
    if (called.kind !== 'ok') return called;
    const read = pageSchema.safeParse(called.body);
    if (!read.success) return { kind: 'uncertain', reason: read.error.message };
    const found = read.data.messages.find((message) => message.user === slack.identity.botUserId && isIt(message));
    if (found) return { kind: 'found', ts: found.ts };
    cursor = read.data.response_metadata?.next_cursor;
    if (!cursor) return { kind: 'found', ts: null };
  }
  return { kind: 'uncertain', reason: 'what stands there is too much to be read' };
}
