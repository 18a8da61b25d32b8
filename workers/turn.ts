import type { Channel, Live } from '../channels/channel.ts';
import { inputOf } from '../core/agent/divider.ts';
import { goneDeskText, unreadableText } from '../core/agent/texts.ts';
import { openTranscript, ownWords } from '../core/agent/transcript.ts';
import { runTurn } from '../core/agent/turn.ts';
import type { Transcript, TurnEnd } from '../core/agent/types.ts';
import { crashPoint, publishWork, type Work } from '../core/crash-points.ts';
import { deskNamed } from '../core/desk/desks.ts';
import type { Desk } from '../core/desk/types.ts';
import { placeOfSender } from '../core/mail/copies.ts';
import type { JobData } from '../core/queue/queue.ts';
import type { MailEnd } from '../core/records/matters.ts';
import { noteMessages, openReply } from '../core/records/replies.ts';
import { claimThread, handBack, releaseThread, type TakenTurn } from '../core/records/threads.ts';
import { endMailTurn, finishTurn, parkQuietly, parkTurn, supersedeTurn } from '../core/records/turns.ts';
import type { ChannelPlace } from '../core/records/types.ts';
import { answerByWord } from './confirm.ts';
import type { WorkerContext } from './context.ts';
import { holdLease, whileReplyHeld } from './lease.ts';
import { answerMail, type Produced } from './mail-turn.ts';
import { record, recordUnsent } from './settle-reply.ts';
import { LEASE_MS, SEND_MS } from './times.ts';

const MAX_PARK_MS = 60_000;

type AfterTurn = 'released' | 'more' | 'lost';

/** Answers a thread turn after turn, until nothing waits there or another worker holds it. */
export async function answerThread(
  context: WorkerContext,
  { tenant, thread }: JobData<'turn'>,
  stopping: AbortSignal,
): Promise<void> {
  for (;;) {
    const claim = await claimThread(context.db, tenant, thread, {
      leaseMs: LEASE_MS,
      context: context.env.contextSize,
    });
    if (claim.kind !== 'turn') return;
    crashPoint('turn.claimed');
    publishWork(() => claimed(context, claim));
    const lease = holdLease(context, claim, stopping);
    const after = await answerTurn(context, claim, lease.signal).finally(lease.end);
    if (after !== 'more') return;
    if (stopping.aborted) return context.jobs.add('turn', { tenant, thread });
  }
}

function claimed({ clock }: WorkerContext, { tenant, thread, turn, epoch, steps, resumed }: TakenTurn): Work {
  const { id, number, attempts } = turn;
  const taken = { thread: thread.id, turn: id, number, attempts, step: steps.length };
  return { kind: 'claim', tenant, ...taken, epoch, resumed, at: clock.now() };
}

async function answerTurn(context: WorkerContext, turn: TakenTurn, signal: AbortSignal): Promise<AfterTurn> {
  const channel = context.channels[turn.thread.channel];
  if (!channel) return leaveToOthers(context, turn);
  const live = liveReply(context, turn, channel);
  const transcript = openTranscript(context.db, turn);
  if (!live) return giveUpUnplaced(context, turn, transcript);
  const began = context.clock.now();
  try {
    const produced = await produceAnswer(context, turn, transcript, channel, live, signal);
    const after = await conclude(context, turn, channel, live, produced);
    logTurn(context, turn, produced.end, began);
    return after;
  } finally {
    live.leave();
  }
}

/** Logs how the turn ended, never what was said. */
function logTurn(
  { log, clock }: WorkerContext,
  { tenant, thread, turn }: TakenTurn,
  end: TurnEnd,
  began: number,
): void {
  const ids = { tenant, thread: thread.id, turn: turn.id, desk: thread.desk };
  const came = end.kind === 'answered' ? { outcome: end.state, tokens: end.tokens } : { outcome: end.kind };
  log.info({ ...ids, ...came, ms: clock.now() - began }, 'a turn ended');
}

function liveReply(context: WorkerContext, turn: TakenTurn, channel: Channel): Live | null {
  const place = replyPlace(turn);
  try {
    return channel.live(place, {
      taken: turn.open,
      open: async () => {
        const opened = await openReply(context.db, turn, place);
        return opened.kind === 'opened' ? opened.reply : null;
      },
      note: (reply, messages) => noteMessages(context.db, turn, reply, messages),
    });
  } catch (error) {
    context.log.error(
      { err: error, thread: turn.thread.id, turn: turn.turn.id },
      'where a turn is to answer cannot be read',
    );
    return null;
  }
}

/** Fails a turn whose reply has no readable place: nobody can be told, but the thread goes on. */
async function giveUpUnplaced(context: WorkerContext, turn: TakenTurn, transcript: Transcript): Promise<AfterTurn> {
  const end = transcript.finish(ownWords(unreadableText()), 'failed');
  await finish(context, turn, { end, mail: null, place: replyPlace(turn) }, 0);
  return (await releaseThread(context.db, turn, null)).kind;
}

/** Hands the turn back without a new job: the sweeper adds one later, and a worker that has the account may take it. */
async function leaveToOthers(context: WorkerContext, turn: TakenTurn): Promise<AfterTurn> {
  context.log.error(
    { thread: turn.thread.id },
    `no way to answer by ${turn.thread.channel}: its account is not configured`,
  );
  await handBack(context.db, turn);
  return 'lost';
}

/** The reply goes under the last message that it answers. */
function replyPlace(turn: TakenTurn): ChannelPlace {
  return placeOfSender(inputOf(turn.steps).at(-1)?.place ?? {});
}

