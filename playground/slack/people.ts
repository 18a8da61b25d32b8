import { refuse } from './answers.ts';
import { publish } from './changes.ts';
import { isRecord } from './checks.ts';
import { type Clickable, pick } from './clickable.ts';
import type { Acted, Courier } from './delivery.ts';
import { homeOpened, type Tab } from './events.ts';
import { type Filled, fieldsOf, filledSoFar, fillIn } from './forms.ts';
import {
  type Interaction,
  messageActions,
  slashCommand,
  type Values,
  viewActions,
  viewClosed,
  viewSubmission,
} from './interactions.ts';
import { answerCommand } from './responses.ts';
import { isIn, openWithBot } from './rooms.ts';
import { liveMessage, nextTs } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, OpenView } from './types.ts';
import { showView, viewRefusal } from './views.ts';

/** A press on a message, in a form or a Home tab; `value` picks one of several buttons of one name, or the menu's option. */
export type Click = { user: string; action_id: string; value?: string } & (
  | { channel: string; ts: string }
  | { view_id: string; values?: Filled }
);
export type Submission = { user: string; view_id: string; values?: Filled };
/** The result on the person's screen; `failed` is Slack's own warning sign. */
export type Shown = 'done' | 'closed' | 'errors' | 'updated' | 'failed';
export type Handled = Acted & { shown: Shown; payload: Interaction };

export type PersonActs = ReturnType<typeof createPersonActs>;

/** The acts of people in Slack besides writing. Nobody can do anything here that their screen does not offer. */
export function createPersonActs(state: State, courier: Courier) {
  /** Throws if the screen has no such button. */
  async function click(asked: Click): Promise<Handled> {
    const payload = 'view_id' in asked ? pressInView(state, asked) : pressOnMessage(state, asked);
    const acted = await courier.act('interactive', payload);
    return { ...acted, payload, shown: acted.ok ? 'done' : 'failed' };
  }

  /** Sends an open form; other fields stay as they are. */
  async function submitView({ user, view_id, values = {} }: Submission): Promise<Handled> {
    const open = formOf(state, user, view_id);
    if (!open.view.submit) throw new Error(`The form ${view_id} has nothing to submit; it can only be closed.`);
    const payload = viewSubmission(state, user, open, fillIn(open, values));
    const acted = await courier.act('interactive', payload);
    return { ...acted, payload, shown: acted.ok ? takeAnswer(state, open, acted.answer) : 'failed' };
  }

  /** Closes a form without sending it, and tells the app if it asked for that. */
  async function closeView({ user, view_id }: { user: string; view_id: string }): Promise<{ shown: Shown }> {
    const open = formOf(state, user, view_id);
    const payload = viewClosed(state, user, open);
    close(state, open);
    if (open.view.notify_on_close === true) await courier.act('interactive', payload);
    return { shown: 'closed' };
  }

  /** A slash command, written as in the message field: `/countersign status`. */
  async function command({ user, channel: id, text }: { user: string; channel: string; text: string }) {
    const channel = seenBy(state, user, id);
    const [, name, rest] = /^(\/\S+)\s*(.*)$/s.exec(text) ?? [];
    if (!name) throw new Error(`${text} is no command; it begins with a slash.`);
    const payload = slashCommand(state, user, channel, name, rest ?? '');
    const acted = await courier.act('slash_commands', payload);
    const answered = acted.ok ? answerCommand(state, channel, user, acted.answer ?? '') : refuse('not_acknowledged');
    return { ...acted, payload, shown: answered.ok ? 'done' : 'failed' } satisfies Handled;
  }

  /** Opens the app's Home tab, or its Messages tab, which is the conversation with it alone. */
  async function openHome(user: string, tab: Tab = 'home') {
    const channel = openWithBot(state, user);
    return courier.send([homeOpened(state, user, channel.id, tab, nextTs(state))]);
  }

  return { click, submitView, closeView, command, openHome };
}

function pressOnMessage(state: State, { user, channel: id, ts, action_id, value }: Extract<Click, { ts: string }>) {
  const channel = seenBy(state, user, id);
  const message = liveMessage(channel, ts);
  if (!message) throw new Error(`${id} has no message ${ts} to click on.`);
  const { clicked, action } = pick(message.blocks, `The message ${ts}`, action_id, value);
  return messageActions(state, { user, action, values: chosen(clicked, action) }, channel, message);
}

function pressInView(
  state: State,
  { user, view_id, action_id, value, values = {} }: Extract<Click, { view_id: string }>,
) {
  const home = state.homes.get(user);
  const open = home?.id === view_id ? home : formOf(state, user, view_id);
  const { clicked, action } = pick(open.view.blocks, `The view ${view_id}`, action_id, value);
  return viewActions(
    state,
    { user, action, values: { ...filledSoFar(open, values), ...chosen(clicked, action) } },
    open,
  );
}

/** The state that Slack sends with a chosen option; buttons have none. */
function chosen({ type, block_id, action_id }: Clickable, { selected_option }: Record<string, unknown>): Values {
  return type === 'static_select' ? { [block_id]: { [action_id]: { type, selected_option } } } : {};
}

function formOf(state: State, user: string, id: string): OpenView {
  const open = state.views.get(id);
  if (!open || open.user !== user) throw new Error(`${user} has no form ${id} open.`);
  return open;
}

function seenBy(state: State, user: string, id: string): Channel {
  const channel = state.channels.get(id);
  if (!state.users.has(user)) throw new Error(`The workspace has no user ${user}; add it with addUser first.`);
  if (!channel || !isIn(state, channel, user)) throw new Error(`${user} sees no channel ${id}.`);
  return channel;
}

/** An empty answer closes the form; `response_action` says otherwise. */
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
