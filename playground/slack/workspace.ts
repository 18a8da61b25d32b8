import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { publish } from './changes.ts';
import { createCourier, type Target } from './delivery.ts';
import { type Fault, type FaultLevel, queueFault } from './faults.ts';
import { createPersonActs, type PersonActs } from './people.ts';
import { addChannel, addUser, type ChannelOptions, openWithBot, type UserOptions } from './rooms.ts';
import { type Journal, openJournal } from './saving/journal.ts';
import { restore } from './saving/restore.ts';
import { createScreens, type Screens } from './screens.ts';
import { serve } from './server.ts';
import { upload } from './sharing.ts';
import { createSocketLinks } from './socket.ts';
import { createSpeech, type Speech } from './speaking.ts';
import { createState } from './state.ts';
import type { State, WorkspaceOptions } from './state-type.ts';
import { endStream } from './streams.ts';
import type { SlackFile, SlackLedgerRow } from './types.ts';
import { issueTrigger } from './views.ts';

export type { Handled } from './people.ts';
export type { Channel, Ephemeral, OpenView, SlackLedgerRow, SlackMessage } from './types.ts';

/** Slack's server side without a screen: it holds messages, checks the app's calls as Slack does, and sends it events. */
export type SlackWorkspace = Speech &
  PersonActs &
  Screens & {
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
    /** A file for a message of this person, which `say` then names; its bytes decide what it is. */
    upload(sent: { user: string; name: string; bytes: Uint8Array }): SlackFile;
    ledger: readonly SlackLedgerRow[];
    fault(method: string, fault: Fault): void;
    /** Sets how all of the Web API behaves from now on, and how often each event is delivered. */
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
  if (!options.bare) addTestPeople(state);
  const links = createSocketLinks(state);
  const courier = createCourier(state, links);
  const servers: Server[] = [];
  const handle = (req: IncomingMessage, res: ServerResponse) => serve(state, req, res);
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
    openDm: (user) => openWithBot(state, user).id,
    ...createSpeech(state, courier),
    ...createPersonActs(state, courier),
    ...createScreens(state),
    upload: (sent) => upload(state, sent),
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

/** Loads the saved records, and ends open streams: nobody goes on with them. */
function keep(
  state: State,
  { store, onTakenOver = () => {}, onTrouble = () => {} }: WorkspaceOptions,
): Journal | undefined {
  if (!store) return undefined;
  restore(state, store.saved);
  const journal = openJournal(state, store, { onTakenOver, onTrouble });
  state.saved = journal.saved;
  for (const { log } of state.channels.values()) {
    for (const message of log) if (message.streaming) endStream(state, message);
  }
  return journal;
}

function addTestPeople(state: State): void {
  for (const id of ['U0LISA', 'U0MARCO', 'U0PRIYA', 'U0JONAS']) addUser(state, id);
  for (const id of ['C0GENERAL', 'C0APPROVALS', 'C0HELPDESK', 'C0BANK', 'C0STORE', 'C0ITHELP']) addChannel(state, id);
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
