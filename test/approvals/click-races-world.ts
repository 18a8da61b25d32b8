import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import pg from 'pg';
import { z } from 'zod';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { httpHost } from '../fakes/mcp/http-host.ts';
import { type FakeModel, type Script, startFakeModel } from '../fakes/model/server.ts';
import type { Backend } from '../support/app.ts';
import { freshDatabase, redisUrl } from '../support/database.ts';
import { type Program, ready, run, workplace } from '../support/process.ts';
import type { Entry } from '../support/programs.ts';
import { group, type Place, peopleAt, type RacedTool, tools } from './click-races-plan.ts';
import { openRelay, type Relay } from './click-races-relay.ts';

export type RacedCall = { tool: RacedTool; args: { id: string; text: string } };

/** Two bot processes behind one relay, worker processes, and around them Slack, a model and tools that keep ledgers. */
export type RaceWorld = {
  slack: SlackWorkspace;
  model: FakeModel;
  relay: Relay;
  calls: RacedCall[];
  programs: Program[];
  start(workers: number): Promise<void>;
  sql<T extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
};

export const approvals = 'C0APPROVALS';
/** How fast it must be is for others to test: here a loaded machine may take its time. */
const PATIENT_MS = 30_000;

export async function openRaceWorld(backend: Backend, places: Place[]): Promise<RaceWorld> {
  const database = await freshDatabase();
  const slack = createWorkspace({
    retryDelaysMs: [0, 100, 300],
    ackTimeoutMs: PATIENT_MS,
    triggerLifetimeMs: PATIENT_MS,
  });
  const { apiUrl } = await slack.listen();
  people(slack, places);
  const model = await startFakeModel(script, { keepLedger: 1_000 });
  const calls: RacedCall[] = [];
  const host = await httpHost(() => toolServer(calls));
  const folder = furnish(host.url, places);
  const owner = new pg.Pool({ connectionString: database.url, max: 4 });
  const variables = {
    DATABASE_URL: database.url,
    ...(backend === 'redis' ? { REDIS_URL: redisUrl() } : {}),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: apiUrl,
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: model.baseUrl,
    SESSION_CONTEXT_SIZE: '1',
    LOG_LEVEL: 'error',
  };
  const programs: Program[] = [];
  const start = (entry: Entry): Promise<string> => {
    const program = run(entry, folder, variables);
    programs.push(program);
    return ready(program);
  };
  const relay = await openRelay();
  slack.connect({ kind: 'http', urls: [relay.url] });
  return {
    slack,
    model,
    relay,
    calls,
    programs,
    async start(workers) {
      const doors = await Promise.all([start('bot/main.ts'), start('bot/main.ts')]);
      relay.doors.push(...doors.map((url) => `${url}/slack/events`));
      await Promise.all(Array.from({ length: workers }, () => start('workers/main.ts')));
    },
    sql: async <T extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await owner.query<T>(text, values)).rows,
    async close() {
      for (const { child } of programs) child.kill('SIGKILL');
      await Promise.all(programs.map(({ ended }) => ended));
      await owner.end();
      await Promise.all([relay.close(), slack.close(), model.close(), host.close()]);
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

function people(slack: SlackWorkspace, places: Place[]): void {
  for (const place of places) {
    slack.addChannel(place.channel);
    for (const user of peopleAt(place)) slack.addUser(user, user === place.foreigner ? { teamId: 'T0THEIRS' } : {});
  }
  slack.addUserGroup(
    group,
    places.flatMap(({ signers }) => signers.slice(3)),
  );
}

function toolServer(calls: RacedCall[]): McpServer {
  const server = new McpServer({ name: 'race', version: '1' });
  for (const tool of tools) {
    server.registerTool(tool, { inputSchema: { id: z.string(), text: z.string() } }, async (args) => {
      calls.push({ tool, args });
      await sleep(5);
      return { content: [{ type: 'text', text: `${tool} ran for ${args.id}` }] };
    });
  }
  return server;
}

export const textOf = (id: string, tool: RacedTool, how: string): string => `case ${id} ${tool} ${how}.`;

/** Asks for the call that the message names, once, and repeats what it is told of it. */
const script: Script = ({ lastUser, toolResults, messages, tools: offered }) => {
  if (offered.length === 0) return { text: 'A summary.' };
  const asking = messages.findLast(({ role, content }) => role === 'user' && asked.test(String(content)));
  const id = asked.exec(String(asking?.content))?.[1] ?? 'nobody';
  if (lastUser.includes('<outcome')) return { text: `Outcome for ${id}: ${lastUser.slice(0, 200)}` };
  const [, of, tool, text] = asked.exec(lastUser) ?? [];
  if (!of || toolResults.length > 0) return { text: `It waits for ${id}.` };
  return { calls: [{ name: `race__${tool}`, arguments: { id: of, text } }] };
};
const asked = /case (R\d+) (\w+) ([^.]+)\./;

function furnish(toolsUrl: string, places: Place[]): string {
  const folder = workplace();
  rmSync(join(folder, 'desks', 'jewelry.yaml'));
  writeFileSync(join(folder, 'desks', 'race.yaml'), deskFor(places));
  writeFileSync(join(folder, 'desks', 'race.md'), 'Do what is asked.\n');
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { race: { url: toolsUrl } } }));
  return folder;
}

/** Askers may sign, but not for themselves. */
function deskFor(places: Place[]): string {
  const named = places.flatMap(({ asker, signers, closers }) => [asker, ...signers.slice(0, 3), ...closers]);
  return `title: Races
instructions: race.md
slack: { channels: '*' }
tools:
  race:
    pay: { effect: once, rule: approve, edited: false }
    pay_two: { effect: keyed, rule: approve, quorum: 2 }
    note: { effect: keyed, rule: confirm }
roles: { racers: [${named.join(', ')}] }
approvals: { channel: ${approvals}, signers: [racers, ${group}] }
`;
}
