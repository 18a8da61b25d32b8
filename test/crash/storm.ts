import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliver, type SignedRequest } from '../../playground/slack/delivery.ts';
import type { Dice } from '../support/seeds.ts';
import { textOf } from './questions.ts';
import { channel, type World } from './world.ts';

export type Size = { messages: number; threads: number; deliveries: number };
export type Storm = { threads: string[]; questions: string[]; requests: SignedRequest[] };

const people = ['U0LISA', 'U0MARCO', 'U0PRIYA'];
const SIDE_BY_SIDE = 24;

/** Lets people say everything while nobody delivers it: what Slack would send is caught, signed as it is. */
export async function brew(world: World, dice: Dice, size: Size): Promise<Storm> {
  const caught = await openCatcher();
  world.slack.connect({ kind: 'http', urls: [caught.url] });
  const threads: string[] = [];
  const questions: string[] = [];
  for (let said = 0; said < size.messages; said += 1) {
    const at = said < size.threads ? said : dice.roll(size.threads);
    const id = `T${at}M${said}`;
    const text = textOf({ id, tools: dice.pick([[], ['look']]), slow: dice.roll(20) === 0 });
    const begun = threads[at];
    // Half of the follow-ups mention the bot again, and so come as two events.
    const mention = begun === undefined || dice.roll(2) === 0 ? `<@${world.slack.botUserId}> ` : '';
    const thread = begun === undefined ? {} : { thread_ts: begun };
    const { ts } = await world.slack.say({ user: dice.pick(people), channel, text: `${mention}${text}`, ...thread });
    threads[at] ??= ts;
    questions.push(id);
  }
  await caught.close();
  return { threads, questions, requests: caught.requests };
}

/** Brings everything at least once, some of it again and again, in any order, to any of the doors. */
export async function unleash({ requests }: Storm, dice: Dice, doors: string[], deliveries: number): Promise<number[]> {
  const again = Array.from({ length: Math.max(0, deliveries - requests.length) }, () => dice.pick(requests));
  const waiting = dice.shuffle([...requests, ...again]).map((request) => ({ request, door: dice.pick(doors) }));
  const statuses: number[] = [];
  const bring = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      statuses.push((await deliver(next.door, next.request)).status);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, bring));
  return statuses;
}

async function openCatcher() {
  const requests: SignedRequest[] = [];
  const server = createServer(async (req, res) => {
    requests.push({ headers: slackHeaders(req), body: await readBody(req) });
    res.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function slackHeaders({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-slack-'));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

async function readBody(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += chunk;
  return body;
}
