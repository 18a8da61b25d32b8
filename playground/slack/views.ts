import { type Answer, type Refusal, refuse, refuseWith } from './answers.ts';
import { viewComplaints } from './blocks.ts';
import { publish } from './changes.ts';
import { type Handler, isRecord } from './checks.ts';
import { nextId } from './state.ts';
import type { State } from './state-type.ts';
import type { OpenView, StoredView } from './types.ts';

const TRIGGER = /^\d+\.\d+\.[0-9a-z]+$/;
const VIEW_CHARACTERS = 250_000;

/** With it the app may open one view within a few seconds of a click or a command. */
export function issueTrigger(state: State, user?: string): string {
  const trigger = `${state.lastMicros}.${state.now()}.${nextId(state, 'x').toLowerCase()}`;
  state.triggers.set(trigger, { issuedAt: state.now(), used: false, user });
  return trigger;
}

export const openView: Handler = (state, { args }) => {
  const refusal = viewRefusal(args.view, 'modal');
  if (refusal) return refusal;
  const trigger = state.triggers.get(String(args.trigger_id));
  if (!trigger || !TRIGGER.test(String(args.trigger_id))) return refuse('invalid_trigger_id');
  if (trigger.used) return refuse('exchanged_trigger_id');
  if (state.now() - trigger.issuedAt > state.triggerLifetimeMs) return refuse('expired_trigger_id');
  trigger.used = true;
  return shown(state, showView(state, nextId(state, 'V'), args.view, trigger.user));
};

export const updateView: Handler = (state, { args }) => {
  const refusal = viewRefusal(args.view, 'modal');
  if (refusal) return refusal;
  const current = state.views.get(String(args.view_id));
  if (!current) return refuse('not_found');
  if (args.hash && args.hash !== current.hash) return refuse('hash_conflict');
  return shown(state, showView(state, current.id, args.view, current.user));
};

export const publishView: Handler = (state, { args }) => {
  const refusal = viewRefusal(args.view, 'home');
  if (refusal) return refusal;
  const user = String(args.user_id);
  if (!state.users.has(user)) return refuseWith('invalid_arguments', ['invalid `user_id`']);
  const current = state.homes.get(user);
  if (args.hash && args.hash !== current?.hash) return refuse('hash_conflict');
  const view = stored(state, current?.id ?? nextId(state, 'V'), args.view);
  state.homes.set(user, view);
  publish(state, { kind: 'home', user });
  return shown(state, view);
};

export function viewRefusal(view: unknown, type: 'modal' | 'home'): Refusal | undefined {
  if (!isRecord(view)) return refuseWith('invalid_arguments', ['must provide an object [json-pointer:/view]']);
  if (JSON.stringify(view).length > VIEW_CHARACTERS) return refuse('view_too_large');
  const complaints = viewComplaints(view, type);
  return complaints.length > 0 ? refuseWith('invalid_arguments', complaints) : undefined;
}

function stored(state: State, id: string, view: unknown): StoredView {
  return { id, hash: nextId(state, 'h'), view: named(state, view as Record<string, unknown>) };
}

/** Slack names the blocks that the app did not. */
function named(state: State, view: Record<string, unknown>): Record<string, unknown> {
  const blocks = view.blocks as Record<string, unknown>[];
  return { ...view, blocks: blocks.map((block) => ({ block_id: nextId(state, 'b'), ...block })) };
}

export function showView(state: State, id: string, view: unknown, user?: string): OpenView {
  const open = { ...stored(state, id, view), user, errors: {} };
  state.views.set(id, open);
  publish(state, { kind: 'form', form: open });
  return open;
}

function shown(state: State, { id, hash, view }: StoredView): Answer {
  const { teamId: team_id, appId: app_id, botId: bot_id } = state;
  return { ok: true, view: { ...view, id, hash, team_id, app_id, bot_id, root_view_id: id, state: { values: {} } } };
}
