import { beforeEach, expect, it } from 'vitest';
import { rememberAnswers } from '../../channels/slack/api/remember.ts';
import type { Clock } from '../../core/clock.ts';

/** Time that passes only when somebody waits. */
function handClock(): Clock & { pass(ms: number): void; waited: number[] } {
  let now = 1_000_000;
  const waited: number[] = [];
  return {
    waited,
    now: () => now,
    pass(ms) {
      now += ms;
    },
    async sleep(ms) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      waited.push(ms);
      now += ms;
    },
  };
}

let clock: ReturnType<typeof handClock>;
let questions: string[];
let isAway: boolean;
let answers: ReturnType<typeof rememberAnswers<string>>;
beforeEach(() => {
  clock = handClock();
  questions = [];
  isAway = false;
  answers = rememberAnswers((id) => {
    questions.push(id);
    return isAway ? new Promise(() => {}) : Promise.resolve(`about ${id}`);
  }, clock);
});

const patient = () => clock.waited.filter((ms) => ms >= 2_000).length;

it('while Slack is silent, one unknown person is waited for, and the others within a minute are not', async () => {
  isAway = true;
  for (const id of ['U1', 'U2', 'U3', 'U4'])
    await expect(answers(id)).rejects.toThrow(`in time what it knows of ${id}`);
  expect(patient()).toBe(1);

  clock.pass(60_000);
  await expect(answers('U5')).rejects.toThrow();
  expect(patient()).toBe(2);
});

it('an answer ends the silence, and the next one is waited for as before', async () => {
  isAway = true;
  await expect(answers('U1')).rejects.toThrow();
  isAway = false;
  expect(await answers('U2')).toEqual({ value: 'about U2', ageMs: 0 });
  isAway = true;
  await expect(answers('U3')).rejects.toThrow();
  expect(patient()).toBe(2);
});

it('no more than a thousand answers are kept, and the oldest goes first', async () => {
  for (let at = 0; at <= 1_000; at += 1) await answers(`U${at}`);
  questions.length = 0;
  await answers('U1');
  await answers('U0');
  expect(questions).toEqual(['U0']);
});
