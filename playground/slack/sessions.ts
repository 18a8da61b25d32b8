import { refuse } from './answers.ts';
import { type Handler, isTs, visibleChannel } from './checks.ts';

const SESSION_STATUSES = new Set(['active', 'processing', 'suspended', 'closed']);

export const setThreadStatus: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel_id);
  if (!channel.ok) return channel;
  const known = isTs(args.thread_ts) && channel.value.byTs.has(args.thread_ts);
  return known ? { ok: true } : refuse('invalid_thread_ts');
};

export const setSessionStatus: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel_id);
  if (!channel.ok) return channel;
  if (!channel.value.botIsMember) return refuse('not_authorized');
  if (!SESSION_STATUSES.has(String(args.status))) return refuse('invalid_status');
  if (!isTs(args.thread_ts)) return refuse('thread_ts_required');
  const initiator = args.initiator_user_id;
  const stranger = initiator !== undefined && !state.users.has(String(initiator));
  return stranger ? refuse('user_not_found') : { ok: true };
};
