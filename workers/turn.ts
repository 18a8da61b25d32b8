import type { Channel, Live } from '../channels/channel.ts';
import { inputOf } from '../core/agent/said.ts';
import { ownWords } from '../core/agent/transcript.ts';
import { runTurn } from '../core/agent/turn.ts';
import type { TurnEnd } from '../core/agent/types.ts';
import { goneDeskText, unreadableText } from '../core/agent/words.ts';
import { crashPoint, showWork, type Work } from '../core/crash-points.ts';
import { deskNamed } from '../core/desk/desks.ts';
import { notify } from '../core/queue/notify.ts';
import type { JobData } from '../core/queue/queue.ts';
import { noteMessages, openReply } from '../core/records/replies.ts';
import { claimThread, handBack, releaseThread, type TakenTurn } from '../core/records/threads.ts';
import { finishTurn, parkTurn, supersedeTurn } from '../core/records/turns.ts';
import type { Place } from '../core/records/types.ts';
import { answerByWord } from './confirm.ts';
import { holdLease, whileHeld } from './lease.ts';
import { LEASE_MS, type Parts, SEND_MS } from './parts.ts';
import { record, settle } from './settle-reply.ts';

const MAX_PARK_MS = 60_000;

type Left = 'released' | 'more' | 'lost';

/** Answers what waits in a thread, turn after turn, until nothing does or the thread is another worker's. */
export async function answerThread(
  parts: Parts,
  { tenant, thread }: JobData<'turn'>,
  stopping: AbortSignal,
): Promise<void> {
  for (;;) {
    const claim = await claimThread(parts.db, tenant, thread, { leaseMs: LEASE_MS, context: parts.contextSize });
    if (claim.kind !== 'turn') return;
    crashPoint('turn.claimed');
    showWork(() => claimed(parts, claim));
    const lease = holdLease(parts, claim, stopping);
    const left = await answerTurn(parts, claim, lease.signal).finally(lease.end);
    if (left !== 'more') return;
    if (stopping.aborted) return parts.jobs.add('turn', { tenant, thread });
  }
}

function claimed({ clock }: Parts, { tenant, thread, turn, epoch, steps, resumed }: TakenTurn): Work {
  const { id, number, attempts } = turn;
  const taken = { thread: thread.id, turn: id, number, attempts, step: steps.length };
  return { kind: 'claim', tenant, ...taken, epoch, resumed, at: clock.now() };
}

async function answerTurn(parts: Parts, turn: TakenTurn, signal: AbortSignal): Promise<Left> {
  const channel = parts.channels[turn.thread.channel];
  if (!channel) return leaveToOthers(parts, turn);
  const live = liveReply(parts, turn, channel);
  if (!live) return giveUpUnplaced(parts, turn);
  const began = parts.clock.now();
  try {
    const end = await think(parts, turn, channel, live, signal);
    const left = await conclude(parts, turn, channel, live, end);
    logTurn(parts, turn, end, began);
    return left;
  } finally {
    live.leave();
  }
}

/** What it came to, never what was said. */
function logTurn({ log, clock }: Parts, { tenant, thread, turn }: TakenTurn, end: TurnEnd, began: number): void {
  const ids = { tenant, thread: thread.id, turn: turn.id, desk: thread.desk };
  const came = end.kind === 'answered' ? { outcome: end.state, tokens: end.tokens } : { outcome: end.kind };
  log.info({ ...ids, ...came, ms: clock.now() - began }, 'a turn ended');
}

function liveReply(parts: Parts, turn: TakenTurn, channel: Channel): Live | null {
  const place = placeOf(turn);
  try {
    return channel.live(place, {
      taken: turn.open,
      open: async () => {
        const opened = await openReply(parts.db, turn, place);
        return opened.kind === 'opened' ? opened.reply : null;
      },
      note: (reply, messages) => noteMessages(parts.db, turn, reply, messages),
    });
  } catch (error) {
    parts.log.error(
      { err: error, thread: turn.thread.id, turn: turn.turn.id },
      'where a turn is to answer cannot be read',
    );
    return null;
  }
}

/** Nobody can be told, so the reply fails where it can be seen, and the thread goes on. */
async function giveUpUnplaced(parts: Parts, turn: TakenTurn): Promise<Left> {
  const body = unreadableText();
  const final = { n: turn.steps.length, ...ownWords(body) };
  const reply = { place: placeOf(turn), body };
  const end = { state: 'failed' as const, steps: [final], tokens: 0, notes: null, reply, sendMs: 0 };
  await finishTurn(parts.db, turn, end);
  return (await releaseThread(parts.db, turn, null)).kind;
}

/** Given back without a ring: the sweeper offers the thread again in a while, to a worker that may have the account. */
async function leaveToOthers(parts: Parts, turn: TakenTurn): Promise<Left> {
  parts.log.error(
    { thread: turn.thread.id },
    `no way to answer by ${turn.thread.channel}: its account is not configured`,
  );
  await handBack(parts.db, turn);
  return 'lost';
}

