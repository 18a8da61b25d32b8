import { refuse } from './answers.ts';
import { publish } from './changes.ts';
import {
  type Content,
  flag,
  type Handler,
  isEmpty,
  ownMessage,
  readContent,
  readMetadata,
  threadRoot,
  visibleChannel,
  writableChannel,
} from './checks.ts';
import { shownMessage } from './present-message.ts';
import { isIn } from './rooms.ts';
import { erase, liveMessage, nextTs, store } from './state.ts';
import type { State } from './state-type.ts';
import { setStatus } from './statuses.ts';
import { settleStream } from './streams.ts';
import type { Channel, Ephemeral, SlackMessage } from './types.ts';

const POST_CHARACTERS = 40_000;
const UPDATE_CHARACTERS = 4_000;

export const postMessage: Handler = (state, { args }) => {
  const channel = writableChannel(state, args.channel);
  if (!channel.ok) return channel;
  const thread = threadRoot(channel.value, args.thread_ts);
  if (!thread.ok) return thread;
  const content = readContent(state, args);
  if (!content.ok) return content;
  const metadata = readMetadata(args.metadata);
  if (!metadata.ok) return metadata;
  if (isEmpty(content.value)) return refuse('no_text');
  const broadcast = thread.value !== undefined && flag(args.reply_broadcast);
  const message = post(state, channel.value, content.value, {
    thread_ts: thread.value,
    metadata: metadata.value,
    ...(broadcast && { subtype: 'thread_broadcast' }),
  });
  const shown = shownMessage(state, channel.value, message, true);
  const answer = { ok: true as const, channel: channel.value.id, ts: message.ts, message: shown };
  const cut = (content.value.text ?? '').length > POST_CHARACTERS;
  const warning = { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } };
  return cut ? { ...answer, ...warning } : answer;
};

export function post(
  state: State,
  channel: Channel,
  content: Content,
  more: Pick<SlackMessage, 'thread_ts' | 'metadata' | 'subtype' | 'files'> = {},
): SlackMessage {
  if (more.thread_ts !== undefined) setStatus(state, channel.id, more.thread_ts, '');
  return store(state, channel, {
    ts: nextTs(state),
    channel: channel.id,
    user: state.botUserId,
    bot_id: state.botId,
    text: (content.text ?? '').slice(0, POST_CHARACTERS),
    ...(content.blocks?.length && { blocks: content.blocks }),
    ...(content.attachments?.length && { attachments: content.attachments }),
    ...given(more),
  });
}

/** A message has no field without a value. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const update: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel);
  if (!channel.ok) return channel;
  const message = ownMessage(state, channel.value, args.ts, 'cant_update_message');
  if (!message.ok) return message;
  if (channel.value.archived) return refuse('is_inactive');
  settleStream(state, message.value);
  if (message.value.streaming) return refuse('streaming_state_conflict');
  if (typeof args.text === 'string' && args.text.length > UPDATE_CHARACTERS) return refuse('msg_too_long');
  const content = readContent(state, args);
  if (!content.ok) return content;
  if (isEmpty(content.value)) return refuse('no_text');
  const change = metadataChange(args.metadata);
  if (!change.ok) return change;
  rewrite(state, message.value, content.value, change);
  const { text, ts } = message.value;
  const shown = shownMessage(state, channel.value, message.value, true);
  return { ok: true, channel: channel.value.id, ts, text, message: shown };
};

/** Absent metadata stays as it was; an empty object removes it. */
function metadataChange(metadata: unknown) {
  const cleared = typeof metadata === 'object' && metadata !== null && Object.keys(metadata).length === 0;
  if (cleared) return { ok: true as const, kind: 'cleared' as const };
  const read = readMetadata(metadata);
  if (!read.ok) return read;
  return read.value
    ? { ok: true as const, kind: 'set' as const, metadata: read.value }
    : { ok: true as const, kind: 'kept' as const };
}

export type MetadataChange = Extract<ReturnType<typeof metadataChange>, { kind: string; ok: true }>;

/** Blocks and attachments that an update does not mention stay, as Slack keeps them; a stream's parts do not. */
export function rewrite(state: State, message: SlackMessage, content: Content, change: MetadataChange): void {
  message.text = content.text ?? '';
  if (content.blocks) message.blocks = content.blocks;
  if (content.attachments) message.attachments = content.attachments;
  delete message.tasks;
  delete message.plan;
  if (change.kind === 'cleared') delete message.metadata;
  if (change.kind === 'set') message.metadata = change.metadata;
  message.edited = { ts: nextTs(state), user: state.botUserId };
  publish(state, { kind: 'message', message });
}

export const remove: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel);
  if (!channel.ok) return channel;
  const message = ownMessage(state, channel.value, args.ts, 'cant_delete_message');
  if (!message.ok) return message;
  settleStream(state, message.value);
  if (message.value.streaming) return refuse('cant_delete_message');
  erase(state, message.value);
  return { ok: true, channel: channel.value.id, ts: message.value.ts };
};

export const postEphemeral: Handler = (state, { args }) => {
  const channel = writableChannel(state, args.channel);
  if (!channel.ok) return channel;
  if (!state.users.has(String(args.user)) || !isIn(state, channel.value, String(args.user)))
    return refuse('user_not_in_channel');
  const thread = threadRoot(channel.value, args.thread_ts);
  if (!thread.ok) return thread;
  const content = readContent(state, args);
  if (!content.ok) return content;
  if ((content.value.text ?? '').length > POST_CHARACTERS) return refuse('msg_too_long');
  if (isEmpty(content.value)) return refuse('no_text');
  const to = { user: String(args.user), channel: channel.value.id, thread_ts: thread.value };
  return { ok: true, message_ts: whisper(state, to, content.value).ts };
};

export function whisper(
  state: State,
  to: { user: string; channel: string; thread_ts?: string },
  { text = '', blocks }: Content,
): Ephemeral {
  const { user, channel, thread_ts } = to;
  const said = { ts: nextTs(state), user, channel, text, ...(thread_ts && { thread_ts }), ...(blocks && { blocks }) };
  state.ephemerals.push(said);
  publish(state, { kind: 'ephemeral', ephemeral: said });
  return said;
}

export const getPermalink: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel);
  if (!channel.ok) return channel;
  const message = liveMessage(channel.value, args.message_ts);
  if (!message) return refuse('message_not_found');
  const { id } = channel.value;
  const link = `https://playground.slack.com/archives/${id}/p${message.ts.replace('.', '')}`;
  const thread = message.thread_ts === undefined ? '' : `?thread_ts=${message.thread_ts}&cid=${id}`;
  return { ok: true, channel: id, permalink: link + thread };
};
