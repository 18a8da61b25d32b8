import { refuse } from './answers.ts';
import { publish } from './changes.ts';
import { isRecord } from './checks.ts';
import type { Acted, Courier } from './delivery.ts';
import { homeOpened, type Tab } from './events.ts';
import { type Filled, fieldsOf, fillIn } from './forms.ts';
import { blockActions, buttonsOf, type Interaction, slashCommand, viewSubmission } from './interactions.ts';
import { answerCommand } from './responses.ts';
import { isIn, openDirect } from './rooms.ts';
import { type Channel, liveMessage, nextTs, type OpenView, type State } from './state.ts';
import { showView, viewRefusal } from './views.ts';

export type Click = { user: string; channel: string; ts: string; action_id: string; value?: string };
export type Submission = { user: string; view_id: string; values?: Filled };
/** What became of it on the person's screen: `failed` is Slack's own warning sign. */
export type Shown = 'done' | 'closed' | 'errors' | 'updated' | 'failed';
export type Handled = Acted & { shown: Shown; payload: Interaction };

/** What people do in Slack beside writing. What their screen does not offer cannot be done here either. */
export function createHands(state: State, courier: Courier) {
  async function click({ user, channel: id, ts, action_id, value }: Click): Promise<Handled> {
    const channel = seenBy(state, user, id);
    const message = liveMessage(channel, ts);
    if (!message) throw new Error(`${id} has no message ${ts} to click on.`);
    const buttons = buttonsOf(message);
    const button = buttons.find((one) => one.action_id === action_id && (value === undefined || one.value === value));
    if (!button) {
      const others = buttons.map((one) => one.action_id).join(', ') || 'none';
      throw new Error(`The message ${ts} has no button ${action_id}${value ? ` for ${value}` : ''}; it has ${others}.`);
    }
    const payload = blockActions(state, user, channel, message, button);
    const acted = await courier.act('interactive', payload);
    return { ...acted, payload, shown: acted.ok ? 'done' : 'failed' };
  }

  async function submitView({ user, view_id, values = {} }: Submission): Promise<Handled> {
    const open = state.views.get(view_id);
    if (!open || open.user !== user) throw new Error(`${user} has no form ${view_id} open.`);
    if (!open.view.submit) throw new Error(`The form ${view_id} has nothing to submit; it can only be closed.`);
    const payload = viewSubmission(state, user, open, fillIn(open, values));
    const acted = await courier.act('interactive', payload);
    return { ...acted, payload, shown: acted.ok ? takeAnswer(state, open, acted.answer) : 'failed' };
  }

  async function command({ user, channel: id, text }: { user: string; channel: string; text: string }) {
    const channel = seenBy(state, user, id);
    const [, name, rest] = /^(\/\S+)\s*(.*)$/s.exec(text) ?? [];
    if (!name) throw new Error(`${text} is no command; it begins with a slash.`);
    const payload = slashCommand(state, user, channel, name, rest ?? '');
    const acted = await courier.act('slash_commands', payload);
    const answered = acted.ok ? answerCommand(state, channel, user, acted.answer ?? '') : refuse('not_acknowledged');
    return { ...acted, payload, shown: answered.ok ? 'done' : 'failed' } satisfies Handled;
  }

  async function openHome(user: string, tab: Tab = 'home') {
    if (!state.users.has(user)) throw new Error(`The workspace has no user ${user}; add it with addUser first.`);
    const { channel } = openDirect(state, [user]);
    return courier.send([homeOpened(state, user, channel.id, tab, nextTs(state))]);
  }

  return { click, submitView, command, openHome };
}

function seenBy(state: State, user: string, id: string): Channel {
  const channel = state.channels.get(id);
  if (!state.users.has(user)) throw new Error(`The workspace has no user ${user}; add it with addUser first.`);
  if (!channel || !isIn(state, channel, user)) throw new Error(`${user} sees no channel ${id}.`);
  return channel;
}

/** Nothing closes the form; `response_action` says what else is to become of it. */
function takeAnswer(state: State, open: OpenView, answer: unknown): Shown {
  if (answer === undefined || answer === '') return close(state, open);
  if (!isRecord(answer)) return 'failed';
  // Socket Mode's client has no other way to say nothing.
  if (Object.keys(answer).length === 0) return close(state, open);
  if (answer.response_action === 'clear') return close(state, open);
  if (answer.response_action === 'errors') return complain(state, open, answer.errors);
  if (answer.response_action !== 'update' || viewRefusal(answer.view, 'modal')) return 'failed';
  showView(state, open.id, answer.view, open.user);
  return 'updated';
}

function close(state: State, open: OpenView): Shown {
  state.views.delete(open.id);
  publish(state, { kind: 'form_closed', form: open });
  return 'closed';
}

/** Slack shows complaints below fields only. */
function complain(state: State, open: OpenView, errors: unknown): Shown {
  if (!isRecord(errors) || Object.keys(errors).length === 0) return 'failed';
  const blocks = fieldsOf(open).map(({ block }) => block);
  const said = Object.entries(errors);
  const proper = said.every(([block, text]) => blocks.includes(block) && typeof text === 'string' && text !== '');
  if (!proper) return 'failed';
  open.errors = Object.fromEntries(said.map(([block, text]) => [block, String(text)]));
  publish(state, { kind: 'form', form: open });
  return 'errors';
}
