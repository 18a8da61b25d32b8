import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/app.ts';
import type { Program } from '../support/process.ts';
import { dice } from '../support/seeds.ts';
import { clickWhatWaits } from './clicker.ts';
import { type Held, holdBack, isAllDone, letGo, RESCUED_WITHIN_MS } from './kill.ts';
import { answerTo, textOf } from './questions.ts';
import { type SignPoint, type SignSituation, signSituation } from './sign-situations.ts';
import type { SignedTool } from './tools.ts';
import { channel, type World } from './world.ts';

/** One conversation that asked for a signed call, and on which a worker died. */
export type SignCase = { point: SignPoint; seed: number; id: string; thread: string; situation: SignSituation };

const DIES_WITHIN_MS = 20_000;
const MOST_QUESTIONS = 4;

/**
 * Lets a worker process die at each point of the life of a signed call, from the question to the outcome that is told,
 * and then one that lives come to them all. Someone signs whatever waits, all the time.
 */
export async function killSigned(
  world: World,
  wanted: { point: SignPoint; tool: SignedTool }[],
  seeds: number[],
): Promise<SignCase[]> {
  const cases: SignCase[] = [];
  const held: Held = { threads: [], replies: [], approvals: [], cards: [] };
  const clicker = clickWhatWaits(world);
  try {
    for (const seed of seeds) {
      for (const { point, tool } of wanted) {
        cases.push(...(await letOneDie(world, point, tool, seed)));
        await holdBack(world, held);
      }
    }
    world.moods.clear();
    await letGo(world, held);
    const { program } = await world.start('workers/main.ts');
    await until(async () => (await isOver(world)) || undefined, 'all to be over', RESCUED_WITHIN_MS);
    const code = await program.stop();
    if (code !== 0) throw new Error(`the last worker ended with ${code}: ${program.err()}`);
  } finally {
    await clicker.stop();
  }
  return cases;
}

async function letOneDie(world: World, point: SignPoint, tool: SignedTool, seed: number): Promise<SignCase[]> {
  const situation = signSituation(point, tool, dice(seed, `${point} ${tool}`));
  const cases = [await begin(world, point, seed, situation)];
  const victim = world.startVictim(point, situation.nth);
  for (let asked = 1; ; asked += 1) {
    if ((await diedOrTold(world, victim, cases.at(-1)!)) === 'died') return cases;
    if (asked === MOST_QUESTIONS) throw new Error(`${titleOf(cases.at(-1)!)}: it never came to the point`);
    cases.push(await begin(world, point, seed, situation, situation.staying ? cases.at(-1)!.thread : undefined));
  }
}

let asked = 0;

async function begin(
  world: World,
  point: SignPoint,
  seed: number,
  situation: SignSituation,
  staying?: string,
): Promise<SignCase> {
  const { slack } = world;
  asked += 1;
  const id = `S${asked}`;
  for (const { method, fault } of situation.faults ?? []) slack.fault(method, { ...fault });
  if (situation.away) world.moods.set(id, 'away');
  if (situation.edit) world.toEdit.add(id);
  const began = situation.amid ? await slack.say({ user: 'U0PRIYA', channel, text: 'something else' }) : null;
  const text = textOf({ id, tools: [...situation.tools, situation.tool], slow: situation.slow });
  const thread = staying ?? began?.ts;
  const { ts } = await slack.say({
    user: 'U0LISA',
    channel,
    text: staying ? text : `<@${slack.botUserId}> ${text}`,
    ...(thread ? { thread_ts: thread } : {}),
  });
  return { point, seed, id, thread: thread ?? ts, situation };
}

async function diedOrTold(world: World, victim: Program, made: SignCase): Promise<'died' | 'told'> {
  const seen = await until(
    () => {
      if (victim.child.signalCode === 'SIGKILL') return 'died' as const;
      if (victim.child.exitCode !== null) throw new Error(`${titleOf(made)}: it ended by itself: ${victim.err()}`);
      return outcomesOf(world, made).length > 0 ? ('told' as const) : undefined;
    },
    `${titleOf(made)}, where ${world.replies(made.thread).map(({ text }) => text.slice(0, 80))} stands`,
    DIES_WITHIN_MS,
  );
  if (seen === 'died') return seen;
  const died = await Promise.race([victim.ended, sleep(made.situation.lingering ?? 800, 'alive')]);
  return died === 'alive' ? 'told' : 'died';
}

export function titleOf({ point, seed, situation: { nth, tool, slow, edit, faults } }: SignCase): string {
  const how = [tool, slow ? 'slow' : 'fast', ...(edit ? ['edited'] : []), ...(faults ? ['faults'] : [])];
  return `${point}#${nth}, seed ${seed} (${how.join(', ')})`;
}

/** What the person was told at once, and what became of the call. */
export function answersOf(world: World, { thread, id }: SignCase) {
  return world.replies(thread).filter(({ text }) => text.startsWith(`${answerTo([{ id }])}:`));
}

export function outcomesOf(world: World, { thread, id }: SignCase) {
  return world.replies(thread).filter(({ text, streaming }) => !streaming && text.startsWith(`Outcome for ${id}:`));
}

async function isOver(world: World): Promise<boolean> {
  const [open] = await world.sql<{ approvals: string; cards: string }>(
    `select (select count(*) from countersign.approvals
              where state in ('open', 'approved', 'dispatching', 'unknown')) as approvals,
            (select count(*) from countersign.cards where shown < wanted) as cards`,
  );
  return open?.approvals === '0' && open.cards === '0' && (await isAllDone(world));
}
