import { randomUUID } from 'node:crypto';
import { type Answer, refuse } from './answers.ts';
import { getPermalink, postEphemeral, postMessage, remove, update } from './chat.ts';
import { type Call, type Handler, missing } from './checks.ts';
import { completeUpload, fileInfo, getUploadUrl } from './files.ts';
import { addReaction, removeReaction } from './reactions.ts';
import {
  authTest,
  conversationInfo,
  history,
  openConversation,
  replies,
  userGroupMembers,
  usersInfo,
} from './reading.ts';
import { setSessionStatus, setSuggestedPrompts, setThreadStatus } from './sessions.ts';
import type { State } from './state-type.ts';
import { appendStream, startStream, stopStream } from './streams.ts';
import { openView, publishView, updateView } from './views.ts';

export type Method = {
  run: Handler;
  needs: string[];
  /** Slack reads no JSON body for these. */
  formOnly?: true;
  token?: 'app';
  /** Appends to a stream; the answer does not wait until that is saved. */
  grows?: true;
  /** Counts towards the posts a channel takes in a second. */
  posts?: true;
};

const openConnection: Handler = (state, { base }) => {
  const ticket = randomUUID();
  state.tickets.add(ticket);
  return { ok: true, url: `${base.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${state.appId}` };
};

export const METHODS = new Map<string, Method>([
  ['apps.connections.open', { run: openConnection, needs: [], token: 'app' }],
  ['auth.test', { run: authTest, needs: [] }],
  ['users.info', { run: usersInfo, needs: ['user'], formOnly: true }],
  ['usergroups.users.list', { run: userGroupMembers, needs: ['usergroup'], formOnly: true }],
  ['conversations.info', { run: conversationInfo, needs: ['channel'], formOnly: true }],
  ['conversations.replies', { run: replies, needs: ['channel', 'ts'], formOnly: true }],
  ['conversations.history', { run: history, needs: ['channel'] }],
  ['conversations.open', { run: openConversation, needs: [] }],
  ['chat.postMessage', { run: postMessage, needs: ['channel'], posts: true }],
  ['chat.update', { run: update, needs: ['channel', 'ts'] }],
  ['chat.delete', { run: remove, needs: ['channel', 'ts'] }],
  ['chat.postEphemeral', { run: postEphemeral, needs: ['channel', 'user'], posts: true }],
  ['chat.getPermalink', { run: getPermalink, needs: ['channel', 'message_ts'], formOnly: true }],
  ['chat.startStream', { run: startStream, needs: ['channel', 'thread_ts'], posts: true }],
  ['chat.appendStream', { run: appendStream, needs: ['channel', 'ts'], grows: true }],
  ['chat.stopStream', { run: stopStream, needs: ['channel', 'ts'] }],
  ['assistant.threads.setStatus', { run: setThreadStatus, needs: ['channel_id', 'thread_ts', 'status'] }],
  ['assistant.threads.setSuggestedPrompts', { run: setSuggestedPrompts, needs: ['channel_id', 'prompts'] }],
  ['agents.sessions.setStatus', { run: setSessionStatus, needs: ['channel_id', 'status'] }],
  ['reactions.add', { run: addReaction, needs: ['name'] }],
  ['reactions.remove', { run: removeReaction, needs: ['name'] }],
  ['views.open', { run: openView, needs: ['trigger_id', 'view'] }],
  ['views.update', { run: updateView, needs: ['view_id', 'view'] }],
  ['views.publish', { run: publishView, needs: ['user_id', 'view'] }],
  ['files.info', { run: fileInfo, needs: ['file'], formOnly: true }],
  ['files.getUploadURLExternal', { run: getUploadUrl, needs: ['filename', 'length'], formOnly: true }],
  ['files.completeUploadExternal', { run: completeUpload, needs: ['files'] }],
]);

export function perform(state: State, method: Method, token: string | undefined, call: Call): Answer {
  if (!token) return refuse('not_authed');
  const [right, other] = method.token === 'app' ? [state.appToken, state.botToken] : [state.botToken, state.appToken];
  if (token === other) return refuse('not_allowed_token_type');
  if (token !== right) return refuse('invalid_auth');
  const absent = missing(call.args, method.needs);
  if (absent) return absent;
  if (method.posts && isTooFast(state, String(call.args.channel))) return refuse('ratelimited');
  return method.run(state, call);
}

function isTooFast(state: State, channel: string): boolean {
  if (state.postsPerSecondPerChannel === Number.POSITIVE_INFINITY) return false;
  const now = state.now();
  const recent = (state.posts.get(channel) ?? []).filter((at) => now - at < 1000);
  state.posts.set(channel, recent);
  if (recent.length >= state.postsPerSecondPerChannel) return true;
  recent.push(now);
  return false;
}
