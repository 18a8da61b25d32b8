import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { FaultOrder, FaultsState, ServerFrame, StoryRow } from '../../playground/page/protocol.ts';
import { type FakeModel, type Script, startFakeModel } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';
import { query } from '../support/door.ts';
import { type Program, processesOn, ready, run, workplace } from '../support/process.ts';

export type Shown = { ts: string; user: string; text: string; buttons?: string[]; streaming?: true };

/** `npm start` as a process of its own, with its stand-in workspace and either a scripted model or the stand-in. */
export type House = {
  program: Program;
  model: FakeModel | null;
  say(said: { text: string; user?: string; thread?: string }): Promise<string>;
  thread(ts: string): Promise<Shown[]>;
  /** The bot's own messages in a thread, none of them still growing. */
  answers(ts: string): Promise<Shown[]>;
  /** A card with buttons that holds these words. */
  card(...words: string[]): Promise<Shown>;
  click(user: string, ts: string, action: string): Promise<void>;
  faults(order?: FaultOrder): Promise<FaultsState>;
  /** Waits for a line of the panel's log that came after the test began to look. */
  logged(what: RegExp, ms?: number): Promise<string>;
  /** A thread as the page of Lisa's follows it. */
  watch(channel: string, thread: string): Promise<Watched>;
  sql(text: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

export type Watched = { rows(): StoryRow[]; waiting(): Record<string, number>; close(): void };

/** With a desk of its own where one is given, beside the tool servers of an mcp.json. */
export type Furniture = { desk: string; servers: Record<string, { url: string }> };

export async function openHouse(script: Script | null, furniture?: Furniture): Promise<House> {
  const database = await freshDatabase();
  const folder = workplace();
  if (furniture) furnish(folder, furniture);
  const model = script ? await startFakeModel(script) : null;
  const program = run('start.ts', folder, {
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'error',
    ...(furniture ? { PLAYGROUND: '1' } : {}),
    ...(model ? { OPENAI_BASE_URL: model.baseUrl } : {}),
  });
  const url = await ready(program);
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const asked = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await fetch(`${url}/playground/${path}`, asked);
    const answer = await response.text();
    expect(response.status, `${answer}${program.err()}`).toBe(200);
    return JSON.parse(answer);
  };
  const thread = async (ts: string) => (await call<{ messages: Shown[] }>(`messages?thread=${ts}`)).messages;
  let heard = 0;
  return {
    program,
    model,
    thread,
    say: async (said) => (await call<{ thread: string }>('say', said)).thread,
    answers: async (ts) =>
      (await thread(ts)).filter(({ user, streaming, buttons }) => user === 'countersign' && !streaming && !buttons),
    card: (...words) =>
      until(async () => {
        const { messages } = await call<{ messages: Shown[] }>('messages?channel=C0APPROVALS');
        return messages.find((one) => one.buttons && words.every((word) => JSON.stringify(one).includes(word)));
      }, `a card with ${words}`),
    click: (user, ts, action_id) => call('click', { user, channel: 'C0APPROVALS', ts, action_id }),
    faults: (order) => call<FaultsState>('faults', order),
    async logged(what, ms = 30_000) {
      const found = await until(
        async () => {
          const { log } = await call<FaultsState>('faults');
          const at = log.findIndex(({ text }, line) => line >= heard && what.test(text));
          return at < 0 ? undefined : { at, text: log[at]!.text };
        },
        `the log to say ${what}`,
        ms,
      );
      heard = found.at + 1;
      return found.text;
    },
    watch: (channel, thread) => watch(url, channel, thread),
    sql: (text) => query<Record<string, unknown>>(database.url, text),
    async close() {
      await program.stop();
      await until(() => processesOn(folder).length === 0 || undefined, 'everything to be gone');
      await model?.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function furnish(folder: string, { desk, servers }: Furniture): void {
  rmSync(join(folder, 'desks'), { recursive: true });
  mkdirSync(join(folder, 'desks'));
  writeFileSync(join(folder, 'desks', 'shop.yaml'), desk);
  writeFileSync(join(folder, 'desks', 'help.md'), 'You help people with the shop.');
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: servers }));
}

async function watch(url: string, channel: string, thread: string): Promise<Watched> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/playground/live?user=U0LISA`, { origin: url });
  let rows: StoryRow[] = [];
  let waiting: Record<string, number> = {};
  socket.on('message', (text) => {
    const frame: ServerFrame = JSON.parse(String(text));
    if (frame.type === 'story') rows = frame.rows;
    if (frame.type === 'waiting') waiting = frame.counts;
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'watch', channel, thread }));
  return { rows: () => rows, waiting: () => waiting, close: () => socket.close() };
}

/** Whether the process is still there. */
export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
