import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultLevel, FaultsState } from '../page/protocol.ts';
import { type Changed, deliveredText, type Killed, secondsText, signedText, turnText } from './outcome-text.ts';
import type { CallOutcome, FaultParts, SignedCallOutcome, TurnOutcome } from './types.ts';

export type Follower = {
  /** Waits until the turn is over and its answer delivered, then logs which promises held. */
  turn(id: number, killed: Killed | null): void;
  signed(approval: string, killed: Killed | null): void;
  close(): void;
};

const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 180_000;

type Levels = { slack: Set<FaultLevel>; model: Set<FaultLevel> };

export function openFollower(parts: FaultParts, state: () => FaultsState, say: (text: string) => void): Follower {
  const { records, seen, slack, tools } = parts;
  /** A followed turn or call, and the killed worker that was working on it, if any. */
  const followed = new Map<string, { killed: Killed | null }>();
  const reported = new Set<string>();
  const closing = new AbortController();

  function follow(id: string, killed: Killed | null, work: (fate: { killed: Killed | null }) => Promise<void>): void {
    const known = followed.get(id);
    if (known) {
      known.killed ??= killed;
      return;
    }
    const fate = { killed };
    followed.set(id, fate);
    const done = () => void followed.delete(id);
    work(fate).then(done, done);
  }

  /** Null where it does not end in time, or where this process ends. */
  async function until<T>(read: () => Promise<T | null>, isOver: (kept: T) => boolean): Promise<T | null> {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline && !closing.signal.aborted) {
      const kept = await read().catch(() => null);
      if (kept !== null && isOver(kept)) return kept;
      await sleep(LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
    return null;
  }

  async function followTurn(id: number, fate: { killed: Killed | null }): Promise<void> {
    const since = Date.now();
    const levels: Levels = { slack: new Set(), model: new Set() };
    const turn = await until(
      () => {
        levels.slack.add(state().slack);
        levels.model.add(state().model);
        return records.turn(id);
      },
      (kept) => isTurnOver(kept),
    );
    if (!turn) {
      if (!closing.signal.aborted)
        say(`A turn is still not over after ${secondsText(PATIENCE_MS)}: look behind the scenes.`);
      return;
    }
    const { killed } = fate;
    if (!killed && (turn.reply?.sentAt ?? turn.endedAt ?? since) < since) return;
    const text = turnText({
      turn,
      killed,
      ...levels,
      claims: seen.claims().filter((claim) => claim.turn === id),
      changed: await changedOf(turn.calls),
      toolHits: tools.hits().filter(({ key }) => turn.calls.some((call) => isKeyOf(key, call))),
      slackHits: hitsOn(turn),
      shown: turn.reply ? slack.shows(turn.reply) : 0,
    });
    if (text) say(text);
    await tellDeliveries(id);
  }

  function hitsOn({ startedAt, reply }: TurnOutcome) {
    if (!reply) return [];
    const { channel } = reply.place;
    const end = reply.sentAt ?? Date.now();
    return slack.hits().filter((hit) => hit.channel === channel && hit.at >= startedAt && hit.at <= end);
  }

  async function changedOf(calls: CallOutcome[]): Promise<Changed[]> {
    const changing = calls.filter(({ effect, state: stands }) => effect !== 'read' && ENDED.has(stands));
    return Promise.all(changing.map(async (call) => ({ ...call, isDone: await records.isDone(call) })));
  }

  async function tellDeliveries(turn: number): Promise<void> {
    for (const { channel, ts, times, events } of slack.delivered(Date.now() - PATIENCE_MS)) {
      if (times <= events.size || reported.has(`${channel} ${ts}`)) continue;
      const kept = await records.message(channel, ts);
      if (!kept.turns.includes(turn)) continue;
      reported.add(`${channel} ${ts}`);
      say(deliveredText(times, kept));
    }
  }

  async function followSigned(approval: string, fate: { killed: Killed | null }): Promise<void> {
    const signed = await until(() => records.signed(approval), isSignedCallOver);
    if (!signed) return;
    const { killed } = fate;
    const hits = tools.hits().filter(({ key }) => isKeyOf(key, signed.call));
    if (!killed && hits.length === 0) return;
    say(signedText(signed, await changedOf([signed.call]), hits, killed));
  }

  return {
    turn: (id, killed) => follow(`turn ${id}`, killed, (fate) => followTurn(id, fate)),
    signed: (approval, killed) => follow(`signed ${approval}`, killed, (fate) => followSigned(approval, fate)),
    close: () => closing.abort(),
  };
}

/** States of calls that went out. */
const ENDED = new Set(['succeeded', 'failed', 'unknown', 'settled']);
const DELIVERED = new Set(['sent', 'failed', 'dropped']);

export function isTurnOver({ state, reply }: TurnOutcome): boolean {
  return state !== 'running' && (reply === null || DELIVERED.has(reply.state));
}

export function isSignedCallOver({ state }: SignedCallOutcome): boolean {
  return state !== 'open' && state !== 'approved' && state !== 'dispatching';
}

/** A key is made of the tenant's id and the call's. */
function isKeyOf(key: string | undefined, { id }: CallOutcome): boolean {
  return key?.endsWith(`:${id}`) ?? false;
}
