import type { Backend } from '../support/app.ts';
import { until } from '../support/app.ts';
import { isAllDone, isWhole, repliesTo } from './kill.ts';
import { type Question, textOf } from './questions.ts';
import { channel, openWorld, type World } from './world.ts';

/** A world with a bot in it and nobody at work yet. */
export type Scene = {
  world: World;
  /** Asks in a thread of its own, or goes on in the given one, and tells which it is. */
  ask(question: Question, thread?: string): Promise<string>;
  /** Waits until the answer stands in the thread and nothing is left to do anywhere. */
  answered(thread: string, question: Question, ms: number): Promise<unknown>;
  turns(): Promise<{ state: string; attempts: number }[]>;
};

export async function inScene(backend: Backend, play: (scene: Scene) => Promise<void>): Promise<void> {
  const world = await openWorld(backend);
  try {
    await world.openDoor();
    await play({
      world,
      async ask(question, thread) {
        const text = `<@${world.slack.botUserId}> ${textOf(question)}`;
        const where = thread ? { thread_ts: thread } : {};
        const { ts } = await world.slack.say({ user: 'U0LISA', channel, text, ...where });
        return thread ?? ts;
      },
      answered: (thread, question, ms) =>
        until(
          async () => (repliesTo(world, { thread }, [question]).some(isWhole) && (await isAllDone(world))) || undefined,
          `the answer to ${question.id}`,
          ms,
        ),
      turns: () => world.sql('select state, attempts from countersign.turns order by number'),
    });
  } finally {
    await world.close();
  }
}
