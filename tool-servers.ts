import { messageIdOf } from './channels/email/message-id.ts';
import { postNotice } from './channels/slack/reply/notice.ts';
import type { Context } from './context.ts';
import { localTools } from './core/agent/tools/all.ts';
import { localAddressOf, serversOf } from './core/desk/desks.ts';
import type { Desk } from './core/desk/types.ts';
import {
  type Unknown,
  unknownArguments,
  unknownServers,
  unknownText,
  unknownTools,
} from './core/desk/unknown-tools.ts';
import {
  type AcceptedTools,
  type ChangedTool,
  openAcceptedTools,
  waitingText,
  withAcceptedTools,
} from './core/gate/accepted-tools.ts';
import { openGate } from './core/gate/gate.ts';
import { openRate } from './core/gate/rate-limit.ts';
import { openSeals, sealKey } from './core/gate/seals.ts';
import type { Gate } from './core/gate/types.ts';
import { openMcp } from './core/mcp/mcp.ts';
import { readServers, type ServerEntry } from './core/mcp/servers.ts';
import type { Mcp, McpOptions } from './core/mcp/types.ts';
import { exceededLimit } from './core/records/calls.ts';
import type { Reread } from './core/reread.ts';
import { openSender } from './mailbox/outgoing/sender.ts';
import { findAt, findIn, mockMailOf, type Outbox, plainMessageId, SAMPLE_SHOP } from './mcp-servers/gmail/outbox.ts';
import { gmailSendingBy } from './mcp-servers/gmail/server.ts';
import { openToolDatabase, type ToolDatabase } from './mcp-servers/kit/database.ts';
import { isDoneUnder } from './mcp-servers/kit/effects.ts';
import type { BuiltInServer } from './mcp-servers/kit/server.ts';
import { servers } from './mcp-servers/servers.ts';
import { SetupFault } from './process.ts';

export type ToolServers = {
  gateOf(tenant: string): Gate;
  /** Connects to the tool servers now, so that the first question does not wait for that. */
  warmUp(tenant: string): void;
  state(): Record<string, string>;
  /** Tells whether a built-in server did something under this idempotency key. */
  isDoneUnder(tenant: string, key: string): Promise<boolean>;
  /** Reads mcp.json again, and takes the built-in servers that the desks name now. */
  reread(): Reread;
  close(): Promise<void>;
};

/**
 * Opens the tool servers and the gate of each tenant. Tenants share no connection: a built-in server sees its tenant's
 * rows only.
 */
export function openToolServers(
  context: Context,
  /** Wraps each server's transport; the playground injects faults there. */
  through?: McpOptions['through'],
): ToolServers {
  const { env, log, databaseUrl, db, desks, people } = context;
  const file = readServers('mcp.json', process.env);
  if (file.kind === 'broken') throw new SetupFault(file.message);
  let ofFile = file.servers;
  const key = sealKey(env.sealKey, env.dataDir);
  if (key.kind === 'broken') throw new SetupFault(key.line);
  const report = reporter(log);
  const own = localTools.map(({ name }) => name);
  const reportUnknown = () => {
    const known = Object.keys({ ...servers, ...ofFile });
    for (const desk of desks) report(desk, unknownServers(desk, known, own));
  };
  reportUnknown();
  if (context.mail?.kind === 'gmail' && desks.some((desk) => serversOf(desk).has('gmail'))) log.warn(SENDS_ONLY);
  const builtIn = builtInOf(context);
  const rate = openRate(people);
  const open = new Map<string, { mcp: Mcp; gate: Gate; toolDb: ToolDatabase }>();
  const ofTenant = (tenant: string) => {
    let known = open.get(tenant);
    if (!known) {
      const toolDb = openToolDatabase(databaseUrl, tenant);
      const accepted = acceptedTools(context, tenant, (server) => Object.hasOwn(ofFile, server));
      const mcp = openMcp(
        { ...builtIn(toolDb), ...ofFile },
        {
          ttlSeconds: env.toolCacheSeconds,
          through,
          log,
          onListed: (server, listed) => {
            const names = listed.map(({ name }) => name);
            for (const desk of desks) {
              if (server === 'gmail' && sendsOnly(context, tenant)) continue;
              report(desk, [...unknownTools(desk, server, names), ...unknownArguments(desk, listed)]);
            }
            // Check now, so that people hear of a changed tool now.
            void accepted.asAccepted(listed).catch((err) => log.warn({ err, server }, 'accepted tools cannot be read'));
          },
        },
      );
      const gate = openGate(withAcceptedTools(mcp, accepted), localTools, {
        tenant,
        seals: openSeals(db, tenant, key.key),
        rate,
        people,
        exceeded: (counted) => exceededLimit(db, tenant, counted),
      });
      known = { mcp, gate, toolDb };
      open.set(tenant, known);
    }
    return known;
  };
  return {
    gateOf: (tenant) => ofTenant(tenant).gate,
    warmUp: (tenant) => void ofTenant(tenant).mcp.tools(),
    state: () => Object.fromEntries([...open.values()].flatMap(({ mcp }) => Object.entries(mcp.state()))),
    isDoneUnder: (tenant, key) => isDoneUnder(ofTenant(tenant).toolDb, key),
    reread() {
      const read = readServers('mcp.json', process.env);
      if (read.kind === 'broken') return { kind: 'broken', lines: [read.message] };
      return {
        kind: 'read',
        use() {
          ofFile = read.servers;
          reportUnknown();
          for (const { mcp, toolDb } of open.values()) mcp.setServers({ ...builtIn(toolDb), ...ofFile });
        },
      };
    },
    async close() {
      await Promise.all([...open.values()].map(({ mcp }) => mcp.close()));
      await Promise.all([...open.values()].map(({ toolDb }) => toolDb.close()));
    },
  };
}

