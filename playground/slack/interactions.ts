import { shownMessage } from './present-message.ts';
import { issueResponseUrl } from './responses.ts';
import { nextTs } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, OpenView, SlackMessage, StoredView } from './types.ts';
import { issueTrigger } from './views.ts';

export type Interaction = Record<string, unknown>;
/** A press or a choice; `action` describes its element. */
type Pressed = { user: string; action: Record<string, unknown>; values: Values };

export function messageActions(
  state: State,
  { user, action, values }: Pressed,
  channel: Channel,
  message: SlackMessage,
): Interaction {
  const { ts, thread_ts } = message;
  return {
    type: 'block_actions',
    ...who(state, user),
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel.id,
      is_ephemeral: false,
      ...(thread_ts && { thread_ts }),
    },
    trigger_id: issueTrigger(state, user),
    channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
    message: shownMessage(state, channel, message, false),
    state: { values },
    response_url: issueResponseUrl(state, { user, channel: channel.id, message: ts, thread_ts }),
    actions: [{ ...action, action_ts: nextTs(state) }],
  };
}

/** In a form or a Home tab, which have no message to answer in. */
export function viewActions(state: State, { user, action, values }: Pressed, open: StoredView): Interaction {
  return {
    type: 'block_actions',
    ...who(state, user),
    container: { type: 'view', view_id: open.id },
    trigger_id: issueTrigger(state, user),
    view: viewInPayload(state, open, values),
    actions: [{ ...action, action_ts: nextTs(state) }],
  };
}

export type Values = Record<string, Record<string, unknown>>;

export function viewSubmission(state: State, user: string, open: OpenView, values: Values): Interaction {
  return {
    type: 'view_submission',
    ...who(state, user),
    trigger_id: issueTrigger(state, user),
    view: viewInPayload(state, open, values),
    response_urls: [],
  };
}

export function viewClosed(state: State, user: string, open: OpenView): Interaction {
  return { type: 'view_closed', ...who(state, user), view: viewInPayload(state, open, {}), is_cleared: false };
}

function viewInPayload(state: State, { id, hash, view }: StoredView, values: Values): Interaction {
  const { teamId: team_id, appId: app_id, botId: bot_id } = state;
  return {
    ...{ private_metadata: '', callback_id: '', external_id: '' },
    ...view,
    ...{ id, hash, team_id, app_id, bot_id, app_installed_team_id: team_id },
    ...{ root_view_id: id, previous_view_id: null, state: { values } },
  };
}

export function slashCommand(
  state: State,
  user: string,
  channel: Channel,
  command: string,
  text: string,
): Record<string, string> {
  const { id, teamId, name } = state.users.get(user)!;
  return {
    token: 'playground',
    team_id: teamId,
    team_domain: 'playground',
    channel_id: channel.id,
    channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
    user_id: id,
    user_name: name,
    command,
    text,
    api_app_id: state.appId,
    is_enterprise_install: 'false',
    response_url: issueResponseUrl(state, { user, channel: channel.id }),
    trigger_id: issueTrigger(state, user),
  };
}

function who(state: State, userId: string): Interaction {
  const { id, name, teamId } = state.users.get(userId)!;
  return {
    team: { id: teamId, domain: 'playground' },
    user: { id, username: name, name, team_id: teamId },
    api_app_id: state.appId,
    token: 'playground',
    enterprise: null,
    is_enterprise_install: false,
  };
}