/** The answer stands under the last message that it answers. */
function placeOf(turn: TakenTurn): Place {
  return inputOf(turn.steps).at(-1)?.place ?? {};
}

async function think(
  parts: Parts,
  turn: TakenTurn,
  channel: Channel,
  live: Live,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const desk = deskNamed(parts.desks, turn.thread.desk);
  if (!desk) return deskIsGone(turn);
  const decided = await answerByWord(parts, turn, channel);
  if (decided) return decided;
  return runTurn(turn, {
    db: parts.db,
    gate: parts.gateOf(turn.tenant),
    model: parts.model,
    desk,
    clock: parts.clock,
    log: parts.log,
    progress: live,
    signing: parts.signing,
    redact: parts.redact,
    opened: (approvals) => void notify(parts, turn.tenant, { approvals }),
    earlier: channel.earlier,
    signal,
  });
}

function deskIsGone(turn: TakenTurn): TurnEnd {
  const body = goneDeskText(turn.thread.desk);
  const final = { n: turn.steps.length, ...ownWords(body) };
  return { kind: 'answered', state: 'failed', final, body, tokens: 0, notes: null };
}

async function conclude(parts: Parts, turn: TakenTurn, channel: Channel, live: Live, end: TurnEnd): Promise<Left> {
  switch (end.kind) {
    case 'answered':
      return reply(parts, turn, live, end);
    case 'away':
      await live.quiet();
      return park(parts, turn, channel, end);
    case 'revised':
      return supersede(parts, turn, live);
    case 'stopped':
      await live.quiet();
      if ((await handBack(parts.db, turn)).kind === 'ok') {
        parts.jobs.add('turn', { tenant: turn.tenant, thread: turn.thread.id });
      }
      return 'lost';
    case 'lost':
      return 'lost';
  }
}

async function reply(
  parts: Parts,
  turn: TakenTurn,
  live: Live,
  end: Extract<TurnEnd, { kind: 'answered' }>,
): Promise<Left> {
  await live.quiet();
  crashPoint('turn.finishing');
  const asked = parts.clock.now();
  const finished = await finishTurn(parts.db, turn, {
    state: end.state,
    steps: [end.final],
    tokens: end.tokens,
    notes: end.notes,
    reply: { place: placeOf(turn), body: end.body },
    sendMs: SEND_MS,
  });
  crashPoint('turn.finished');
  if (finished.kind === 'revised') return supersede(parts, turn, live);
  if (finished.kind === 'lost') return 'lost';
  if (turn.turn.number - turn.thread.summaryUpto > 2 * parts.contextSize) {
    parts.jobs.add('summarize', { tenant: turn.tenant, thread: turn.thread.id });
  }
  const hold = { tenant: turn.tenant, reply: finished.reply, attempts: 0 };
  // After a commit that hung, a deliver job may have the reply by now.
  const ours = finished.hurry && parts.clock.now() - asked < SEND_MS / 2;
  const sent = ours
    ? await whileHeld(parts, hold, ofTurn(turn), () => live.finish({ id: finished.reply, body: end.body }))
    : null;
  if (sent && sent.kind !== 'sent') await settle(parts, hold, sent);
  const messages = sent?.kind === 'sent' ? { reply: finished.reply, messages: sent.messages } : null;
  const { kind } = await releaseThread(parts.db, turn, messages);
  crashPoint('turn.released');
  return kind;
}

function ofTurn({ thread, turn }: TakenTurn) {
  return { outcome: 'sent', thread: thread.id, turn: turn.id, desk: thread.desk } as const;
}

async function supersede(parts: Parts, turn: TakenTurn, live: Live): Promise<Left> {
  await live.quiet();
  return (await supersedeTurn(parts.db, turn)).kind === 'ok' ? 'more' : 'lost';
}

async function park(
  parts: Parts,
  turn: TakenTurn,
  channel: Channel,
  end: Extract<TurnEnd, { kind: 'away' }>,
): Promise<Left> {
  parts.log.warn({ thread: turn.thread.id, why: end.why }, 'the model did not answer; the turn waits');
  const notice = { place: placeOf(turn), body: end.text };
  const parked = await parkTurn(parts.db, turn, {
    waitMs: end.waitMs,
    maxWaitMs: MAX_PARK_MS,
    notice,
    sendMs: SEND_MS,
  });
  crashPoint('turn.parked');
  if (parked.kind === 'lost' || parked.notice === null) return 'released';
  const outgoing = { id: parked.notice, ...notice, messages: [] };
  const hold = { tenant: turn.tenant, reply: parked.notice, attempts: 0 };
  const sent = await whileHeld(parts, hold, ofTurn(turn), () => channel.send(outgoing));
  if (sent.kind === 'sent') await record(parts, hold, { state: 'sent', messages: sent.messages });
  else await settle(parts, hold, sent);
  return 'released';
}
