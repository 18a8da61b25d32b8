import { z } from 'zod';
import type { NotDone, Slack } from './api.ts';
import { slackFileSchema } from './files.ts';

const team = z.string().optional().catch(undefined);

const pageSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      text: z.string().catch(''),
      user_team: team,
      source_team: team,
      team,
      metadata: z
        .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
        .optional()
        .catch(undefined),
      files: z.array(slackFileSchema).optional().catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
export type SlackMessage = z.infer<typeof pageSchema>['messages'][number];

/** `missing` is the last one: the rest could not be read. */
export type Page = { kind: 'page'; messages: SlackMessage[] } | { kind: 'missing'; missing: NotDone };

const PAGE = 200;
const MOST_PAGES = 15;

/** The messages of a thread, or of a channel itself, page by page as Slack gives them. */
export async function* pagesOf(
  { api }: Slack,
  { channel, thread }: { channel: string; thread?: string },
  range: { oldest?: string; latest?: string },
): AsyncGenerator<Page, void> {
  const method = thread ? 'conversations.replies' : 'conversations.history';
  const args = { channel, ...(thread ? { ts: thread } : {}), ...range, limit: PAGE, include_all_metadata: true };
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const called = await api(method, { ...args, ...(cursor ? { cursor } : {}) });
    if (called.kind !== 'ok') return yield { kind: 'missing', missing: called };
    const read = pageSchema.safeParse(called.body);
    if (!read.success) return yield missing(read.error.message);
    yield { kind: 'page', messages: read.data.messages };
    cursor = read.data.response_metadata?.next_cursor;
    if (!cursor) return;
  }
  yield missing('there are too many messages to be read');
}

function missing(reason: string): Page {
  return { kind: 'missing', missing: { kind: 'uncertain', reason } };
}
