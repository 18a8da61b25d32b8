import { randomBytes } from 'node:crypto';
import { type Answer, refuse } from './answers.ts';
import { post, rewrite, whisper } from './chat.ts';
import { type Args, flag, isEmpty, isRecord, readContent } from './checks.ts';
import { erase, liveMessage } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, ResponseUrl, SlackMessage } from './types.ts';

const LIFETIME_MS = 30 * 60_000;
const MOST_USES = 5;

export type Source = Pick<ResponseUrl, 'user' | 'channel' | 'message' | 'thread_ts'>;

export function issueResponseUrl(state: State, source: Source): string {
  if (state.base === undefined) throw new Error('The app has not called this workspace yet; call auth.test first.');
  const id = randomBytes(12).toString('hex');
  state.responseUrls.set(id, { ...source, issuedAt: state.now(), uses: 0 });
  return `${state.base}/response/${id}`;
}

/** By default only the person who clicked sees the answer. */
export function respond(state: State, id: string, args: Args): Answer {
  const from = state.responseUrls.get(id);
  if (!from) return refuse('invalid_url');
  if (state.now() - from.issuedAt > LIFETIME_MS) return refuse('expired_url');
  if (from.uses >= MOST_USES) return refuse('used_url');
  const answer = place(state, from, args);
  if (answer.ok) from.uses += 1;
  return answer;
}

function place(state: State, from: ResponseUrl, args: Args): Answer {
  const channel = state.channels.get(from.channel)!;
  const message = from.message === undefined ? undefined : liveMessage(channel, from.message);
  if (flag(args.delete_original)) return remove(state, message);
  const content = readContent(state, args);
  if (!content.ok) return content;
  if (isEmpty(content.value)) return refuse('no_text');
  if (flag(args.replace_original)) return replace(state, message, args);
  const thread = typeof args.thread_ts === 'string' ? args.thread_ts : undefined;
  if (args.response_type === 'in_channel') post(state, channel, content.value, { thread_ts: thread });
  else whisper(state, { user: from.user, channel: channel.id, thread_ts: thread }, content.value);
  return { ok: true };
}

function remove(state: State, message: SlackMessage | undefined): Answer {
  if (!message) return refuse('message_not_found');
  erase(state, message);
  return { ok: true };
}

function replace(state: State, message: SlackMessage | undefined, args: Args): Answer {
  const content = readContent(state, args);
  if (!content.ok) return content;
  if (!message) return refuse('message_not_found');
  rewrite(state, message, content.value, { ok: true, kind: 'kept' });
  return { ok: true };
}

/** The app's answer to a slash command in its acknowledgement: text, or a message. */
export function answerCommand(state: State, channel: Channel, user: string, said: unknown): Answer {
  const args = typeof said === 'string' ? { text: said } : said;
  if (!isRecord(args)) return refuse('invalid_payload');
  const content = readContent(state, args);
  if (!content.ok) return content;
  if (isEmpty(content.value)) return { ok: true };
  if (args.response_type === 'in_channel') post(state, channel, content.value);
  else whisper(state, { user, channel: channel.id }, content.value);
  return { ok: true };
}
