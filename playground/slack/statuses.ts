import { publish } from './changes.ts';
import type { State } from './state-type.ts';

/** Slack removes a status after so long without a word from the bot. */
const LIFETIME_MS = 2 * 60_000;

/** The bot's status in a thread; an empty text ends it. */
export function setStatus(state: State, channel: string, thread: string, text: string): void {
  const key = `${channel} ${thread}`;
  const before = state.statuses.get(key);
  clearTimeout(before?.ending);
  if (text === '') {
    state.statuses.delete(key);
    if (!before) return;
  } else {
    const ending = setTimeout(() => setStatus(state, channel, thread, ''), LIFETIME_MS).unref();
    state.statuses.set(key, { channel, thread, text, ending });
  }
  publish(state, { kind: 'status', channel, thread, text });
}
