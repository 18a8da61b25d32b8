import { type Answer, refuse, refuseWith } from './answers.ts';
import { type Args, flag, type Handler, readableChannel, visibleChannel } from './checks.ts';
import { shownMessage } from './present-message.ts';
import { isIn, openDirect } from './rooms.ts';
import { isInChannel, liveReplies } from './state.ts';
import type { State } from './state-type.ts';
import { settleStream } from './streams.ts';
import type { Channel, SlackMessage, User } from './types.ts';

export const authTest: Handler = (state) => ({
  ok: true,
  url: 'https://playground.slack.com/',
  team: 'Playground',
  user: 'countersign',
  team_id: state.teamId,
  user_id: state.botUserId,
  bot_id: state.botId,
  is_enterprise_install: false,
});

export const usersInfo: Handler = (state, { args }) => {
  const user = state.users.get(String(args.user));
  return user ? { ok: true, user: shownUser(user) } : refuse('user_not_found');
};

function shownUser(user: User): Record<string, unknown> {
  const { id, name, realName: real_name, email, deleted } = user;
  return {
    id,
    team_id: user.teamId,
    name,
    deleted,
    real_name,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: { real_name, display_name: name, email, team: user.teamId },
    is_bot: user.isBot,
    is_restricted: user.isRestricted,
    is_ultra_restricted: false,
  };
}

export const userGroupMembers: Handler = (state, { args }) => {
  const users = state.userGroups.get(String(args.usergroup));
  return users ? { ok: true, users } : refuse('no_such_subteam');
};

export const conversationInfo: Handler = (state, { args }) => {
  const channel = visibleChannel(state, args.channel);
  if (!channel.ok) return channel;
  return { ok: true, channel: shownChannel(state, channel.value, flag(args.include_num_members)) };
};

function shownChannel(state: State, channel: Channel, counted: boolean): Record<string, unknown> {
  const { id, name, kind, created, sharedWith } = channel;
  const num_members = counted ? { num_members: membersOf(state, channel) } : {};
  if (kind === 'im') {
    return {
      id,
      created,
      is_im: true,
      is_org_shared: false,
      user: [...(channel.people ?? [])][0],
      is_open: true,
      ...num_members,
    };
  }
  return {
    id,
    name,
    name_normalized: name,
    created,
    is_channel: kind === 'channel',
    is_group: kind === 'group',
    is_im: false,
    is_mpim: kind === 'mpim',
    is_private: kind !== 'channel',
    is_archived: channel.archived,
    is_member: channel.botIsMember,
    is_shared: sharedWith.length > 0,
    is_ext_shared: sharedWith.length > 0,
    ...(sharedWith.length > 0 && { connected_team_ids: sharedWith }),
    context_team_id: state.teamId,
    ...num_members,
  };
}

function membersOf(state: State, channel: Channel): number {
  const people = [...state.users.keys()].filter((id) => id !== state.botUserId && isIn(state, channel, id));
  return people.length + (channel.botIsMember ? 1 : 0);
}

const MOST_PEOPLE = 8;

export const openConversation: Handler = (state, { args }) => {
  if (typeof args.channel === 'string' && args.channel !== '') return reopen(state, args.channel);
  const people = String(args.users ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  if (people.length === 0) return refuse('users_list_not_supplied');
  if (people.length > MOST_PEOPLE) return refuse('too_many_users');
  const users = people.map((id) => state.users.get(id));
  if (users.some((user) => user === undefined)) return refuse('user_not_found');
  if (users.some((user) => user?.deleted)) return refuse('user_disabled');
  const { channel, existed } = openDirect(state, people);
  const opened = flag(args.return_im) ? shownChannel(state, channel, false) : { id: channel.id };
  return { ok: true, ...(existed && { no_op: true, already_open: true }), channel: opened };
};

function reopen(state: State, id: string): Answer {
  const channel = visibleChannel(state, id);
  if (!channel.ok) return channel;
  if (channel.value.kind === 'channel' || channel.value.kind === 'group') {
    return refuse('method_not_supported_for_channel_type');
  }
  return { ok: true, no_op: true, already_open: true, channel: { id } };
}

type Window = { ok: true; limit: number; holds: (ts: string) => boolean; skipped: number };

/** A cursor says how many of the matching messages earlier pages had. */
function readWindow(args: Args, usual: number, most: number): Window | ReturnType<typeof refuse> {
  const limit = args.limit === undefined || args.limit === '' ? usual : Number(args.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    return refuseWith('invalid_arguments', [`must be between 1 and ${most} [json-pointer:/limit]`]);
  }
  const oldest = args.oldest === undefined || args.oldest === '' ? 0 : Number(args.oldest);
  const latest = args.latest === undefined || args.latest === '' ? Number.POSITIVE_INFINITY : Number(args.latest);
  if (Number.isNaN(oldest)) return refuse('invalid_ts_oldest');
  if (Number.isNaN(latest)) return refuse('invalid_ts_latest');
  const skipped = args.cursor === undefined || args.cursor === '' ? 0 : readCursor(String(args.cursor));
  if (skipped === undefined) return refuse('invalid_cursor');
  const inclusive = flag(args.inclusive);
  const holds = (ts: string): boolean => {
    const at = Number(ts);
    return (at > oldest && at < latest) || (inclusive && (at === oldest || at === latest));
  };
  return { ok: true, limit, holds, skipped };
}

const writeCursor = (skipped: number): string => Buffer.from(`next:${skipped}`).toString('base64');

function readCursor(cursor: string): number | undefined {
  const match = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  return match ? Number(match[1]) : undefined;
}

function page(state: State, channel: Channel, args: Args, all: SlackMessage[], window: Window): Answer {
  const { skipped, limit } = window;
  const end = skipped + limit;
  const more = all.length > end;
  return {
    ok: true,
    messages: all.slice(skipped, end).map((message) => {
      settleStream(state, message);
      return shownMessage(state, channel, message, flag(args.include_all_metadata));
    }),
    has_more: more,
    ...(more && { response_metadata: { next_cursor: writeCursor(end) } }),
  };
}

export const history: Handler = (state, { args }) => {
  const channel = readableChannel(state, args.channel);
  if (!channel.ok) return channel;
  const window = readWindow(args, 100, 999);
  if (!window.ok) return window;
  const { log, replies } = channel.value;
  const stays = (message: SlackMessage): boolean => !message.deleted || replies.has(message.ts);
  const shown = log.filter((each) => isInChannel(each) && stays(each) && window.holds(each.ts)).reverse();
  return page(state, channel.value, args, shown, window);
};

export const replies: Handler = (state, { args }) => {
  const channel = readableChannel(state, args.channel);
  if (!channel.ok) return channel;
  const window = readWindow(args, 1000, 1000);
  if (!window.ok) return window;
  const root = channel.value.byTs.get(String(args.ts));
  const answers = root ? liveReplies(channel.value, root.ts) : [];
  if (!root || (root.deleted && answers.length === 0)) return refuse('thread_not_found');
  const answer = page(
    state,
    channel.value,
    args,
    answers.filter((each) => window.holds(each.ts)),
    window,
  );
  if (!answer.ok) return answer;
  // Slack puts the thread's first message on every page, outside of the window and the limit.
  const first = shownMessage(state, channel.value, root, flag(args.include_all_metadata));
  return { ...answer, messages: [first, ...(answer.messages as unknown[])] };
};
