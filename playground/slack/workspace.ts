import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ChangeListener, publish, subscribe } from './changes.ts';
import { threadRoot } from './checks.ts';
import { type Attempt, createCourier, type Target } from './delivery.ts';
import { changedEvents, deletedEvents, type SlackEvent, saidEvents, type Tab } from './events.ts';
import { type Fault, type FaultLevel, queueFault } from './faults.ts';
import { type Click, createHands, type Handled, type Submission } from './hands.ts';
import { addChannel, addUser, type ChannelOptions, isIn, openDirect, type UserOptions } from './rooms.ts';
import { type Journal, openJournal } from './saving/journal.ts';
import { restore } from './saving/restore.ts';
import { serve } from './server.ts';
import { createSocketLinks } from './socket.ts';
import {
  type Channel,
  createState,
  type Ephemeral,
  erase,
  liveMessage,
  liveReplies,
  nextTs,
  type OpenView,
  type SlackLedgerRow,
  type SlackMessage,
  type State,
  type Suggested,
  store,
  type ThreadStatus,
  type User,
  type WorkspaceOptions,
} from './state.ts';
import { endStream, settleStream } from './streams.ts';
import { issueTrigger } from './views.ts';

export type { Handled } from './hands.ts';
export type { Channel, Ephemeral, OpenView, SlackLedgerRow, SlackMessage } from './state.ts';

export type Delivered = { ts: string; event_ids: string[]; attempts: Attempt[] };
export type Said = {
  user: string;
  channel: string;
  text: string;
  thread_ts?: string;
  bot_id?: string;
  subtype?: string;
};

/** Slack's server side without a screen: it holds messages, checks what the app asks as Slack does, and tells the app. */
export type SlackWorkspace = {
  teamId: string;
  botUserId: string;
  botId: string;
  appId: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** Socket Mode's connections, for the `upgrade` event of the server that has `handle`. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  listen(port?: number): Promise<{ apiUrl: string; port: number }>;
  addChannel(id: string, options?: ChannelOptions): void;
  addUser(id: string, options?: UserOptions): void;
  addUserGroup(id: string, users: string[]): void;
  openDm(user: string): string;
  say(said: Said): Promise<Delivered>;
  edit(change: { channel: string; ts: string; text: string }): Promise<Delivered>;
  remove(message: { channel: string; ts: string }): Promise<Delivered>;
  /** Presses a button of a posted message; throws where there is none such. */
  click(click: Click): Promise<Handled>;
  /** Sends an open form; what is not filled in stays as it is. */
  submitView(submission: Submission): Promise<Handled>;
  /** A slash command, written as in the message field: `/countersign status`. */
  command(command: { user: string; channel: string; text: string }): Promise<Handled>;
  /** Opens the app's Home tab, or its Messages tab, which is the conversation with it alone. */
  openHome(user: string, tab?: Tab): Promise<{ event_ids: string[]; attempts: Attempt[] }>;
  /** What only this person was told, oldest first. */
  ephemerals(user: string): Ephemeral[];
  /** The forms on a person's screen. */
  openViews(user: string): OpenView[];
  /** The Home tab as the app published it. */
  home(user: string): Record<string, unknown> | undefined;
  /** What a person is offered to ask in their Messages tab. */
  prompts(user: string): Suggested | undefined;
  people(): User[];
  /** The channels that a person is in, direct messages included. */
  channels(user: string): Channel[];
  statuses(): ThreadStatus[];
  /** Gives what ends the subscription. */
  onChange(listener: ChangeListener): () => void;
  /** What a person would see, oldest first: all of a channel with its replies, or one thread with its first message. */
  messages(channel: string, thread_ts?: string): SlackMessage[];
  ledger: readonly SlackLedgerRow[];
  fault(method: string, fault: Fault): void;
  /** How Slack is from now on: its Web API as a whole, and how often it delivers each event. */
  setFaults(faults: { level?: FaultLevel; threefold?: boolean }): void;
  expireStream(ts: string): void;
  issueTrigger(user?: string): string;
  connect(target: Target): void;
  close(): Promise<void>;
};

