import type { EventBody } from './events.ts';
import type { Channel, Ephemeral, OpenView, SlackFile, SlackMessage, State } from './state.ts';

/** What just changed; the records in it are the workspace's own, so a listener copies what it keeps. */
export type Change =
  /** New, changed or deleted. */
  | { kind: 'message'; message: SlackMessage }
  /** What the bot is doing in a thread; an empty text ends it. */
  | { kind: 'status'; channel: string; thread: string; text: string }
  | { kind: 'ephemeral'; ephemeral: Ephemeral }
  /** Opened, updated, or complained of. */
  | { kind: 'form'; form: OpenView }
  | { kind: 'form_closed'; form: OpenView }
  | { kind: 'home'; user: string }
  | { kind: 'prompts'; channel: string }
  | { kind: 'channel'; channel: Channel }
  | { kind: 'user'; user: string }
  | { kind: 'user_group'; id: string }
  | { kind: 'file'; file: SlackFile }
  /** An event that the app has not acknowledged yet, and that it has, or never will. */
  | { kind: 'delivery'; body: EventBody }
  | { kind: 'delivered'; eventId: string }
  /** The app took an event; one that is delivered several times is acknowledged as often. */
  | { kind: 'acknowledged'; body: EventBody; at: number };

export type ChangeListener = (change: Change) => void;

export function publish(state: State, change: Change): void {
  for (const listener of state.listeners) listener(change);
}

/** Gives what ends the subscription. */
export function subscribe(state: State, listener: ChangeListener): () => void {
  state.listeners.add(listener);
  return () => void state.listeners.delete(listener);
}