/** Accepts built-in tools with the build. Another server's tool is first accepted by the desk that names it. */
function acceptedTools(
  { env, log, clock, db, desks, slack }: Context,
  tenant: string,
  isOfOthers: (server: string) => boolean,
): AcceptedTools {
  const desksNaming = (tool: string) => desks.filter((desk) => desk.tools.has(tool));
  const roomsFor = (changed: ChangedTool[]) => {
    const naming = changed.flatMap(({ name }) => desksNaming(name));
    return new Set(naming.flatMap((desk) => desk.approvals.channel ?? env.approvalsChannel ?? []));
  };
  return openAcceptedTools({
    ...{ db, tenant, clock },
    acceptedBy({ server, name }) {
      const [desk] = isOfOthers(server) ? desksNaming(name) : [];
      return desk && `desk:${desk.name}`;
    },
    onWaiting: (changed) => log.warn(waitingText(changed)),
    async tell(changed) {
      if (!slack) return false;
      const rooms = [...roomsFor(changed)];
      const posted = await Promise.all(rooms.map((room) => postNotice(slack, room, waitingText(changed))));
      return posted.length === 0 || posted.includes(true);
    },
  });
}

/** Logs each line once, however often the tools are listed. */
function reporter(log: Context['log']): (desk: Desk, unknown: Unknown[]) => void {
  const said = new Set<string>();
  return (desk, unknown) => {
    for (const line of unknown.map((one) => unknownText(desk, one))) {
      if (!said.has(line)) log.warn({ desk: desk.name }, line);
      said.add(line);
    }
  };
}

/** The reading tools of gmail know the mock mailbox alone. */
function sendsOnly({ mail }: Context, tenant: string): boolean {
  return mail?.kind === 'gmail' && mail.tenant === tenant;
}

const SENDS_ONLY =
  'Beside a real Gmail the server gmail offers send_email alone: list_emails, search_emails and get_email, also as a probe, would read the mock mailbox.';

/** The built-in servers that some desk names; the data of the others are not even loaded. */
function builtInOf(context: Context): (db: ToolDatabase) => Record<string, ServerEntry> {
  const outbox = (db: ToolDatabase) => outboxOf(context, db);
  const [reading, sendingOnly] = [gmailSendingBy(outbox), gmailSendingBy(outbox, 'real')];
  const entry = (db: ToolDatabase, { create, seed }: BuiltInServer): ServerEntry => ({
    kind: 'memory',
    async connect(transport) {
      await seed(db, new Date());
      const server = create(db);
      await server.connect(transport);
      return server;
    },
  });
  return (db) => {
    const named = new Set(context.desks.flatMap((desk) => [...serversOf(desk)]));
    const all = { ...servers, gmail: sendsOnly(context, db.tenant) ? sendingOnly : reading };
    const used = Object.entries(all).filter(([name]) => named.has(name));
    return Object.fromEntries(used.map(([name, server]) => [name, entry(db, server)]));
  };
}

/** The tools of gmail send with what the installation sends with. */
function outboxOf({ env, desks, mail, carrier }: Context, db: ToolDatabase): Outbox {
  const mode = env.mailSend;
  // Desks may be read again.
  const from = () => {
    const desk = desks.find((one) => serversOf(one).has('gmail'));
    if (!desk) return SAMPLE_SHOP;
    return { name: desk.title, address: desk.email.addresses[0] ?? env.gmail?.user ?? localAddressOf(desk) };
  };
  // Reports of mail that did not arrive are believed where they name a Message-ID that nobody could guess.
  const named: Outbox['messageIdOf'] = (name, address) =>
    mail ? messageIdOf(mail.mailKey, name, address) : plainMessageId(name, address);
  const common = { from, messageIdOf: named };
  if (mail?.kind === 'gmail' && mail.tenant === db.tenant) {
    const { mailbox } = mail;
    return { ...common, find: findAt(mailbox), send: openSender({ mode, mailbox, carrier: null }) };
  }
  return { ...common, find: findIn(db), send: openSender({ mode, mailbox: mockMailOf(db), carrier }) };
}
