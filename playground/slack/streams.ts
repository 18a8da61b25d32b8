import { z } from 'zod';
import { type Found, found, type Refusal, refuse, refuseWith } from './answers.ts';
import { blockComplaints, complaintsOf } from './blocks.ts';
import { publish } from './changes.ts';
import {
  type Args,
  type Call,
  type Handler,
  ownMessage,
  readBlocks,
  readMetadata,
  threadRoot,
  visibleChannel,
  writableChannel,
} from './checks.ts';
import { shownMessage } from './present-message.ts';
import { nextTs, store } from './state.ts';
import type { State } from './state-type.ts';
import { setStatus } from './statuses.ts';
import type { Channel, OpenStream, SlackMessage } from './types.ts';

const LIFETIME_MS = 5 * 60_000;
const MARKDOWN_CHARACTERS = 12_000;
// Undocumented: measured by others on the live API in 2026, where a message with cards holds less than one of text only.
const TEXT_BYTES = 12_000;
const TEXT_AND_CARDS_BYTES = 10_600;

const START_ARGUMENTS = new Set([
  'channel',
  'chunks',
  'markdown_text',
  'thread_ts',
  'recipient_user_id',
  'recipient_team_id',
  'task_display_mode',
  'icon_emoji',
  'icon_url',
  'username',
]);

const chunk = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown_text'), text: z.string().max(MARKDOWN_CHARACTERS) }),
  z.strictObject({
    type: z.literal('task_update'),
    id: z.string().min(1),
    title: z.string().min(1).max(256),
    status: z.enum(['pending', 'in_progress', 'complete', 'error']),
    details: z.string().max(256).optional(),
    output: z.string().max(256).optional(),
    sources: z.array(z.strictObject({ type: z.literal('url'), url: z.string(), text: z.string() })).optional(),
  }),
  z.strictObject({ type: z.literal('plan_update'), title: z.string().min(1).max(256) }),
  z.strictObject({ type: z.literal('blocks'), blocks: z.array(z.unknown()).max(50) }),
]);
type Chunk = z.infer<typeof chunk>;

export const startStream: Handler = (state, { args }) => {
  const foreign = Object.keys(args).filter((name) => !START_ARGUMENTS.has(name));
  if (foreign.length > 0)
    return refuseWith(
      'invalid_arguments',
      foreign.map((name) => `invalid additional property: ${name}`),
    );
  const channel = writableChannel(state, args.channel);
  if (!channel.ok) return channel;
  const thread = threadRoot(channel.value, args.thread_ts);
  if (!thread.ok) return thread;
  const stranger = recipientRefusal(state, channel.value, args);
  if (stranger) return stranger;
  const chunks = readChunks(state, args);
  if (!chunks.ok) return chunks;
  const message: SlackMessage = {
    ts: nextTs(state),
    channel: channel.value.id,
    user: state.botUserId,
    bot_id: state.botId,
    text: '',
    thread_ts: thread.value,
    streaming: true,
  };
  const stream: OpenStream = { startedAt: state.now(), bytes: 0, unanswered: 0, answeredAt: 0 };
  const full = fullRefusal(stream, message, chunks.value);
  if (full) return full;
  state.streams.set(message.ts, stream);
  grow(stream, message, chunks.value);
  if (thread.value !== undefined) setStatus(state, channel.value.id, thread.value, '');
  store(state, channel.value, message);
  stream.ending = setTimeout(() => settleStream(state, message), LIFETIME_MS + 1).unref();
  return { ok: true, channel: channel.value.id, ts: message.ts };
};

function recipientRefusal(state: State, channel: Channel, args: Args): Refusal | undefined {
  if (channel.kind === 'im') return undefined;
  if (!args.recipient_user_id) return refuse('missing_recipient_user_id');
  if (!args.recipient_team_id) return refuse('missing_recipient_team_id');
  const recipient = state.users.get(String(args.recipient_user_id));
  return recipient && recipient.teamId === args.recipient_team_id ? undefined : refuse('user_not_found');
}

export const appendStream: Handler = (state, call) => {
  const open = openStream(state, call);
  if (!open.ok) return open;
  const { message, stream } = open.value;
  const chunks = readChunks(state, call.args);
  if (!chunks.ok) return chunks;
  if (chunks.value.length === 0) return refuse('no_text');
  const full = fullRefusal(stream, message, chunks.value);
  if (full) return full;
  grow(stream, message, chunks.value);
  publish(state, { kind: 'message', message });
  return { ok: true, channel: message.channel, ts: message.ts };
};

export const stopStream: Handler = (state, call) => {
  const open = openStream(state, call);
  if (!open.ok) return open;
  const { channel, message, stream } = open.value;
  const chunks = readChunks(state, call.args);
  if (!chunks.ok) return chunks;
  const blocks = readBlocks(state, call.args.blocks);
  if (!blocks.ok) return blocks;
  const metadata = readMetadata(call.args.metadata);
  if (!metadata.ok) return metadata;
  const full = fullRefusal(stream, message, chunks.value);
  if (full) return full;
  grow(stream, message, chunks.value);
  if (blocks.value?.length) message.blocks = [...(message.blocks ?? []), ...blocks.value];
  if (metadata.value) message.metadata = metadata.value;
  endStream(state, message);
  return { ok: true, channel: channel.id, ts: message.ts, message: shownMessage(state, channel, message, true) };
};

