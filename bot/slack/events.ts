import { z } from 'zod';

const ts = z.string().regex(/^\d{1,15}\.\d{1,6}$/);
const person = {
  user: z.string().optional(),
  bot_id: z.string().optional(),
  text: z.string().default(''),
  ts,
  thread_ts: ts.optional(),
};
const channelTypes = z.enum(['channel', 'group', 'im', 'mpim']);

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('app_mention'), channel: z.string(), ...person }),
  z.object({
    type: z.literal('message'),
    channel: z.string(),
    channel_type: channelTypes.optional(),
    subtype: z.string().optional(),
    message: z.object(person).optional(),
    previous_message: z.object(person).optional(),
    deleted_ts: ts.optional(),
    ...person,
  }),
]);

/** A signed request carries this; anything else is malformed. */
export const envelopeSchema = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({ type: z.string() }),
});

export type Heard = {
  channel: string;
  direct: boolean;
  user?: string;
  bot?: string;
  text: string;
  ts: string;
  threadTs?: string;
};

export type SlackEvent =
  | ({ kind: 'said' } & Heard)
  | { kind: 'edited'; channel: string; ts: string; text: string }
  | { kind: 'deleted'; channel: string; ts: string }
  | { kind: 'ignored' }
  | { kind: 'malformed' };

/** Subtypes that are still a person's message; all others (joins, topics, pins …) are not said to anyone. */
const SPOKEN = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message', 'bot_message']);

export function readEvent(raw: unknown): SlackEvent {
  const parsed = eventSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'malformed' };
  const event = parsed.data;
  if (event.type === 'app_mention') return said(event, false);
  if (event.subtype === 'message_changed') {
    if (!event.message) return { kind: 'malformed' };
    // Unfurled links and the like also count as changes: the text is what matters, and the store compares it.
    return { kind: 'edited', channel: event.channel, ts: event.message.ts, text: event.message.text };
  }
  if (event.subtype === 'message_deleted') {
    const deleted = event.deleted_ts ?? event.previous_message?.ts;
    return deleted ? { kind: 'deleted', channel: event.channel, ts: deleted } : { kind: 'malformed' };
  }
  return SPOKEN.has(event.subtype) ? said(event, event.channel_type === 'im') : { kind: 'ignored' };
}

type Spoken = { channel: string; user?: string; bot_id?: string; text: string; ts: string; thread_ts?: string };

function said({ channel, user, bot_id, text, ts: at, thread_ts }: Spoken, direct: boolean): SlackEvent {
  return {
    kind: 'said',
    channel,
    direct: direct || channel.startsWith('D'),
    user,
    bot: bot_id,
    text,
    ts: at,
    threadTs: thread_ts,
  };
}
