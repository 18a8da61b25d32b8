import { deliver, signedForm } from '../../playground/slack/delivery.ts';
import { following, post, signed } from '../support/door.ts';
import type { AttackedApp } from './attacker.ts';
import { ownChannel } from './attacker-desks.ts';
import type { ShownCard } from './attacker-talk.ts';

let lastTs = '';

/** A message in the thread of a case, as Slack would sign it, with only those fields about its author. */
export async function forgeMessage(
  { app: { slack, botUrl } }: AttackedApp,
  { mark, root, text }: { mark: string; root: string; text: string },
  author: Record<string, unknown>,
  { shared = false } = {},
): Promise<void> {
  const now = `${(Date.now() / 1000).toFixed(3)}000`;
  lastTs = lastTs > now ? following(lastTs) : now;
  const said = { channel: ownChannel(mark), text: `<@${slack.botUserId}> ${text}`, ts: lastTs, thread_ts: root };
  const event = { type: 'app_mention', event_ts: lastTs, ...said, ...author };
  const { status } = await post(botUrl, signed(slack, event, {}, { is_ext_shared_channel: shared }));
  if (status !== 200) throw new Error(`the forged message got ${status}`);
}

type Forged = { user?: string; userTeam?: string; team?: string; value?: string };

/** A click that no screen offers: any button, any id, anybody's name. Returns the status that it gets. */
export async function forgeClick(
  attacked: AttackedApp,
  card: ShownCard,
  action: string,
  { user = 'U0MARCO', team = attacked.app.slack.teamId, userTeam = team, value = card.approval }: Forged = {},
): Promise<number> {
  const payload = {
    type: 'block_actions',
    ...clickedBy(attacked, user, userTeam, team),
    container: { type: 'message', message_ts: card.ts, channel_id: card.channel, is_ephemeral: false },
    channel: { id: card.channel, name: 'anywhere' },
    message: { ts: card.ts },
    response_url: 'http://127.0.0.1:9/',
    state: { values: {} },
    actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: card.ts }],
  };
  return send(attacked, payload);
}

/** A form that nobody opened, filled in. */
export function forgeForm(
  attacked: AttackedApp,
  { approval }: ShownCard,
  form: string,
  { user, values }: { user: string; values: Record<string, string> },
): Promise<number> {
  const { teamId } = attacked.app.slack;
  const filled = Object.entries(values).map(([block, value]) => [block, { field: { type: 'x', value } }]);
  const view = {
    ...{ id: 'V0FORGED', type: 'modal', callback_id: form, private_metadata: JSON.stringify({ about: approval }) },
    state: { values: Object.fromEntries(filled) },
  };
  return send(attacked, { type: 'view_submission', ...clickedBy(attacked, user, teamId, teamId), view });
}

function clickedBy({ app: { slack } }: AttackedApp, user: string, userTeam: string, team: string) {
  return {
    team: { id: team, domain: 'anywhere' },
    user: { id: user, username: 'x', name: 'x', team_id: userTeam },
    ...{ api_app_id: slack.appId, token: 'x', trigger_id: 'x', enterprise: null, is_enterprise_install: false },
  };
}

async function send({ app: { slack, botUrl } }: AttackedApp, payload: object): Promise<number> {
  const form = signedForm(slack, { payload: JSON.stringify(payload) });
  return (await deliver(`${botUrl}/slack/events`, form)).status;
}
