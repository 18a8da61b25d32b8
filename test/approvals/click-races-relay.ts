import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { z } from 'zod';
import { deliver, type Reply } from '../../playground/slack/delivery.ts';

/** One click or form as it was brought to one of the doors, and what the door made of it. */
export type Brought = { user: string; what: string; status: number; answer: string };

export type Relay = {
  url: string;
  doors: string[];
  /** Whose clicks and forms are on their way for so long, and whose are brought to both doors at once. */
  slow: Map<string, { afterMs: number; twice: boolean }>;
  brought(user: string): Brought[];
  all(): Brought[];
  close(): Promise<void>;
};

const payload = z.object({ type: z.string(), user: z.object({ id: z.string() }) });

/** What Slack's network does: each request to the other of the doors, and some of them to both. */
export async function openRelay(): Promise<Relay> {
  const dispatcher = new Agent({ keepAliveTimeout: 60_000 });
  const doors: string[] = [];
  const slow: Relay['slow'] = new Map();
  const brought = new Map<string, Brought[]>();
  let turn = 0;

  async function bring(headers: Record<string, string>, body: string): Promise<Reply> {
    const act = readAct(headers, body);
    const { afterMs = 0, twice = false } = (act && slow.get(act.user.id)) ?? {};
    turn += 1;
    const [first = '', second = ''] = turn % 2 === 0 ? doors : doors.toReversed();
    const to = twice ? [first, second] : [first];
    await sleep(afterMs);
    const replies = await Promise.all(
      to.map(async (door) => {
        const reply = await deliver(door, { headers, body }, { dispatcher });
        if (act) note({ user: act.user.id, what: act.type, status: reply.status, answer: reply.body });
        return reply;
      }),
    );
    return replies[0]!;
  }

  function note(one: Brought): void {
    const known = brought.get(one.user);
    if (known) known.push(one);
    else brought.set(one.user, [one]);
  }

  const server = createServer(async (req, res) => {
    try {
      const { status, body } = await bring(headersOf(req), await readBody(req));
      res.writeHead(status, body.startsWith('{') ? { 'content-type': 'application/json' } : {}).end(body);
    } catch {
      res.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    doors,
    slow,
    brought: (user) => brought.get(user) ?? [],
    all: () => [...brought.values()].flat(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await dispatcher.destroy();
    },
  };
}

/** Null for events and whatever else is no click and no form. */
function readAct(headers: Record<string, string>, body: string): z.infer<typeof payload> | null {
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return null;
  const carried = new URLSearchParams(body).get('payload');
  return carried === null ? null : payload.parse(JSON.parse(carried));
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-slack-'));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

async function readBody(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += chunk;
  return body;
}
