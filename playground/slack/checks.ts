import { type Answer, type Found, found, type Refusal, refuse, refuseWith } from './answers.ts';
import { blockComplaints } from './blocks.ts';
import { liveMessage, liveReplies, nextId } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, Metadata, SlackMessage } from './types.ts';

export type Args = Record<string, unknown>;

/** One call as its method sees it. */
export type Call = {
  args: Args;
  /** The path of this API, without a slash at the end. */
  base: string;
  arrivedAt: number;
  violation?: 'parallel_stream_calls';
  /** Resolves when the caller has its answer, or has gone away. */
  answered?: (at: number) => void;
};

export type Handler = (state: State, call: Call) => Answer;

const TS = /^\d{10}\.\d{6}$/;
/** Slack publishes no limit for metadata; this one should be below it. */
const METADATA_CHARACTERS = 8_000;
const MARKDOWN_CHARACTERS = 12_000;
/** Undocumented as well: measured at about 13,200, where JSON of the blocks is the nearest thing to count. */
const BLOCKS_CHARACTERS = 13_200;

export const isTs = (value: unknown): value is string => typeof value === 'string' && TS.test(value);

/** Form bodies have strings only, so a flag is true in several spellings. */
export const flag = (value: unknown): boolean => value === true || value === 'true' || value === 1 || value === '1';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function missing(args: Args, names: string[]): Refusal | undefined {
  const absent = names.filter((name) => args[name] === undefined || args[name] === null);
  if (absent.length === 0) return undefined;
  return refuseWith(
    'invalid_arguments',
    absent.map((name) => `missing required field: ${name}`),
  );
}

export function visibleChannel(state: State, id: unknown): Found<Channel> {
  const channel = state.channels.get(String(id));
  const seen = channel && (channel.kind === 'channel' || channel.botIsMember);
  return seen ? found(channel) : refuse('channel_not_found');
}

export function readableChannel(state: State, id: unknown): Found<Channel> {
  const channel = visibleChannel(state, id);
  if (channel.ok && !channel.value.botIsMember) return refuse('not_in_channel');
  return channel;
}

export function writableChannel(state: State, id: unknown): Found<Channel> {
  const channel = readableChannel(state, id);
  if (channel.ok && channel.value.archived) return refuse('is_archived');
  return channel;
}

/** The thread to write to: Slack wants the root's ts, and a root that is gone takes its thread with it. */
export function threadRoot(channel: Channel, threadTs: unknown): Found<string | undefined> {
  if (threadTs === undefined || threadTs === null || threadTs === '') return found(undefined);
  if (!isTs(threadTs)) return refuse('invalid_thread_ts');
  const root = channel.byTs.get(threadTs);
  if (!root) return refuse('thread_not_found');
  if (root.thread_ts !== undefined) return refuse('cannot_reply_to_message');
  if (root.deleted && liveReplies(channel, threadTs).length === 0) return refuse('thread_not_found');
  return found(threadTs);
}

export function ownMessage(state: State, channel: Channel, ts: unknown, notOurs: string): Found<SlackMessage> {
  const message = liveMessage(channel, ts);
  if (!message) return refuse('message_not_found');
  return message.bot_id === state.botId ? found(message) : refuse(notOurs);
}

export type Content = { text?: string; blocks?: unknown[]; attachments?: unknown[] };

export function readContent(state: State, args: Args): Found<Content> {
  for (const name of ['text', 'markdown_text']) {
    if (args[name] !== undefined && typeof args[name] !== 'string') {
      return refuseWith('invalid_arguments', [`must provide a string [json-pointer:/${name}]`]);
    }
  }
  const markdown = args.markdown_text as string | undefined;
  if (markdown && (args.text || args.blocks !== undefined)) return refuse('markdown_text_conflict');
  if (markdown && markdown.length > MARKDOWN_CHARACTERS) return refuse('msg_too_long');
  const blocks = readBlocks(state, args.blocks);
  if (!blocks.ok) return blocks;
  const attachments = readAttachments(args.attachments);
  if (!attachments.ok) return attachments;
  const text = (args.text as string | undefined) ?? markdown;
  return found({ text, blocks: blocks.value, attachments: attachments.value });
}

export function readBlocks(state: State, blocks: unknown): Found<unknown[] | undefined> {
  if (blocks === undefined || blocks === null || blocks === '') return found(undefined);
  if (!Array.isArray(blocks)) return refuse('invalid_blocks_format');
  const complaints = blockComplaints(blocks, '/blocks', 50);
  if (complaints.length > 0) return refuseWith('invalid_blocks', complaints);
  if (JSON.stringify(blocks).length > BLOCKS_CHARACTERS) return refuse('msg_blocks_too_long');
  return found(blocks.map((block) => (block.block_id ? block : { ...block, block_id: nextId(state, 'b') })));
}

function readAttachments(attachments: unknown): Found<unknown[] | undefined> {
  if (attachments === undefined || attachments === null || attachments === '') return found(undefined);
  if (!Array.isArray(attachments)) return refuse('invalid_attachments');
  return attachments.length > 100 ? refuse('too_many_attachments') : found(attachments);
}

export function isEmpty(content: Content): boolean {
  return !content.text?.trim() && !content.blocks?.length && !content.attachments?.length;
}

export function readMetadata(metadata: unknown): Found<Metadata | undefined> {
  if (metadata === undefined || metadata === null || metadata === '') return found(undefined);
  if (!isRecord(metadata)) return refuse('invalid_metadata_format');
  const { event_type, event_payload, ...rest } = metadata;
  const shaped = typeof event_type === 'string' && event_type !== '' && isRecord(event_payload);
  if (!shaped || Object.keys(rest).some((key) => key !== 'entities')) return refuse('invalid_metadata_format');
  if (JSON.stringify(event_payload).length > METADATA_CHARACTERS) return refuse('metadata_too_large');
  return Object.values(event_payload).some((value) => value === null)
    ? refuse('invalid_metadata_schema')
    : found({ event_type, event_payload });
}
