import { isRecord } from './checks.ts';
import { issueResponseUrl } from './responses.ts';
import { shownMessage } from './shown.ts';
import { type Channel, nextTs, type OpenView, type SlackMessage, type State } from './state.ts';
import { issueTrigger } from './views.ts';

export type Interaction = Record<string, unknown>;
export type Button = { type: 'button'; action_id: string; block_id: string; value?: string; text: unknown };

/** The buttons that a person sees below a message, each with the block it is in. */
export function buttonsOf(message: SlackMessage): Button[] {
  return (message.blocks ?? []).filter(isRecord).flatMap((block) => {
    const elements = block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [block.accessory];
    return elements.filter(isButton).map((button) => ({ ...button, block_id: String(block.block_id) }));
  });
}

function isButton(element: unknown): element is Button {
  return isRecord(element) && element.type === 'button' && typeof element.action_id === 'string';
}

export function blockActions(
  state: State,
  user: string,
  channel: Channel,
  message: SlackMessage,
  button: Button,
): Interaction {
  const { type, action_id, block_id, text, value } = button;
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
    state: { values: {} },
    response_url: issueResponseUrl(state, { user, channel: channel.id, message: ts, thread_ts }),
    actions: [{ type, action_id, block_id, text, ...(value !== undefined && { value }), action_ts: nextTs(state) }],
  };
}

export type Values = Record<string, Record<string, unknown>>;

export function viewSubmission(state: State, user: string, open: OpenView, values: Values): Interaction {
  const { id, hash, view } = open;
  const { teamId: team_id, appId: app_id, botId: bot_id } = state;
  return {
    type: 'view_submission',
    ...who(state, user),
    trigger_id: issueTrigger(state, user),
    view: {
      ...{ private_metadata: '', callback_id: '', external_id: '' },
      ...view,
      ...{ id, hash, team_id, app_id, bot_id, app_installed_team_id: team_id },
      ...{ root_view_id: id, previous_view_id: null, state: { values } },
    },
    response_urls: [],
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
