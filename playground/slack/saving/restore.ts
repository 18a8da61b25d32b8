import { threadOf } from '../state.ts';
import type { State } from '../state-type.ts';
import type { Saved } from './types.ts';

/** Fills an empty workspace with its saved records. */
export function restore(state: State, saved: Saved): void {
  for (const user of saved.people) state.users.set(user.id, user);
  for (const { id, users } of saved.userGroups) state.userGroups.set(id, users);
  for (const channel of saved.channels) {
    state.channels.set(channel.id, { ...channel, log: [], byTs: new Map(), replies: new Map() });
  }
  for (const message of saved.messages) {
    const channel = state.channels.get(message.channel);
    if (!channel) continue;
    channel.log.push(message);
    channel.byTs.set(message.ts, message);
    if (message.thread_ts !== undefined) threadOf(channel, message.thread_ts).push(message);
  }
  for (const file of saved.files) state.files.set(file.id, file);
  state.ephemerals.push(...saved.ephemerals);
  for (const form of saved.forms) state.views.set(form.id, form);
  for (const { user, view } of saved.homes) state.homes.set(user, view);
  for (const { channel, suggested } of saved.prompts) state.prompts.set(channel, suggested);
  for (const body of saved.deliveries) state.undelivered.set(body.event_id, body);
  state.ids = saved.counters.ids;
  const newest = Math.max(0, ...[...state.channels.values()].map(({ log }) => microsOf(log.at(-1)?.ts)));
  state.lastMicros = Math.max(saved.counters.lastMicros, newest);
}

const microsOf = (ts = '0'): number => Number(ts.replace('.', ''));
