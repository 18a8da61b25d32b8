import { publish } from './changes.ts';
import type { State } from './state-type.ts';

/** Slack takes a status away when the bot said nothing for so long. */
const LIFETIME_MS = 2 * 60_000;

/** What the bot is doing in a thread; an empty text ends it. */
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
