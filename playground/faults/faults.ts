import type { FaultLevel, FaultOrder, FaultsState } from '../page/protocol.ts';
import type { FaultsPort } from '../ports.ts';
import { isSignedCallOver, isTurnOver, openFollower } from './follow-outcomes.ts';
import { type Killed, times } from './outcome-text.ts';
import { type SecondWorker, startSecondWorker } from './second-worker.ts';
import type { FaultParts } from './types.ts';

export type Faults = FaultsPort & { close(): Promise<void> };

const KEPT_LINES = 200;
/** A turn that began before a fault was set may still meet it. */
const RECENT_MS = 60_000;
const END_PATIENCE_MS = 12_000;
const SILENCE_MS = 5_000;
const ORPHAN_MS = 30_000;

/** Faults that people cause from the page, and a log of the promises that held meanwhile. */
export function openFaults(parts: FaultParts): Faults {
  const state: Omit<FaultsState, 'tools'> = {
    slack: 'ok',
    model: 'ok',
    threefold: false,
    worker: { kind: 'inner' },
    log: [],
  };
  const listeners = new Set<() => void>();
  const orphans = new Map<number, Killed>();
  let second: SecondWorker | undefined;

  const current = (): FaultsState => ({
    ...state,
    tools: Object.fromEntries(parts.toolServers().map((server) => [server, parts.tools.level(server)])),
    log: [...state.log],
  });

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function say(text: string): void {
    state.log.push({ at: Date.now(), text });
    if (state.log.length > KEPT_LINES) state.log.shift();
    changed();
  }

  const follower = openFollower(parts, current, say);
  parts.seen.onWork((work) => {
    const orphaned = work.kind === 'claim' ? orphanOf(work.thread) : null;
    if (!orphaned && !isDisturbed(current())) return;
    if (work.kind === 'claim') follower.turn(work.turn, orphaned);
    else if (work.name === 'dispatch') for (const id of approvalsIn(work.jobs)) follower.signed(id, null);
  });

  function followRecent(): void {
    const since = Date.now() - RECENT_MS;
    for (const { at, turn } of parts.seen.claims()) if (at > since) follower.turn(turn, null);
  }

  async function start(): Promise<void> {
    if (second) throw new Error('There is a second worker already: kill it or stop it first.');
    const started = startSecondWorker(parts.worker, parts.seen.note);
    second = started;
    state.worker = { kind: 'starting' };
    changed();
    void started.gone.then(() => leave(started));
    if (!(await started.ready))
      throw new Error('The second worker ended before it was ready: see the log of this process.');
    parts.inner.rest();
    state.worker = { kind: 'second', pid: started.pid };
    say(
      `A second worker took over (process ${started.pid}); the worker in this process rests. ` +
        'A slow model leaves you time to kill it in the middle of a turn.',
    );
    if (Object.values(current().tools).some((level) => level !== 'ok')) {
      say('Faults of tool servers act in this process only: the second worker has tool servers of its own.');
    }
  }

  /** The worker of this process goes on, however the second one ended. */
  function leave(gone: SecondWorker): void {
    if (second !== gone) return;
    second = undefined;
    parts.inner.goOn();
    if (state.worker.kind !== 'killed') {
      state.worker = { kind: 'inner' };
      say(`The second worker ended (process ${gone.pid}); the worker in this process goes on.`);
    }
  }

  async function kill(): Promise<void> {
    if (!second || state.worker.kind !== 'second')
      throw new Error('Start a second worker first: only that one is killed.');
    const victim = second;
    const killed = { pid: victim.pid, at: Date.now() };
    state.worker = { kind: 'killed', ...killed };
    victim.kill();
    await victim.gone;
    const held = await unfinishedWorkOf(killed);
    say(
      `Worker ${victim.pid} was killed (kill -9) with ${held}; the worker in this process goes on. ` +
        'Its work is taken up within about 12 s.',
    );
  }

  /** A thread that waited for this long lost its job with the killed worker, or it would have been claimed. */
  function orphanOf(thread: number): Killed | null {
    const killed = orphans.get(thread);
    orphans.delete(thread);
    const ms = killed ? Date.now() - killed.at : 0;
    return killed && ms > SILENCE_MS && ms < ORPHAN_MS ? killed : null;
  }

  /** Follows the work that the killed worker left unfinished, and says how much it was. */
  async function unfinishedWorkOf(killed: Killed): Promise<string> {
    const claims = parts.seen.claims().filter(({ by }) => by === killed.pid);
    const turns = [...new Set(claims.map(({ turn }) => turn))];
    const jobs = parts.seen.jobs().filter(({ by }) => by === killed.pid);
    const approvals = [...new Set(jobs.flatMap(({ jobs }) => approvalsIn(jobs)))];
    const waiting = await parts.records.waiting();
    for (const thread of waiting) orphans.set(thread, killed);
    const openTurns = await keep(turns, async (id) => !isOver(await parts.records.turn(id), isTurnOver));
    const openCalls = await keep(approvals, async (id) => !isOver(await parts.records.signed(id), isSignedCallOver));
    for (const id of openTurns) follower.turn(id, killed);
    for (const id of openCalls) follower.signed(id, killed);
    const held = [
      ...(openTurns.length > 0 ? [times(openTurns.length, 'turn')] : []),
      ...(openCalls.length > 0 ? [times(openCalls.length, 'signed call')] : []),
    ];
    const what = held.length > 0 ? held.join(' and ') : 'nothing';
    return `${what} in hand${waiting.length > 0 ? `, while ${times(waiting.length, 'thread')} waited to be claimed` : ''}`;
  }

  async function endSecond(): Promise<void> {
    if (!second) throw new Error('There is no second worker.');
    second.end();
    await second.gone;
  }

  async function obey(order: FaultOrder): Promise<void> {
    switch (order.part) {
      case 'slack':
        state.slack = order.level;
        break;
      case 'model':
        if (!parts.model) throw new Error('A model of your own answers here: faults need the stand-in model.');
        state.model = order.level;
        parts.model.set(order.level);
        break;
      case 'tools':
        if (!parts.toolServers().includes(order.server)) throw new Error(`There is no tool server ${order.server}.`);
        parts.tools.set(order.server, order.level);
        break;
      case 'threefold':
        state.threefold = order.on;
        break;
      case 'worker':
        return { start, kill, end: endSecond }[order.order]();
    }
    parts.slack.set({ level: state.slack, threefold: state.threefold });
    say(orderText(order));
    followRecent();
  }

  return {
    state: current,
    async order(order) {
      await obey(order);
      return current();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      follower.close();
      listeners.clear();
      const last = second;
      if (!last) return;
      last.end();
      const late = setTimeout(last.kill, END_PATIENCE_MS);
      await last.gone;
      clearTimeout(late);
    },
  };
}

function isDisturbed({ slack, model, tools, threefold }: FaultsState): boolean {
  return threefold || [slack, model, ...Object.values(tools)].some((level) => level !== 'ok');
}

function isOver<T>(kept: T | null, over: (kept: T) => boolean): boolean {
  return kept === null || over(kept);
}

async function keep<T>(all: T[], isKept: (one: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(all.map(isKept));
  return all.filter((_, at) => kept[at]);
}

function approvalsIn(jobs: Record<string, string | number>[]): string[] {
  return jobs.flatMap(({ approval }) => (typeof approval === 'string' ? [approval] : []));
}

const levels: Record<FaultLevel, string> = {
  ok: 'works as usual again',
  slow: 'is slow',
  down: 'is down',
  lossy: 'loses some of its answers',
};

function orderText(order: Exclude<FaultOrder, { part: 'worker' }>): string {
  switch (order.part) {
    case 'slack':
      return `Slack ${levels[order.level]}.`;
    case 'model':
      return `The model ${levels[order.level]}.`;
    case 'tools':
      return `The tool server ${order.server} ${levels[order.level]}.`;
    case 'threefold':
      return order.on ? 'Slack delivers each event three times.' : 'Slack delivers each event once again.';
  }
}