async function produceAnswer(
  context: WorkerContext,
  turn: TakenTurn,
  transcript: Transcript,
  channel: Channel,
  live: Live,
  signal: AbortSignal,
): Promise<Produced> {
  const desk = deskNamed(context.desks, turn.thread.desk);
  if (!desk) return { end: transcript.finish(ownWords(goneDeskText(turn.thread.desk)), 'failed'), mail: null };
  const { earlier, saidEarlier, openFile } = channel;
  const gate = context.gateOf(turn.tenant);
  const byWord = () => answerByWord(context, turn, channel, transcript);
  const byModel = (desk: Desk) =>
    runTurn(turn, { ...context, desk, gate, transcript, progress: live, earlier, saidEarlier, openFile, signal });
  if (turn.thread.channel === 'email')
    return answerMail(context, { turn, desk, transcript, place: replyPlace(turn) }, { byWord, byModel });
  return { end: (await byWord()) ?? (await byModel(desk)), mail: null };
}

async function conclude(
  context: WorkerContext,
  turn: TakenTurn,
  channel: Channel,
  live: Live,
  { end, mail, place = replyPlace(turn) }: Produced,
): Promise<AfterTurn> {
  switch (end.kind) {
    case 'answered':
      return reply(context, turn, live, { end, mail, place });
    case 'away':
      await live.quiet();
      return parkAway(context, turn, channel, end);
    case 'revised':
      return supersede(context, turn, live);
    case 'stopped':
      await live.quiet();
      if ((await handBack(context.db, turn)).kind === 'ok') {
        context.jobs.add('turn', { tenant: turn.tenant, thread: turn.thread.id });
      }
      return 'lost';
    case 'lost':
      return 'lost';
  }
}

type Answered = { end: Extract<TurnEnd, { kind: 'answered' }>; mail: MailEnd | null; place: ChannelPlace };

function finish(
  { db }: WorkerContext,
  turn: TakenTurn,
  { end, mail, place }: Answered,
  sendMs: number,
): ReturnType<typeof finishTurn> {
  const { state, final, body, tokens, notes } = end;
  const finished = { state, steps: [final], tokens, notes, reply: { place, body }, sendMs };
  return mail ? endMailTurn(db, turn, finished, mail) : finishTurn(db, turn, finished);
}

async function reply(context: WorkerContext, turn: TakenTurn, live: Live, answered: Answered): Promise<AfterTurn> {
  const { end, place } = answered;
  await live.quiet();
  crashPoint('turn.finishing');
  const asked = context.clock.now();
  const finished = await finish(context, turn, answered, SEND_MS);
  crashPoint('turn.finished');
  if (finished.kind === 'revised') return supersede(context, turn, live);
  if (finished.kind === 'lost') return 'lost';
  for (const card of finished.cards ?? []) context.jobs.add('card', { tenant: turn.tenant, card });
  if (turn.turn.number - turn.thread.summaryUpto > 2 * context.env.contextSize) {
    context.jobs.add('summarize', { tenant: turn.tenant, thread: turn.thread.id });
  }
  const hold = { tenant: turn.tenant, reply: finished.reply, attempts: 0 };
  // If the commit hung, a deliver job may already have taken the reply.
  const ours = finished.hurry && context.clock.now() - asked < SEND_MS / 2;
  const sent = ours
    ? await whileReplyHeld(context, hold, ofTurn(turn), () =>
        live.finish({ id: finished.reply, body: end.body }, place),
      )
    : null;
  if (sent && sent.kind !== 'sent') await recordUnsent(context, hold, sent);
  const messages = sent?.kind === 'sent' ? { reply: finished.reply, messages: sent.messages } : null;
  const { kind } = await releaseThread(context.db, turn, messages);
  crashPoint('turn.released');
  return kind;
}

function ofTurn({ thread, turn }: TakenTurn) {
  return { outcome: 'sent', thread: thread.id, turn: turn.id, desk: thread.desk } as const;
}

async function supersede(context: WorkerContext, turn: TakenTurn, live: Live): Promise<AfterTurn> {
  await live.quiet();
  return (await supersedeTurn(context.db, turn)).kind === 'ok' ? 'more' : 'lost';
}

async function parkAway(
  context: WorkerContext,
  turn: TakenTurn,
  channel: Channel,
  end: Extract<TurnEnd, { kind: 'away' }>,
): Promise<AfterTurn> {
  context.log.warn({ thread: turn.thread.id, why: end.why }, 'the model did not answer; the turn waits');
  const notice = { place: replyPlace(turn), body: end.text };
  // Where a colleague reads what goes to a customer, the customer is told nothing meanwhile.
  const isRead = deskNamed(context.desks, turn.thread.desk)?.email.answers === 'draft';
  const park = turn.thread.channel === 'email' && isRead ? parkQuietly : parkTurn;
  const parked = await park(context.db, turn, {
    waitMs: end.waitMs,
    maxWaitMs: MAX_PARK_MS,
    notice,
    sendMs: SEND_MS,
  });
  crashPoint('turn.parked');
  if (parked.kind === 'lost' || parked.notice === null) return 'released';
  const outgoing = { id: parked.notice, ...notice, messages: [] };
  const hold = { tenant: turn.tenant, reply: parked.notice, attempts: 0 };
  const sent = await whileReplyHeld(context, hold, ofTurn(turn), () => channel.send(outgoing));
  if (sent.kind === 'sent') await record(context, hold, { state: 'sent', messages: sent.messages });
  else await recordUnsent(context, hold, sent);
  return 'released';
}
