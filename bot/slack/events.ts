import { z } from 'zod';

const ts = z.string().regex(/^\d{1,15}\.\d{1,6}$/);
const optional = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

const message = {
  subtype: optional,
  user: optional,
  bot_id: optional,
  team: optional,
  user_team: optional,
  text: optional,
  ts,
  thread_ts: ts.nullish().transform((at) => at ?? undefined),
  edited: z.object({ ts }).optional().catch(undefined),
};
type Message = z.infer<z.ZodObject<typeof message>>;

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('app_mention'), channel: z.string(), ...message }),
  z.object({
    type: z.literal('message'),
    channel: z.string(),
    channel_type: optional,
    message: z.object(message).optional(),
    previous_message: z.object(message).optional().catch(undefined),
    deleted_ts: ts.optional(),
    ...message,
  }),
]);

/** A signed request carries this; anything else is malformed. */
export const envelopeSchema = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({ type: z.string() }),
});

/** A message as its author left it. */
export type Heard = {
  channel: string;
  direct: boolean;
  user?: string;
  bot?: string;
  /** The author's workspace: in a channel shared with another company it may not be ours. */
  team?: string;
  text: string;
  ts: string;
  threadTs?: string;
  editedTs?: string;
};

export type SlackEvent =
  | { kind: 'said'; heard: Heard }
  | { kind: 'edited'; heard: Heard; before?: string }
  | { kind: 'deleted'; channel: string; ts: string; before?: Heard }
  | { kind: 'ignored' }
  | { kind: 'malformed' };

export function readEvent(raw: unknown): SlackEvent {
  const parsed = eventSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'malformed' };
  const event = parsed.data;
  if (event.type === 'message' && event.subtype === 'message_changed') return changed(event);
  if (event.type === 'message' && event.subtype === 'message_deleted') {
    const deleted = event.deleted_ts ?? event.previous_message?.ts;
    return deleted ? gone(event, deleted) : { kind: 'malformed' };
  }
  const heard = hear(event, event);
  return heard ? { kind: 'said', heard } : { kind: 'ignored' };
}

type Event = z.infer<typeof eventSchema>;
type MessageEvent = Extract<Event, { type: 'message' }>;

/** Unfurled links and the like count as changes too; and a deleted message that has replies turns into a tombstone. */
function changed(event: MessageEvent): SlackEvent {
  if (!event.message) return { kind: 'malformed' };
  if (event.message.subtype === 'tombstone') return gone(event, event.message.ts);
  const heard = hear(event, event.message);
  return heard ? { kind: 'edited', heard, before: event.previous_message?.text } : { kind: 'ignored' };
}

function gone(event: MessageEvent, deleted: string): SlackEvent {
  const before = event.previous_message && hear(event, event.previous_message);
  return { kind: 'deleted', channel: event.channel, ts: deleted, before };
}

/** Subtypes that are still a person's message; all others (joins, topics, pins …) are not said to anyone. */
const SPOKEN = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message', 'bot_message']);

function hear(event: Event, said: Message): Heard | undefined {
  if (!SPOKEN.has(said.subtype)) return undefined;
  const { channel } = event;
  return {
    channel,
    direct: channel.startsWith('D') || (event.type === 'message' && event.channel_type === 'im'),
    user: said.user,
    bot: said.bot_id,
    team: said.user_team ?? said.team,
    text: said.text ?? '',
    ts: said.ts,
    threadTs: said.thread_ts,
    editedTs: said.edited?.ts,
  };
}
