import { refuse, refuseWith } from './answers.ts';
import { publish } from './changes.ts';
import { type Handler, isRecord, isTs, visibleChannel } from './checks.ts';
import { setStatus } from './statuses.ts';
import type { SuggestedPrompt } from './types.ts';

/** Slack's own words for a session that is processing. */
const PROCESSING = 'is thinking…';
const SESSION_STATUSES = new Set(['active', 'processing', 'suspended', 'closed']);

export const setThreadStatus: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel_id);
  if (!channel.ok) return channel;
  const known = isTs(args.thread_ts) && channel.value.byTs.has(args.thread_ts);
  if (!known) return refuse('invalid_thread_ts');
  setStatus(state, channel.value.id, String(args.thread_ts), String(args.status));
  return { ok: true };
};

export const setSessionStatus: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel_id);
  if (!channel.ok) return channel;
  if (!channel.value.botIsMember) return refuse('not_authorized');
  if (!SESSION_STATUSES.has(String(args.status))) return refuse('invalid_status');
  if (!isTs(args.thread_ts)) return refuse('thread_ts_required');
  const initiator = args.initiator_user_id;
  const stranger = initiator !== undefined && !state.users.has(String(initiator));
  if (stranger) return refuse('user_not_found');
  setStatus(state, channel.value.id, args.thread_ts, args.status === 'processing' ? PROCESSING : '');
  return { ok: true };
};

const MOST_PROMPTS = 4;

/** Keeps the prompts, which are shown above the message field. */
export const setSuggestedPrompts: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel_id);
  if (!channel.ok) return channel;
  const complaints = promptComplaints(args);
  if (complaints.length > 0) return refuseWith('invalid_arguments', complaints);
  // Threads are for the older kind of assistant: from an agent app, Slack accepts one and shows nothing.
  if (args.thread_ts) return { ok: true };
  const prompts = (args.prompts as SuggestedPrompt[]).map(({ title, message }) => ({ title, message }));
  state.prompts.set(channel.value.id, { ...(args.title ? { title: String(args.title) } : {}), prompts });
  publish(state, { kind: 'prompts', channel: channel.value.id });
  return { ok: true };
};

function promptComplaints({ prompts, title }: Record<string, unknown>): string[] {
  if (!Array.isArray(prompts)) return ['must provide an array [json-pointer:/prompts]'];
  return [
    ...(prompts.length > MOST_PROMPTS ? [`no more than ${MOST_PROMPTS} items allowed [json-pointer:/prompts]`] : []),
    ...(title === undefined || typeof title === 'string' ? [] : ['must provide a string [json-pointer:/title]']),
    ...prompts.flatMap((prompt: unknown, at) =>
      (['title', 'message'] as const)
        .filter((field) => !isRecord(prompt) || typeof prompt[field] !== 'string' || prompt[field].trim() === '')
        .map((field) => `missing required field: ${field} [json-pointer:/prompts/${at}]`),
    ),
  ];
}
