import { setTimeout as sleep } from 'node:timers/promises';
import type { TurnPoint } from '../../core/crash-points.ts';
import { until } from '../support/app.ts';
import type { Program } from '../support/process.ts';
import { dice } from '../support/seeds.ts';
import { answerTo, type Question, textOf } from './questions.ts';
import { type Situation, situations } from './situations.ts';
import { channel, type World } from './world.ts';

/** One conversation on which a worker died, and what has to come of it. */
export type Case = {
  point: TurnPoint;
  seed: number;
  situation: Situation;
  thread: string;
  /** The questions of each turn, in order. */
  turns: Question[][];
};

export type Held = {
  threads: [string, string | null][];
  replies: [string, string][];
  approvals: string[];
  cards: string[];
};

export const RESCUED_WITHIN_MS = 30_000;
const DIES_WITHIN_MS = 40_000;
const MOST_QUESTIONS = 5;

/** Lets a worker process die at each point, one conversation each, and then one that lives come to them all. */
export async function killAndRescue(world: World, points: TurnPoint[], seeds: number[]): Promise<Case[]> {
  const cases: Case[] = [];
  const held: Held = { threads: [], replies: [], approvals: [], cards: [] };
  for (const seed of seeds) {
    for (const point of points) {
      cases.push(...(await letOneDie(world, point, seed)));
      await holdBack(world, held);
    }
  }
  world.moods.clear();
  await letGo(world, held);
  const { program } = await world.start('workers/main.ts');
  await until(async () => (await isAllDone(world)) || undefined, 'all to be answered', RESCUED_WITHIN_MS);
  const code = await program.stop();
  if (code !== 0) throw new Error(`the last worker ended with ${code}: ${program.err()}`);
  return cases;
}

/** Asks until the worker comes to the point: a cold process may stream what a warm one posts whole. */
async function letOneDie(world: World, point: TurnPoint, seed: number): Promise<Case[]> {
  const situation = situations[point](dice(seed, point));
  const cases = [await begin(world, point, seed, situation)];
  const victim = world.startVictim(point, situation.nth);
  for (let asked = 1; ; asked += 1) {
    const last = cases.at(-1)!;
    if ((await diedOrAnswered(world, victim, last)) === 'died') return cases;
    if (asked === MOST_QUESTIONS) throw new Error(`${titleOf(last)}: it never came to the point`);
    const alone = { ...situation, people: situation.people.slice(0, 1) };
    if (situation.staying) await goOn(world, last);
    else cases.push(await begin(world, point, seed, alone));
  }
}

async function begin(world: World, point: TurnPoint, seed: number, situation: Situation): Promise<Case> {
  const { slack } = world;
  for (const { method, fault } of situation.faults ?? []) slack.fault(method, { ...fault });
  const began = situation.amid ? await slack.say({ user: 'U0MARCO', channel, text: 'something else' }) : null;
  const made: Case = { point, seed, situation, thread: began?.ts ?? '', turns: [] };
  let speaker = '';
  for (const user of situation.people) {
    const question = nextQuestion(world, situation);
    const mention = speaker === '' ? `<@${slack.botUserId}> ` : '';
    const thread = made.thread === '' ? {} : { thread_ts: made.thread };
    const { ts } = await slack.say({ user, channel, text: `${mention}${textOf(question)}`, ...thread });
    made.thread ||= ts;
    if (user === speaker) made.turns.at(-1)?.push(question);
    else made.turns.push([question]);
    speaker = user;
  }
  return made;
}

async function goOn(world: World, { situation, thread, turns }: Case): Promise<void> {
  const question = nextQuestion(world, situation);
  turns.push([question]);
  await world.slack.say({ user: situation.people[0]!, channel, text: textOf(question), thread_ts: thread });
}

let asked = 0;

function nextQuestion(world: World, { tools, slow, away }: Situation): Question {
  asked += 1;
  const id = `Q${asked}`;
  if (away) world.moods.set(id, 'away');
  return { id, tools, slow };
}

