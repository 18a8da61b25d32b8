import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { deliver, type Reply, type SignedRequest, type Signing, signedEvent } from '../../playground/slack/delivery.ts';
import { eventCallback } from '../../playground/slack/events.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';

export type Held = {
  /** The requests since the last time, in the order in which Slack sent them. */
  take(): SignedRequest[];
  release(): Promise<void>;
};

/** Takes Slack's requests in the app's place: the test delivers them when, where and as often as it likes. */
export async function holdEvents(slack: SlackWorkspace, botUrl: string): Promise<Held> {
  let held: SignedRequest[] = [];
  const server = createServer(async (req, res) => {
    const kept = Object.entries(req.headers).filter(([name]) => name === 'content-type' || name.startsWith('x-slack-'));
    held.push({
      headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      body: await text(req),
    });
    res.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  slack.connect({ kind: 'http', urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`] });
  return {
    take() {
      const taken = held;
      held = [];
      return taken;
    },
    release() {
      slack.connect({ kind: 'http', urls: [`${botUrl}/slack/events`] });
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

let events = 0;

/** An event that the stand-in never sends, or a body that Slack never would, signed as Slack signs. */
export function signed(
  slack: SlackWorkspace,
  event: Record<string, unknown>,
  how: Signing = {},
  /** What stands beside the event. */
  beside: Record<string, unknown> = {},
): SignedRequest {
  events += 1;
  const whole = { type: 'message', event_ts: '1.0', ...event };
  return signedEvent(slack, { ...eventCallback(slack, whole, `EvHAND${events}`, Date.now()), ...beside }, how);
}

export function post(botUrl: string, request: SignedRequest): Promise<Reply> {
  return deliver(`${botUrl}/slack/events`, request);
}

/** The next moment that Slack could have given a message. */
export function following(ts: string): string {
  const digits = String(BigInt(ts.replace('.', '')) + 1n).padStart(16, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** One query as the owner, past row-level security. */
export async function query<Row extends object>(databaseUrl: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** All that a door could have written. */
export async function written(databaseUrl: string): Promise<number> {
  const tables = ['threads', 'entries', 'overheard', 'turns', 'steps', 'outbox'];
  const counts = tables.map((table) => `(select count(*) from countersign.${table})`).join(' + ');
  return Number((await query<{ n: string }>(databaseUrl, `select ${counts} as n`))[0]?.n);
}

/** A folder with one desk, whose Slack part is given. */
export async function deskFolder(slack: Record<string, unknown>): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-desks-'));
  const desk = { title: 'Test desk', instructions: 'desk.md', slack: { channels: '*', ...slack } };
  await writeFile(join(folder, 'desk.yaml'), JSON.stringify(desk));
  await writeFile(join(folder, 'desk.md'), 'You answer.');
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** What people say in one message to the model, each with who says it. */
export function heard(content: string): string[] {
  const messages = content.matchAll(/<message from="(.*?)">\n(.*?)\n<\/message>/gs);
  return [...messages].map(([, from, text]) => `${from}: ${text}`);
}

/** A door in a test's own hands: who waits at it goes on when it is opened. */
export function latch(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
