import { crashPoint } from '../../../core/crash-points.ts';
import type { Live, LiveRecords, Outgoing, Sent } from '../../channel.ts';
import { oneTry, type Slack, type SlackPlace, slackPlace } from '../api/api.ts';
import { partsOf, showableText } from '../text/text.ts';
import { completeReply, dropReply, notSent, partArgs, postReply, resendReply, SOME_MESSAGE } from './reply.ts';
import {
  blank,
  type Card,
  chunksOf,
  isEmpty,
  nextPiece,
  type Piece,
  type Shown,
  showsAll,
  withPiece,
} from './stream.ts';

/** A reply that is ready within this time is posted whole, with one call. */
const PATIENCE_MS = 300;
const LOOK_EVERY_MS = 100;
const APPEND_EVERY_MS = 600;
/** A constant: without a reason, `abort` makes an error with a stack. */
const LEFT = 'the message is left as it is';

type Growing = { kind: 'growing'; ts: string; shown: Shown };
/** The message of a slow reply. We know what it shows while only we change it, and not once it is `left`. */
type Message = { kind: 'none' } | { kind: 'recorded'; reply: number } | Growing | { kind: 'left'; id: string };

type Making = {
  slack: Slack;
  place: SlackPlace;
  records: LiveRecords;
  closing: AbortSignal;
  /** The reply so far, from the turn. */
  text: () => string;
  cards: Map<string, Card>;
  message: Message;
};

export function openSlackLive(slack: Slack, place: SlackPlace, records: LiveRecords): Live {
  const closing = new AbortController();
  const making: Making = {
    slack,
    place,
    records,
    closing: closing.signal,
    text: () => '',
    cards: new Map(),
    message: { kind: 'none' },
  };
  // A failing database ends the progress only: the turn fails on it too, and the row says what was begun.
  let showing = takeOver(making).catch(() => {});
  const patience = setTimeout(() => {
    showing = showing.then(() => show(making)).catch(() => {});
  }, PATIENCE_MS);
  const leave = () => {
    clearTimeout(patience);
    closing.abort(LEFT);
  };
  const quiet = () => {
    leave();
    return showing;
  };
  return {
    text(replySoFar) {
      making.text = replySoFar;
    },
    tool({ id, name }, status) {
      making.cards.set(id, { id, title: titleOf(name), status: cardStatus[status] });
    },
    leave,
    quiet,
    async finish(reply) {
      await quiet();
      return finish({ ...making, slack: oneTry(slack) }, { ...reply, place, messages: [] });
    },
  };
}

const cardStatus = { running: 'in_progress', done: 'complete', failed: 'error' } as const;

function titleOf(tool: string): string {
  return tool.replace(/^.*__/, '').replaceAll('_', ' ');
}

/**
 * Takes over a message that another worker began, and leaves it unchanged until the end, if it is in the right place.
 */
async function takeOver(making: Making): Promise<void> {
  const { slack, place, records } = making;
  if (!records.taken) return;
  const { id, place: begunAt, messages } = records.taken;
  const begun = messages[0] ?? SOME_MESSAGE;
  if (slackPlace(begunAt).thread === place.thread) {
    making.message = { kind: 'left', id: begun };
    if (messages.length === 0) await records.note(id, [begun]);
    return;
  }
  const dropped = await dropReply(oneTry(slack), { id, place: begunAt, body: '', messages: [begun] });
  if (dropped.kind === 'sent') await records.note(id, []);
}

/** Shows progress as it comes: one call at a time, and not more often than Slack allows. */
async function show(making: Making): Promise<void> {
  const { slack, records, closing } = making;
  setStatus(making, 'is working on it…');
  while (!closing.aborted && making.message.kind !== 'left' && !records.taken) {
    const shown = making.message.kind === 'growing' ? making.message.shown : blank;
    const piece = nextPiece({ text: showableText(making.text()), cards: making.cards }, shown);
    const pauseMs = isEmpty(piece) ? LOOK_EVERY_MS : await put(making, piece);
    if (pauseMs === null) return;
    await slack.clock.sleep(pauseMs, closing).catch(() => {});
  }
}

function setStatus({ slack, place }: Making, status: string): void {
  void slack.api('assistant.threads.setStatus', { channel_id: place.channel, thread_ts: place.thread, status });
}

/** Returns the time to wait before the next piece; null where no further piece makes sense. */
async function put(making: Making, piece: Piece): Promise<number | null> {
  if (making.message.kind === 'growing') return append(making, making.message, piece);
  if (making.message.kind === 'recorded') return begin(making, making.message.reply, piece);
  const reply = await making.records.open();
  if (reply === null) return null;
  making.message = { kind: 'recorded', reply };
  crashPoint('stream.recorded');
  return begin(making, reply, piece);
}

async function begin(making: Making, reply: number, piece: Piece): Promise<number | null> {
  const { slack, place, records } = making;
  const called = await slack.api('chat.startStream', {
    channel: place.channel,
    thread_ts: place.thread,
    recipient_user_id: place.user,
    recipient_team_id: place.team,
    chunks: chunksOf(piece),
  });
  crashPoint('stream.started');
  switch (called.kind) {
    case 'ok': {
      const ts = String(called.body.ts);
      making.message = { kind: 'growing', ts, shown: withPiece(blank, piece) };
      await records.note(reply, [ts]);
      crashPoint('stream.noted');
      return APPEND_EVERY_MS;
    }
    case 'uncertain':
      making.message = { kind: 'left', id: SOME_MESSAGE };
      await records.note(reply, [SOME_MESSAGE]);
      return null;
    case 'limited':
      return called.waitMs;
    case 'refused':
    case 'unsent':
      return null;
  }
}

async function append(making: Making, message: Growing, piece: Piece): Promise<number | null> {
  const { slack, place } = making;
  const { ts, shown } = message;
  const called = await slack.api('chat.appendStream', { channel: place.channel, ts, chunks: chunksOf(piece) });
  crashPoint('stream.appended');
  switch (called.kind) {
    case 'ok':
      making.message = { ...message, shown: withPiece(shown, piece) };
      return APPEND_EVERY_MS;
    case 'limited':
      return called.waitMs;
    default:
      // Do not find out whether it arrived: the final text replaces it.
      making.message = { kind: 'left', id: ts };
      return null;
  }
}

async function finish(making: Making, reply: Outgoing): Promise<Sent> {
  const { slack, place, records, message } = making;
  switch (message.kind) {
    case 'none':
    case 'recorded':
      return postReply(slack, reply);
    case 'growing':
      return finishStream(making, message, reply);
    case 'left': {
      // Slack clears the status when we post a message, but not when we edit one.
      setStatus(making, '');
      const asked = records.taken ? slackPlace(records.taken.place).asked : place.asked;
      return resendReply(slack, { ...reply, place: { ...place, asked }, messages: [message.id] });
    }
  }
}

async function finishStream({ slack, place, cards }: Making, { ts, shown }: Growing, reply: Outgoing): Promise<Sent> {
  const wanted = { text: partsOf(reply.body)[0] ?? '', cards };
  const piece = nextPiece(wanted, shown);
  if (!showsAll(withPiece(shown, piece), wanted)) return completeReply(slack, reply, ts);
  const called = await slack.api('chat.stopStream', {
    channel: place.channel,
    ts,
    chunks: chunksOf(piece),
    metadata: partArgs(reply.id, 0, wanted.text).metadata,
  });
  crashPoint('stream.stopped');
  if (called.kind === 'ok') return postReply(slack, reply, new Map([[0, ts]]));
  return called.kind === 'refused' ? completeReply(slack, reply, ts) : notSent(called, [ts]);
}
