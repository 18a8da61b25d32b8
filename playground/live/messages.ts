import type { PageFile, PageMessage } from '../page/protocol.ts';
import { isInChannel, liveReplies } from '../slack/state.ts';
import type { Channel, SlackFile, SlackMessage } from '../slack/types.ts';

/** A message as the reader sees it: nothing of one that was deleted, and no metadata. */
export function pageMessage(channel: Channel, message: SlackMessage, reader: string): PageMessage {
  const { metadata: _metadata, files, ...said } = message;
  const shown = message.deleted ? blanked(message) : said;
  return {
    ...shown,
    ...(files && !message.deleted && { files: pageFiles(files, reader) }),
    ...threadOf(channel, message),
  };
}

function blanked({ ts, channel, user, thread_ts, subtype }: SlackMessage): PageMessage {
  return { ts, channel, user, text: '', deleted: true, ...(thread_ts && { thread_ts }), ...(subtype && { subtype }) };
}

/** Put the reader into the address: a browser's request for an image carries nothing else that names them. */
function pageFiles(files: SlackFile[], reader: string): PageFile[] {
  return files.map(({ id, name, title, size, mimetype, preview }) => ({
    ...{ id, name, title, size, mimetype },
    ...(preview !== undefined && { preview }),
    url: `/playground/files/${id}?user=${reader}`,
  }));
}

function threadOf(channel: Channel, { ts, thread_ts }: SlackMessage): Partial<PageMessage> {
  const replies = thread_ts === undefined ? liveReplies(channel, ts) : [];
  if (replies.length === 0) return {};
  const replyUsers = [...new Set(replies.map(({ user }) => user))];
  return { replyCount: replies.length, latestReply: replies.at(-1)!.ts, replyUsers };
}

const PAGE = 50;

/** The newest first messages of threads before `before`, oldest first. */
export function historyPage(
  channel: Channel,
  reader: string,
  before?: string,
): { messages: PageMessage[]; more: boolean } {
  const stays = (message: SlackMessage) => !message.deleted || liveReplies(channel, message.ts).length > 0;
  const all = channel.log.filter(
    (message) => isInChannel(message) && stays(message) && (before === undefined || message.ts < before),
  );
  return { messages: all.slice(-PAGE).map((each) => pageMessage(channel, each, reader)), more: all.length > PAGE };
}

/** With its first message, which may have been deleted. */
export function threadPage(channel: Channel, reader: string, thread: string): PageMessage[] {
  const root = channel.byTs.get(thread);
  const shown = [...(root ? [root] : []), ...liveReplies(channel, thread)];
  return shown.map((each) => pageMessage(channel, each, reader));
}