export function createWorkspace(options: WorkspaceOptions = {}): SlackWorkspace {
  const state = createState(options);
  const journal = keep(state, options);
  addUser(state, state.botUserId, { name: 'countersign', isBot: true });
  if (!options.bare) furnish(state);
  const links = createSocketLinks(state);
  const courier = createCourier(state, links);
  const hands = createHands(state, courier);
  const servers: Server[] = [];
  const handle = (req: IncomingMessage, res: ServerResponse) => serve(state, req, res);
  const tell = async (ts: string, events: SlackEvent[]): Promise<Delivered> => ({
    ts,
    ...(await courier.send(events)),
  });
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    links.close();
    await courier.close();
    await Promise.all(servers.map(shut));
    await journal?.close();
  };
  const { teamId, botUserId, botId, appId, botToken, appToken, signingSecret, ledger } = state;
  return {
    ...{ teamId, botUserId, botId, appId, botToken, appToken, signingSecret, ledger },
    handle,
    upgrade: links.upgrade,
    async listen(port = 0) {
      const server = createServer(handle).on('upgrade', links.upgrade);
      server.keepAliveTimeout = 60_000;
      servers.push(server);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, '127.0.0.1', resolve);
      });
      const bound = (server.address() as AddressInfo).port;
      return { apiUrl: `http://127.0.0.1:${bound}/api/`, port: bound };
    },
    addChannel: (id, how) => void addChannel(state, id, how),
    addUser: (id, how) => void addUser(state, id, how),
    addUserGroup(id, users) {
      state.userGroups.set(id, users);
      publish(state, { kind: 'user_group', id });
    },
    openDm: (user) => openDirect(state, [user]).channel.id,
    async say(said) {
      const { channel, message } = keepSaid(state, said);
      return tell(message.ts, saidEvents(state, channel, message));
    },
    async edit({ channel: id, ts, text }) {
      const { channel, message } = known(state, id, ts);
      const before = { ...message };
      Object.assign(message, { text, edited: { ts: nextTs(state), user: message.user } });
      publish(state, { kind: 'message', message });
      return tell(ts, changedEvents(state, channel, message, before));
    },
    async remove({ channel: id, ts }) {
      const { channel, message } = known(state, id, ts);
      erase(state, message);
      return tell(ts, deletedEvents(state, channel, message, nextTs(state)));
    },
    ...hands,
    ephemerals: (user) => state.ephemerals.filter((one) => one.user === user),
    openViews: (user) => [...state.views.values()].filter((view) => view.user === user),
    home(user) {
      mustHave(state, user);
      return state.homes.get(user)?.view;
    },
    prompts(user) {
      mustHave(state, user);
      return state.prompts.get(openDirect(state, [user]).channel.id);
    },
    people: () => [...state.users.values()],
    channels: (user) => [...state.channels.values()].filter((channel) => isIn(state, channel, user)),
    statuses: () => [...state.statuses.values()],
    onChange: (listener) => subscribe(state, listener),
    messages: (channel, threadTs) => seen(state, channelOf(state, channel), threadTs),
    fault: (method, fault) => queueFault(state.faults, method, fault),
    setFaults({ level = state.mishaps.level, threefold = state.threefold }) {
      Object.assign(state, { mishaps: { level, calls: 0 }, threefold });
    },
    expireStream: (ts) => expire(state, ts),
    issueTrigger: (user) => issueTrigger(state, user),
    connect: courier.connect,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Takes up what was kept. What the app streamed to, nobody goes on with. */
function keep(state: State, { store, onTakenOver = () => {} }: WorkspaceOptions): Journal | undefined {
  if (!store) return undefined;
  restore(state, store.saved);
  const journal = openJournal(state, store, onTakenOver);
  state.saved = journal.saved;
  for (const { log } of state.channels.values()) {
    for (const message of log) if (message.streaming) endStream(state, message);
  }
  return journal;
}

function furnish(state: State): void {
  for (const id of ['U0LISA', 'U0MARCO', 'U0PRIYA', 'U0JONAS']) addUser(state, id);
  for (const id of ['C0GENERAL', 'C0APPROVALS', 'C0HELPDESK', 'C0BANK', 'C0STORE', 'C0ITHELP']) addChannel(state, id);
}

function mustHave(state: State, user: string): void {
  if (!state.users.has(user)) throw new Error(`The workspace has no user ${user}; add it with addUser first.`);
}

function channelOf(state: State, id: string): Channel {
  const channel = state.channels.get(id);
  if (!channel) throw new Error(`The workspace has no channel ${id}; add it with addChannel or openDm first.`);
  return channel;
}

function known(state: State, channelId: string, ts: string): { channel: Channel; message: SlackMessage } {
  const channel = channelOf(state, channelId);
  const message = liveMessage(channel, ts);
  if (!message) throw new Error(`${channelId} has no message ${ts}; use the ts that say() or the ledger gave.`);
  return { channel, message };
}

function keepSaid(state: State, said: Said): { channel: Channel; message: SlackMessage } {
  const channel = channelOf(state, said.channel);
  const { user } = said;
  mustHave(state, user);
  const inside = user === state.botUserId || isIn(state, channel, user);
  if (!inside || channel.archived)
    throw new Error(`${user} cannot write in ${channel.id}; add a channel where they can.`);
  if (!threadRoot(channel, said.thread_ts).ok)
    throw new Error(`${channel.id} has no thread ${said.thread_ts}; use the ts of its first message.`);
  return { channel, message: store(state, channel, { ...said, ts: nextTs(state) }) };
}

function seen(state: State, channel: Channel, threadTs?: string): SlackMessage[] {
  const root = threadTs === undefined ? undefined : channel.byTs.get(threadTs);
  const listed = threadTs === undefined ? channel.log : [...(root ? [root] : []), ...liveReplies(channel, threadTs)];
  return listed
    .filter((message) => !message.deleted)
    .map((message) => {
      settleStream(state, message);
      return { ...message };
    });
}

function expire(state: State, ts: string): void {
  for (const channel of state.channels.values()) {
    const message = channel.byTs.get(ts);
    if (message) endStream(state, message);
  }
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
