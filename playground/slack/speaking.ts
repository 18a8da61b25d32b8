import { publish } from './changes.ts';
import { threadRoot } from './checks.ts';
import type { Attempt, Courier } from './delivery.ts';
import { changedEvents, deletedEvents, saidEvents } from './events.ts';
import { isIn } from './rooms.ts';
import { shareFiles } from './sharing.ts';
import { erase, liveMessage, nextTs, store } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, SlackEvent, SlackMessage } from './types.ts';

export type Delivered = { ts: string; event_ids: string[]; attempts: Attempt[] };
export type Said = {
  user: string;
  channel: string;
  text: string;
  thread_ts?: string;
  bot_id?: string;
  subtype?: string;
  /** Ids that `upload` returned for the same person. */
  files?: string[];
};

export type Speech = ReturnType<typeof createSpeech>;

/** Writing, editing and deleting messages. Each is saved before the app hears of it. */
export function createSpeech(state: State, courier: Courier) {
  const tell = async (ts: string, events: SlackEvent[]): Promise<Delivered> => {
    await state.saved();
    return { ts, ...(await courier.send(events)) };
  };

  return {
    async say(said: Said): Promise<Delivered> {
      const { channel, message } = keepSaid(state, said);
      return tell(message.ts, saidEvents(state, channel, message));
    },
    async edit({ channel: id, ts, text }: { channel: string; ts: string; text: string }): Promise<Delivered> {
      const { channel, message } = known(state, id, ts);
      const before = { ...message };
      Object.assign(message, { text, edited: { ts: nextTs(state), user: message.user } });
      publish(state, { kind: 'message', message });
      return tell(ts, changedEvents(state, channel, message, before));
    },
    async remove({ channel: id, ts }: { channel: string; ts: string }): Promise<Delivered> {
      const { channel, message } = known(state, id, ts);
      erase(state, message);
      return tell(ts, deletedEvents(state, channel, message, nextTs(state)));
    },
  };
}

function known(state: State, channelId: string, ts: string): { channel: Channel; message: SlackMessage } {
  const channel = channelOf(state, channelId);
  const message = liveMessage(channel, ts);
  if (!message) throw new Error(`${channelId} has no message ${ts}; use the ts that say() or the ledger gave.`);
  return { channel, message };
}

function keepSaid(state: State, { files = [], ...said }: Said): { channel: Channel; message: SlackMessage } {
  const channel = channelOf(state, said.channel);
  const { user } = said;
  mustHave(state, user);
  const inside = user === state.botUserId || isIn(state, channel, user);
  if (!inside || channel.archived)
    throw new Error(`${user} cannot write in ${channel.id}; add a channel where they can.`);
  if (!threadRoot(channel, said.thread_ts).ok)
    throw new Error(`${channel.id} has no thread ${said.thread_ts}; use the ts of its first message.`);
  const shared = shareFiles(state, channel, user, files);
  const withFiles = shared.length > 0 ? { subtype: 'file_share', files: shared } : {};
  return { channel, message: store(state, channel, { ...said, ...withFiles, ts: nextTs(state) }) };
}

export function mustHave(state: State, user: string): void {
  if (!state.users.has(user)) throw new Error(`The workspace has no user ${user}; add it with addUser first.`);
}

export function channelOf(state: State, id: string): Channel {
  const channel = state.channels.get(id);
  if (!channel) throw new Error(`The workspace has no channel ${id}; add it with addChannel or openDm first.`);
  return channel;
}