function openStream(state: State, call: Call): Found<{ channel: Channel; message: SlackMessage; stream: OpenStream }> {
  const channel = visibleChannel(state, call.args.channel);
  if (!channel.ok) return channel;
  if (channel.value.archived) return refuse('is_archived');
  const message = ownMessage(state, channel.value, call.args.ts, 'message_not_owned_by_app');
  if (!message.ok) return message;
  settleStream(state, message.value);
  const stream = state.streams.get(message.value.ts);
  if (!stream) return refuse('message_not_in_streaming_state');
  watchOverlap(stream, call);
  return found({ channel: channel.value, message: message.value, stream });
}

/** Calls for one stream must be serialised; one that came before its predecessor was answered is marked. */
function watchOverlap(stream: OpenStream, call: Call): void {
  if (stream.unanswered > 0 || call.arrivedAt < stream.answeredAt) call.violation = 'parallel_stream_calls';
  stream.unanswered += 1;
  call.answered = (at) => {
    call.answered = undefined;
    stream.unanswered -= 1;
    stream.answeredAt = at;
  };
}

function readChunks(state: State, args: Args): Found<Chunk[]> {
  const { markdown_text: text, chunks = [] } = args;
  if (text !== undefined && typeof text !== 'string') return refuse('invalid_arguments');
  if (text && text.length > MARKDOWN_CHARACTERS) return refuse('msg_too_long');
  if (!Array.isArray(chunks)) return refuse('invalid_chunks');
  const parsed: Chunk[] = text ? [{ type: 'markdown_text', text }] : [];
  for (const [index, candidate] of chunks.entries()) {
    const result = chunk.safeParse(candidate);
    if (!result.success) return refuseWith('invalid_chunks', complaintsOf(result.error, candidate, `/chunks/${index}`));
    const blocks = blocksOf(state, result.data, index);
    if (!blocks.ok) return blocks;
    parsed.push(blocks.value);
  }
  return found(parsed);
}

function blocksOf(state: State, candidate: Chunk, index: number): Found<Chunk> {
  if (candidate.type !== 'blocks') return found(candidate);
  const complaints = blockComplaints(candidate.blocks, `/chunks/${index}/blocks`, 50);
  if (complaints.length > 0) return refuseWith('invalid_blocks', complaints);
  const blocks = readBlocks(state, candidate.blocks);
  return blocks.ok ? found({ type: 'blocks', blocks: blocks.value ?? [] }) : blocks;
}

function fullRefusal(stream: OpenStream, message: SlackMessage, chunks: Chunk[]): Refusal | undefined {
  const blocks = chunks.reduce((sum, each) => sum + (each.type === 'blocks' ? each.blocks.length : 0), 0);
  if ((message.blocks?.length ?? 0) + blocks > 50) return refuse('msg_blocks_too_many');
  const cards = message.tasks !== undefined || chunks.some((each) => each.type === 'task_update');
  const bytes = chunks.reduce((sum, each) => sum + weight(each), stream.bytes);
  return bytes > (cards ? TEXT_AND_CARDS_BYTES : TEXT_BYTES) ? refuse('msg_too_long') : undefined;
}

function weight(each: Chunk): number {
  const bytes = (text = ''): number => Buffer.byteLength(text);
  if (each.type === 'markdown_text') return bytes(each.text);
  if (each.type === 'plan_update') return bytes(each.title);
  if (each.type === 'blocks') return 0;
  return bytes(each.title) + 2 * (bytes(each.details) + bytes(each.output));
}

function grow(stream: OpenStream, message: SlackMessage, chunks: Chunk[]): void {
  for (const each of chunks) {
    stream.bytes += weight(each);
    if (each.type === 'markdown_text') message.text += each.text;
    if (each.type === 'plan_update') message.plan = each.title;
    if (each.type === 'blocks') message.blocks = [...(message.blocks ?? []), ...each.blocks];
    if (each.type === 'task_update') message.tasks = withTask(message.tasks ?? [], each);
  }
}

/** A further update of a card replaces its title and status, and adds to its details and output. */
function withTask(tasks: NonNullable<SlackMessage['tasks']>, update: Extract<Chunk, { type: 'task_update' }>) {
  const { id, title, status } = update;
  const held = tasks.find((task) => task.id === id);
  const joined = (name: 'details' | 'output') => {
    const text = (held?.[name] ?? '') + (update[name] ?? '');
    return text === '' ? {} : { [name]: text };
  };
  const task = { id, title, status, ...joined('details'), ...joined('output') };
  return held ? tasks.map((each) => (each === held ? task : each)) : [...tasks, task];
}

/** Slack ends a stream that nobody stopped. */
export function settleStream(state: State, message: SlackMessage): void {
  const stream = message.streaming && state.streams.get(message.ts);
  if (stream && state.now() - stream.startedAt >= LIFETIME_MS) endStream(state, message);
}

export function endStream(state: State, message: SlackMessage): void {
  clearTimeout(state.streams.get(message.ts)?.ending);
  state.streams.delete(message.ts);
  message.streaming = false;
  publish(state, { kind: 'message', message });
}
