import { deskNamed } from '../../core/desk/desks.ts';
import { type Case, type Ending, endingOf } from './cases.ts';
import type { Fault } from './fault.ts';
import type { House } from './house.ts';
import { judge } from './judge.ts';
import { type Endpoint, type MadeCall, type Played, play, saidIn } from './play.ts';
import type { Progress } from './progress.ts';

export type Result = {
  id: string;
  desk: string;
  ending: Ending;
  said: string[];
  /** The calls that it takes, as the case has them. */
  wanted: Case['calls'];
  right: boolean;
  faults: Fault[];
  calls: Pick<MadeCall, 'tool' | 'args' | 'decision' | 'status'>[];
  answer: string;
  tokens: number;
  ms: number;
  requestMs: Played['requestMs'];
};

type Running = { house: House; endpoint: Endpoint; limitMs: number; atOnce: number; progress: Progress };

/** Asks all cases, so many at a time; if it is stopped, the answers until then are the result. */
export async function runCases(cases: Case[], running: Running, stopping: AbortSignal): Promise<Result[]> {
  const results: (Result | null)[] = cases.map(() => null);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < cases.length && !stopping.aborted; at = next++) {
      const result = await runCase(cases[at]!, running, stopping);
      if (stopping.aborted) return;
      results[at] = result;
      running.progress.step(result.right);
    }
  };
  await Promise.all(Array.from({ length: running.atOnce }, work));
  return results.filter((result) => result !== null);
}

async function runCase(one: Case, { house, endpoint, limitMs }: Running, signal: AbortSignal): Promise<Result> {
  const played = await play(house, endpoint, one, { signal, limitMs }).catch(failed);
  const desk = deskNamed(house.desks, one.desk);
  if (!desk) throw new Error(`There is no desk ${one.desk} for ${one.id}.`);
  const faults = judge(one, played, desk, house.today);
  const { answer, tokens, ms, requestMs } = played;
  return {
    id: one.id,
    desk: one.desk,
    ending: endingOf(one),
    said: saidIn(one, house.today),
    wanted: one.calls,
    right: faults.length === 0,
    faults,
    calls: played.calls.map(({ tool, args, decision, status }) => ({ tool, args, decision, status })),
    answer,
    tokens,
    ms,
    requestMs,
  };
}

/** An error of the endpoint is a fault of its own case only. */
function failed(error: unknown): Played {
  const text = error instanceof Error ? error.message : String(error);
  return { calls: [], answer: '', evidence: '', results: [], tokens: 0, requestMs: [], ms: 0, error: text };
}
