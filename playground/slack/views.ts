import { type Answer, type Refusal, refuse, refuseWith } from './answers.ts';
import { viewComplaints } from './blocks.ts';
import { type Handler, isRecord } from './checks.ts';
import { nextId, type State, type StoredView } from './state.ts';

const TRIGGER = /^\d+\.\d+\.[0-9a-z]+$/;
const TRIGGER_LIFETIME_MS = 3_000;
const VIEW_CHARACTERS = 250_000;

/** What a click or a command hands to the app so that it may open one view, for three seconds. */
export function issueTrigger(state: State): string {
  const trigger = `${state.lastMicros}.${state.now()}.${nextId(state, 'x').toLowerCase()}`;
  state.triggers.set(trigger, { issuedAt: state.now(), used: false });
  return trigger;
}

export const openView: Handler = (state, { args }) => {
  const refusal = viewRefusal(args.view, 'modal');
  if (refusal) return refusal;
  const trigger = state.triggers.get(String(args.trigger_id));
  if (!trigger || !TRIGGER.test(String(args.trigger_id))) return refuse('invalid_trigger_id');
  if (trigger.used) return refuse('exchanged_trigger_id');
  if (state.now() - trigger.issuedAt > TRIGGER_LIFETIME_MS) return refuse('expired_trigger_id');
  trigger.used = true;
  return shown(state, keep(state, nextId(state, 'V'), args.view));
};

export const updateView: Handler = (state, { args }) => {
  const refusal = viewRefusal(args.view, 'modal');
  if (refusal) return refusal;
  const current = state.views.get(String(args.view_id));
  if (!current) return refuse('not_found');
  if (args.hash && args.hash !== current.hash) return refuse('hash_conflict');
  return shown(state, keep(state, current.id, args.view));
};

export const publishView: Handler = (state, { args }) => {
  const refusal = viewRefusal(args.view, 'home');
  if (refusal) return refusal;
  const user = String(args.user_id);
  if (!state.users.has(user)) return refuseWith('invalid_arguments', ['invalid `user_id`']);
  const current = state.homes.get(user);
  if (args.hash && args.hash !== current?.hash) return refuse('hash_conflict');
  const view = keep(state, current?.id ?? nextId(state, 'V'), args.view);
  state.homes.set(user, view);
  return shown(state, view);
};

function viewRefusal(view: unknown, type: 'modal' | 'home'): Refusal | undefined {
  if (!isRecord(view)) return refuseWith('invalid_arguments', ['must provide an object [json-pointer:/view]']);
  if (JSON.stringify(view).length > VIEW_CHARACTERS) return refuse('view_too_large');
  const complaints = viewComplaints(view, type);
  return complaints.length > 0 ? refuseWith('invalid_arguments', complaints) : undefined;
}

function keep(state: State, id: string, view: unknown): StoredView {
  const stored = { id, hash: nextId(state, 'h'), view: view as Record<string, unknown> };
  state.views.set(id, stored);
  return stored;
}

function shown(state: State, { id, hash, view }: StoredView): Answer {
  const { teamId: team_id, appId: app_id, botId: bot_id } = state;
  return { ok: true, view: { ...view, id, hash, team_id, app_id, bot_id, root_view_id: id, state: { values: {} } } };
}
