import { shownFile } from './sharing.ts';
import { liveReplies } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, SlackMessage } from './types.ts';

/** A message as the Web API shows it; metadata only to those who ask for it. */
export function shownMessage(
  state: State,
  channel: Channel,
  message: SlackMessage,
  withMetadata: boolean,
): Record<string, unknown> {
  const { channel: _channel, deleted, metadata, streaming, tasks: _tasks, plan: _plan, ...said } = message;
  const replies = message.thread_ts === undefined ? liveReplies(channel, message.ts) : [];
  return {
    type: 'message',
    ...said,
    ...(deleted && {
      subtype: 'tombstone',
      user: 'USLACKBOT',
      text: 'This message was deleted.',
      hidden: true,
      blocks: undefined,
    }),
    ...(said.bot_id === state.botId && { app_id: state.appId }),
    ...(streaming !== undefined && { streaming_state: streaming ? 'in_progress' : 'completed' }),
    ...(said.files && { files: said.files.map((file) => shownFile(state, file)) }),
    ...(said.reactions && { reactions: said.reactions.map((each) => ({ ...each, count: each.users.length })) }),
    ...(message.thread_ts !== undefined && { parent_user_id: channel.byTs.get(message.thread_ts)?.user }),
    ...(replies.length > 0 && { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts }),
    ...(withMetadata && metadata && { metadata }),
    team: state.users.get(said.user ?? '')?.teamId ?? state.teamId,
  };
}
