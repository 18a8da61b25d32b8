import { publish } from './changes.ts';
import { nextId } from './state.ts';
import type { State } from './state-type.ts';
import type { Channel, ChannelKind, User } from './types.ts';

export type ChannelOptions = {
  name?: string;
  kind?: ChannelKind;
  archived?: boolean;
  botIsMember?: boolean;
  people?: string[];
  /** Ids of other companies whose people are in it, too. */
  sharedWith?: string[];
};

/** A channel that is there already keeps its messages. */
export function addChannel(state: State, id: string, options: ChannelOptions = {}): Channel {
  const there = state.channels.get(id);
  const channel: Channel = {
    id,
    name: options.name ?? id.slice(2).toLowerCase(),
    kind: options.kind ?? kindOf(id),
    created: there?.created ?? Math.floor(state.now() / 1000),
    archived: options.archived ?? false,
    botIsMember: options.botIsMember ?? true,
    people: options.people && new Set(options.people),
    sharedWith: options.sharedWith ?? [],
    log: there?.log ?? [],
    byTs: there?.byTs ?? new Map(),
    replies: there?.replies ?? new Map(),
  };
  state.channels.set(id, channel);
  publish(state, { kind: 'channel', channel });
  return channel;
}

function kindOf(id: string): ChannelKind {
  if (id.startsWith('D')) return 'im';
  return id.startsWith('G') ? 'group' : 'channel';
}

export type UserOptions = {
  teamId?: string;
  name?: string;
  realName?: string;
  email?: string;
  isBot?: boolean;
  deleted?: boolean;
  isRestricted?: boolean;
  about?: string;
  channels?: string[];
};

export function addUser(state: State, id: string, options: UserOptions = {}): User {
  const name = options.name ?? id.replace(/^[UW]0?/, '').toLowerCase();
  const user: User = {
    id,
    teamId: options.teamId ?? state.teamId,
    name,
    realName: options.realName ?? name.charAt(0).toUpperCase() + name.slice(1),
    email: options.email ?? `${name}@example.com`,
    isBot: options.isBot ?? false,
    deleted: options.deleted ?? false,
    isRestricted: options.isRestricted ?? false,
    about: options.about ?? '',
    channels: options.channels && new Set(options.channels),
  };
  state.users.set(id, user);
  publish(state, { kind: 'user', user: id });
  return user;
}

export function isIn(state: State, channel: Channel, user: string): boolean {
  if (channel.people) return channel.people.has(user);
  return state.users.get(user)?.channels?.has(channel.id) ?? true;
}

/** A person's conversation with the bot alone; Slack gives none to another company's people. */
export function openWithBot(state: State, user: string): Channel {
  const person = state.users.get(user);
  if (!person) throw new Error(`The workspace has no user ${user}; add it with addUser first.`);
  if (person.teamId !== state.teamId) throw new Error(`${user} is of another company and cannot open this app.`);
  return openDirect(state, [user]).channel;
}

/** The direct message channel of these people and the bot, made on first use as Slack does. */
export function openDirect(state: State, people: string[]): { channel: Channel; existed: boolean } {
  const kind = people.length === 1 ? 'im' : 'mpim';
  for (const channel of state.channels.values()) {
    const same = channel.kind === kind && channel.people?.size === people.length;
    if (same && people.every((user) => channel.people?.has(user))) return { channel, existed: true };
  }
  const id = kind === 'im' ? `D${people[0]!.slice(1)}` : nextId(state, 'G');
  return { channel: addChannel(state, id, { kind, people }), existed: false };
}