async function diedOrAnswered(world: World, victim: Program, last: Case): Promise<'died' | 'answered'> {
  const { signalCode, exitCode } = victim.child;
  const seen = await until(
    () => {
      if (victim.child.signalCode === 'SIGKILL') return 'died' as const;
      if (victim.child.exitCode !== null) throw new Error(`${titleOf(last)}: it ended by itself: ${victim.err()}`);
      return last.turns.every((turn) => repliesTo(world, last, turn).some(isWhole)) ? ('answered' as const) : undefined;
    },
    `${titleOf(last)} (${signalCode ?? exitCode ?? 'alive'})`,
    DIES_WITHIN_MS,
  );
  if (seen === 'died') return seen;
  // What follows the reply may be the point.
  const died = await Promise.race([victim.ended, sleep(last.situation.lingering ?? 600, 'alive')]);
  return died === 'alive' ? 'answered' : 'died';
}

export function titleOf({ point, seed, situation }: Case): string {
  const { nth, people, tools, slow, faults } = situation;
  const how = [`${people.length} waiting`, tools.join('+'), slow ? 'slow' : 'fast', ...(faults ? ['faults'] : [])];
  return `${point}#${nth}, seed ${seed} (${how.join(', ')})`;
}

/** The next victim is to die on its own conversation: the dead ones' wait, as parked ones do, until all have died. */
export async function holdBack({ sql }: World, held: Held): Promise<void> {
  const threads = await sql<{ id: string; due: string | null }>(
    `update countersign.threads t set due_at = 'infinity' from countersign.threads before
      where t.id = before.id and t.due_at is distinct from 'infinity' and t.done_inbox < t.inbox
      returning t.id, before.due_at::text as due`,
  );
  const replies = await sql<{ id: string; due: string }>(
    `update countersign.outbox o set due_at = 'infinity' from countersign.outbox before
      where o.id = before.id and o.due_at <> 'infinity' and o.state in ('ready', 'dropping')
      returning o.id, before.due_at::text as due`,
  );
  // As one that somebody has in hand: nobody else takes it before that ends.
  const approvals = await sql<{ id: string }>(
    `update countersign.approvals set due_at = 'infinity', attempts = greatest(attempts, 1)
      where state in ('approved', 'dispatching') and due_at is distinct from 'infinity' returning id`,
  );
  const cards = await sql<{ id: string }>(
    `update countersign.cards set due_at = 'infinity' where shown < wanted and due_at <> 'infinity' returning id`,
  );
  held.approvals.push(...approvals.map(({ id }) => id));
  held.cards.push(...cards.map(({ id }) => id));
  held.threads.push(...threads.map(({ id, due }): [string, string | null] => [id, due]));
  held.replies.push(...replies.map(({ id, due }): [string, string] => [id, due]));
}

export async function letGo({ sql }: World, { threads, replies, approvals, cards }: Held): Promise<void> {
  await sql('update countersign.approvals set due_at = now() where id = any($1) and due_at is not null', [approvals]);
  await sql('update countersign.cards set due_at = now() where id = any($1)', [cards]);
  for (const [id, due] of threads) await sql('update countersign.threads set due_at = $2 where id = $1', [id, due]);
  for (const [id, due] of replies) await sql('update countersign.outbox set due_at = $2 where id = $1', [id, due]);
}

export async function isAllDone({ sql }: World): Promise<boolean> {
  const [open] = await sql<{ threads: string; replies: string }>(
    `select (select count(*) from countersign.threads where done_inbox < inbox) as threads,
            (select count(*) from countersign.outbox where state in ('opening', 'ready', 'dropping')) as replies`,
  );
  return open?.threads === '0' && open.replies === '0';
}

export function repliesTo(world: World, { thread }: { thread: string }, questions: { id: string }[]) {
  return world.replies(thread).filter(({ text }) => text.startsWith(`${answerTo(questions)}:`));
}

export function isWhole({ text, streaming }: { text: string; streaming?: boolean }): boolean {
  return !streaming && text.endsWith('The end.');
}
