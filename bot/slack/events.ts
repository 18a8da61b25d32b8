import { z } from 'zod';
import { attachedFiles, slackFileSchema } from '../../channels/slack/api/files.ts';
import type { AttachedFile } from '../../core/records/types.ts';

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
  source_team: optional,
  files: z.array(slackFileSchema).optional().catch(undefined),
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

const envelopeSchema = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({ type: z.string() }),
  is_ext_shared_channel: z.boolean().optional(),
});

/** A message as its author left it. */
export type ReceivedMessage = {
  channel: string;
  direct: boolean;
  user?: string;
  bot?: string;
  /** The author's workspace; `unknown` where Slack does not say it in a channel shared with another company. */
  team: string | 'unknown';
  text: string;
  files: AttachedFile[];
  ts: string;
  threadTs?: string;
  editedTs?: string;
};

export type SlackEvent =
  | { kind: 'posted'; received: ReceivedMessage }
  | { kind: 'changed'; received: ReceivedMessage; before?: string }
  | { kind: 'deleted'; channel: string; ts: string; before?: ReceivedMessage }
  | { kind: 'ignored' };

/**
 * A body of Slack's, by HTTP or by Socket Mode, read once: a message, or an event, a click, a form or a command that Bolt
 * hands to its own listener.
 */
export type Received = { kind: 'message'; event: SlackEvent } | { kind: 'other' } | { kind: 'malformed' };

export function readBody(body: unknown, us: string): Received {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { kind: 'malformed' };
  if (!('type' in body) || body.type !== 'event_callback') return { kind: hasNul(body) ? 'malformed' : 'other' };
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return { kind: 'malformed' };
  const { event: raw, is_ext_shared_channel: shared = false } = envelope.data;
  if (!['message', 'app_mention'].includes(raw.type)) return { kind: 'other' };
  const event = readEvent(raw, { us, shared });
  return event.kind === 'malformed' ? event : { kind: 'message', event };
}

/** Slack never sends a NUL, and Postgres takes none. */
function hasNul(body: object): boolean {
  return /(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(body));
}

type Malformed = { kind: 'malformed' };

/** Our workspace, and whether the channel is shared with another company. */
type Setting = { us: string; shared: boolean };

function readEvent(raw: unknown, setting: Setting): SlackEvent | Malformed {
  const parsed = eventSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'malformed' };
  const event = { ...parsed.data, ...setting };
  if (event.type === 'message' && event.subtype === 'message_changed') return changed(event);
  if (event.type === 'message' && event.subtype === 'message_deleted') {
    const deleted = event.deleted_ts ?? event.previous_message?.ts;
    return deleted ? gone(event, deleted) : { kind: 'malformed' };
  }
  const received = readMessage(event, event);
  return received ? { kind: 'posted', received } : { kind: 'ignored' };
}

type Event = z.infer<typeof eventSchema> & Setting;
type MessageEvent = Extract<Event, { type: 'message' }>;

/** Slack also sends this for unfurled links, and for a deleted message with replies, which becomes a tombstone. */
function changed(event: MessageEvent): SlackEvent | Malformed {
  if (!event.message) return { kind: 'malformed' };
  if (event.message.subtype === 'tombstone') return gone(event, event.message.ts);
  const received = readMessage(event, event.message);
  return received ? { kind: 'changed', received, before: event.previous_message?.text } : { kind: 'ignored' };
}

function gone(event: MessageEvent, deleted: string): SlackEvent {
  const before = event.previous_message && readMessage(event, event.previous_message);
  return { kind: 'deleted', channel: event.channel, ts: deleted, before };
}

/** Subtypes of messages that somebody wrote; all others (joins, topics, pins …) are notices. */
const FROM_PEOPLE = new Set([undefined, 'file_share', 'thread_broadcast', 'me_message', 'bot_message']);

function readMessage(event: Event, said: Message): ReceivedMessage | undefined {
  if (!FROM_PEOPLE.has(said.subtype)) return undefined;
  const { channel } = event;
  return {
    channel,
    direct: channel.startsWith('D') || (event.type === 'message' && event.channel_type === 'im'),
    user: said.user,
    bot: said.bot_id,
    team: teamOf(said, event),
    text: said.text ?? '',
    files: attachedFiles(said.files ?? [], said.user, event.us),
    ts: said.ts,
    threadTs: said.thread_ts,
    editedTs: said.edited?.ts,
  };
}

/**
 * A message that names another company anywhere is theirs. The workspace of a file says who uploaded it and not who
 * writes: in a shared channel it makes no message ours.
 */
function teamOf({ user_team, source_team, team, files = [] }: Message, { us, shared }: Setting): string {
  const named = [user_team, source_team, team].filter((one) => one !== undefined);
  const foreign = [...named, ...files.map((file) => file.user_team)].find((one) => one !== undefined && one !== us);
  return foreign ?? (shared && named.length === 0 ? 'unknown' : us);
}
