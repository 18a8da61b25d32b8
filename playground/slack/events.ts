import { fileInEvent } from './sharing.ts';
import { nextId } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, EventBody, SlackEvent, SlackMessage } from './types.ts';

/** The request body around an event, as the Events API sends it and Socket Mode puts it into its envelopes. */
export function eventCallback(
  workspace: { teamId: string; appId: string; botUserId: string },
  event: SlackEvent,
  eventId: string,
  atMs: number,
): EventBody {
  const { teamId: team_id, appId: api_app_id, botUserId: user_id } = workspace;
  return {
    team_id,
    context_team_id: team_id,
    context_enterprise_id: null,
    api_app_id,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(atMs / 1000),
    authorizations: [{ enterprise_id: null, team_id, user_id, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
  };
}

export const newEventId = (state: State): string => nextId(state, 'Ev');

/** Events of a new message: a mention and the message are two; a bot that is not in the channel gets none. */
export function saidEvents(state: State, channel: Channel, message: SlackMessage): SlackEvent[] {
  if (!channel.botIsMember) return [];
  const said = { ...shownInEvent(state, channel, message), channel: channel.id, event_ts: message.ts };
  const mentioned = channel.kind !== 'im' && new RegExp(`<@${state.botUserId}(\\|[^>]*)?>`).test(message.text);
  const events: SlackEvent[] = mentioned ? [{ ...said, type: 'app_mention' }] : [];
  return [...events, { ...said, type: 'message', channel_type: channel.kind }];
}

export function changedEvents(
  state: State,
  channel: Channel,
  message: SlackMessage,
  before: SlackMessage,
): SlackEvent[] {
  const shown = {
    message: shownInEvent(state, channel, message),
    previous_message: shownInEvent(state, channel, before),
  };
  return hidden(channel, 'message_changed', message.edited?.ts ?? message.ts, shown);
}

export function deletedEvents(state: State, channel: Channel, message: SlackMessage, ts: string): SlackEvent[] {
  const shown = { deleted_ts: message.ts, previous_message: shownInEvent(state, channel, message) };
  return hidden(channel, 'message_deleted', ts, shown);
}

export type Tab = 'home' | 'messages';

export function homeOpened(state: State, user: string, channel: string, tab: Tab, ts: string): SlackEvent {
  const home = tab === 'home' ? state.homes.get(user) : undefined;
  const view = home && { ...home.view, id: home.id, hash: home.hash, team_id: state.teamId, app_id: state.appId };
  return { type: 'app_home_opened', user, channel, tab, ...(view && { view }), event_ts: ts };
}

function hidden(channel: Channel, subtype: string, ts: string, shown: Record<string, unknown>): SlackEvent[] {
  if (!channel.botIsMember) return [];
  const place = { channel: channel.id, channel_type: channel.kind };
  return [{ type: 'message', subtype, hidden: true, ...shown, ...place, ts, event_ts: ts }];
}

function shownInEvent(state: State, channel: Channel, message: SlackMessage): Record<string, unknown> {
  const { user, text, ts, thread_ts, bot_id, subtype, blocks, edited, files } = message;
  return {
    type: 'message',
    user,
    text,
    ts,
    team: state.users.get(user)?.teamId ?? state.teamId,
    ...(thread_ts !== undefined && { thread_ts, parent_user_id: channel.byTs.get(thread_ts)?.user }),
    ...(bot_id !== undefined && { bot_id }),
    ...(subtype !== undefined && { subtype }),
    ...(blocks && { blocks }),
    ...(files && { files: files.map((file) => fileInEvent(state, file)), upload: false, display_as_bot: false }),
    ...(edited && { edited }),
  };
}
