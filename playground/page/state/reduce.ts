import type { ChannelInfo, PageMessage, ServerFrame } from '../protocol.ts';
import { isInChannel } from './rows.ts';
import { type ChannelLog, emptyLog, type Happened, initialState, type State, threadKey } from './state.ts';

/** Computes the state of the page from events, in their order. */
export function reduce(state: State, happened: Happened): State {
  switch (happened.type) {
    case 'link':
      return { ...state, link: happened.link };
    case 'acting_as':
      return actingAs(state, happened.user);
    case 'dismissed':
      return { ...state, dismissed: new Set(state.dismissed).add(happened.ts) };
    case 'hello':
      return withHello(state, happened);
    case 'channel':
      return { ...state, channels: withChannel(state.channels, happened.channel) };
    case 'history':
      return withHistory(state, happened);
    case 'thread':
      return withThread(state, happened);
    case 'message':
      return withMessage(state, happened.message);
    case 'status':
      return { ...state, statuses: withStatus(state.statuses, happened) };
    case 'ephemeral':
      return withEphemeral(state, happened);
    default:
      return withPanels(state, happened);
  }
}

/** Keeps everything that all people may see, and asks again for the rest. */
function actingAs({ hello, people, dismissed, faults, waiting }: State, user: string): State {
  return { ...initialState, hello: hello && { ...hello, me: user }, people, dismissed, faults, waiting };
}

function withPanels(state: State, happened: Happened): State {
  switch (happened.type) {
    case 'form':
      return { ...state, forms: [...without(state.forms, happened.form.id), happened.form] };
    case 'form_closed':
      return { ...state, forms: without(state.forms, happened.id) };
    case 'home':
      return { ...state, home: happened.blocks && { blocks: happened.blocks, view: happened.view } };
    case 'prompts': {
      const { channel, title, prompts } = happened;
      return { ...state, prompts: { ...state.prompts, [channel]: { title, prompts } } };
    }
    case 'waiting':
      return { ...state, waiting: happened.counts };
    case 'story': {
      const { channel, thread, rows } = happened;
      return { ...state, story: { channel, thread, rows } };
    }
    case 'faults':
      return { ...state, faults: happened.faults };
    case 'mail':
      return { ...state, mail: happened };
    default:
      // A newer server may send frames that this page does not know.
      return state;
  }
}

function without<T extends { id: string }>(all: T[], id: string): T[] {
  return all.filter((one) => one.id !== id);
}

/** Also runs after a lost connection, and asks again for everything that was missed. */
function withHello(state: State, { type: _, channels, ...hello }: Extract<ServerFrame, { type: 'hello' }>): State {
  return {
    ...state,
    link: { kind: 'open' },
    hello,
    people: Object.fromEntries(hello.people.map((person) => [person.id, person])),
    channels,
    logs: Object.fromEntries(Object.entries(state.logs).map(([id, log]) => [id, { ...log, whole: new Set<string>() }])),
    statuses: {},
    forms: [],
  };
}

function withChannel(channels: ChannelInfo[], channel: ChannelInfo): ChannelInfo[] {
  const known = channels.some(({ id }) => id === channel.id);
  return known ? channels.map((one) => (one.id === channel.id ? channel : one)) : [...channels, channel];
}

function logOf(state: State, channel: string): ChannelLog {
  return state.logs[channel] ?? emptyLog;
}

function withLog(state: State, channel: string, log: ChannelLog): State {
  return { ...state, logs: { ...state.logs, [channel]: log } };
}

function withHistory(state: State, { channel, messages, more }: Extract<ServerFrame, { type: 'history' }>): State {
  const log = logOf(state, channel);
  const [first, last] = [messages.at(0)?.ts ?? '', messages.at(-1)?.ts ?? ''];
  // Drop channels and messages that vanished while the connection was lost: they are in no list.
  const isListed = (message: PageMessage) => isInChannel(message) && message.ts >= first && message.ts <= last;
  const all = Object.fromEntries(Object.entries(log.messages).filter(([, message]) => !isListed(message)));
  for (const message of messages) all[message.ts] = message;
  return withLog(state, channel, { ...log, messages: all, past: more ? 'more' : 'whole' });
}

function withThread(state: State, { channel, thread, messages }: Extract<ServerFrame, { type: 'thread' }>): State {
  const log = logOf(state, channel);
  const others = Object.entries(log.messages).filter(([, { thread_ts }]) => thread_ts !== thread);
  const all = Object.fromEntries(others);
  for (const message of messages) all[message.ts] = message;
  return withLog(state, channel, { ...log, messages: all, whole: new Set(log.whole).add(thread) });
}

function withMessage(state: State, message: PageMessage): State {
  const { channel, ts, thread_ts: thread } = message;
  const log = logOf(state, channel);
  const known = log.messages[ts];
  const messages = { ...log.messages, [ts]: message };
  const root = thread === undefined || thread === ts ? undefined : messages[thread];
  if (root && !known && !message.deleted) messages[root.ts] = countedReply(root, message);
  const key = threadKey(channel, thread ?? ts);
  // As in Slack, a new message of the bot ends its status.
  const ends = !known && message.bot_id !== undefined && state.statuses[key] !== undefined;
  const statuses = ends ? withStatus(state.statuses, { channel, thread: thread ?? ts, text: '' }) : state.statuses;
  return { ...withLog(state, channel, { ...log, messages }), channels: withLatest(state.channels, message), statuses };
}

/** Skip it where the first message has come again with this reply already counted. */
function countedReply(root: PageMessage, { ts, user }: PageMessage): PageMessage {
  if (root.latestReply !== undefined && root.latestReply >= ts) return root;
  const users = root.replyUsers ?? [];
  const replyUsers = users.includes(user) ? users : [...users, user];
  return { ...root, replyCount: (root.replyCount ?? 0) + 1, latestReply: ts, replyUsers };
}

function withLatest(channels: ChannelInfo[], { channel, ts, thread_ts }: PageMessage): ChannelInfo[] {
  if (thread_ts !== undefined && thread_ts !== ts) return channels;
  return channels.map((one) => (one.id === channel && (one.latest ?? '') < ts ? { ...one, latest: ts } : one));
}

function withStatus(
  statuses: State['statuses'],
  { channel, thread, text }: { channel: string; thread: string; text: string },
): State['statuses'] {
  const { [threadKey(channel, thread)]: _, ...others } = statuses;
  return text === '' ? others : { ...others, [threadKey(channel, thread)]: text };
}

function withEphemeral(state: State, { ephemeral }: Extract<ServerFrame, { type: 'ephemeral' }>): State {
  const others = state.ephemerals.filter(({ ts }) => ts !== ephemeral.ts);
  return { ...state, ephemerals: [...others, ephemeral] };
}
