import type { Clock } from '../core/clock.ts';
import { reached } from '../core/points.ts';
import type { Outgoing, Sent } from './channel.ts';
import { plainText, quieten, splitMarkdown } from './markdown.ts';
import { type Called, readThread, type SlackApi, type SlackIdentity, type SlackPlace, slackPlace } from './slack.ts';

export type Slack = { api: SlackApi; identity: SlackIdentity; clock: Clock };

const EVENT_TYPE = 'countersign_reply';
const TRIES = 3;
const PATIENCE_MS = 3_000;

/** Posts the parts that are not there yet, in order. `there` says which are, by part. */
export async function postReply(slack: Slack, reply: Outgoing, there: Map<number, string>): Promise<Sent> {
  const place = slackPlace(reply.place);
  const parts = partsOf(reply.body);
  const messages: string[] = [];
  for (const [part, text] of parts.entries()) {
    const known = there.get(part);
    if (known) {
      messages.push(known);
      continue;
    }
    const posted = await postPart(slack, place, reply.id, part, text);
    if (posted.kind !== 'posted') return settled(posted, messages);
    messages.push(posted.ts);
  }
  return { kind: 'sent', messages };
}

export function partsOf(body: string): string[] {
  return splitMarkdown(quieten(body));
}

export function messageArgs(replyId: number, part: number, text: string): Record<string, unknown> {
  return {
    text: plainText(text),
    blocks: [{ type: 'markdown', text }],
    metadata: { event_type: EVENT_TYPE, event_payload: { reply: replyId, part } },
  };
}

type Posted = { kind: 'posted'; ts: string } | Exclude<Called, { kind: 'ok' }>;

/** One part. After an answer that leaves it open whether Slack took it, the thread is read before it is tried again. */
async function postPart(slack: Slack, place: SlackPlace, replyId: number, part: number, text: string): Promise<Posted> {
  let last: Posted = { kind: 'unsent', reason: 'not tried' };
  for (let tried = 0; tried < TRIES; tried++) {
    if (last.kind === 'uncertain') {
      await slack.clock.sleep(500 * tried);
      const found = await findParts(slack, place, replyId);
      if (found.kind !== 'found') return last;
      const ts = found.parts.get(part);
      if (ts) return { kind: 'posted', ts };
    }
    reached('reply.sending');
    const called = await slack.api('chat.postMessage', {
      channel: place.channel,
      thread_ts: place.thread,
      unfurl_links: false,
      ...messageArgs(replyId, part, text),
    });
    reached('reply.accepted');
    if (called.kind === 'ok') return { kind: 'posted', ts: String(called.body.ts) };
    last = called;
    if (called.kind === 'refused') return called;
    if (called.kind === 'limited') {
      if (called.waitMs > PATIENCE_MS) return called;
      await slack.clock.sleep(called.waitMs);
    }
    if (called.kind === 'unsent') await slack.clock.sleep(300 * (tried + 1));
  }
  return last;
}

type Found = { kind: 'found'; parts: Map<number, string>; strays: string[] } | Exclude<Called, { kind: 'ok' }>;

/** Our own messages since the question: the parts of this reply, and begun streams, which carry no metadata yet. */
export async function findParts(slack: Slack, place: SlackPlace, replyId: number): Promise<Found> {
  const read = await readThread(slack.api, place, { oldest: place.asked });
  if (read.kind !== 'read') return read;
  const ours = read.messages.filter((m) => m.user === slack.identity.botUserId && m.ts > place.asked);
  const parts = new Map<number, string>();
  for (const { ts, metadata } of ours) {
    if (metadata?.event_type !== EVENT_TYPE || metadata.event_payload.reply !== replyId) continue;
    parts.set(Number(metadata.event_payload.part), ts);
  }
  return { kind: 'found', parts, strays: ours.filter((m) => !m.metadata).map((m) => m.ts) };
}

/** Completes a reply of which some may be there: posted parts stay, a begun message gets its whole text, the rest is posted. */
export async function resendReply(slack: Slack, reply: Outgoing): Promise<Sent> {
  const place = slackPlace(reply.place);
  const found = await findParts(slack, place, reply.id);
  if (found.kind !== 'found') return settled(found, reply.messages);
  const begun = reply.messages[0];
  if (begun && !found.parts.has(0)) {
    const replaced = await replaceText(slack, place, begun, messageArgs(reply.id, 0, partsOf(reply.body)[0] ?? ''));
    // Someone deleted the message by hand: the answer is posted anew.
    const gone = replaced.kind === 'refused' && replaced.error === 'message_not_found';
    if (!gone && replaced.kind !== 'ok') return settled(replaced, reply.messages);
    if (!gone) found.parts.set(0, begun);
  }
  return postReply(slack, reply, found.parts);
}

/** A message that still streams refuses to be updated until the stream is closed. */
export async function replaceText(
  slack: Slack,
  place: SlackPlace,
  ts: string,
  args: Record<string, unknown>,
): Promise<Called> {
  const update = () => slack.api('chat.update', { channel: place.channel, ts, ...args });
  const called = await update();
  if (called.kind !== 'refused' || called.error !== 'streaming_state_conflict') return called;
  await slack.api('chat.stopStream', { channel: place.channel, ts });
  return update();
}

export async function dropReply(slack: Slack, reply: Outgoing): Promise<Sent> {
  const place = slackPlace(reply.place);
  for (const ts of reply.messages) {
    await slack.api('chat.stopStream', { channel: place.channel, ts });
    const called = await slack.api('chat.delete', { channel: place.channel, ts });
    if (called.kind === 'refused' && called.error === 'message_not_found') continue;
    if (called.kind !== 'ok') return settled(called, reply.messages);
  }
  return { kind: 'sent', messages: [] };
}

export function settled(called: Exclude<Called, { kind: 'ok' }>, messages: string[]): Sent {
  switch (called.kind) {
    case 'refused':
      return { kind: 'failed', reason: called.error };
    case 'limited':
      return { kind: 'retry', waitMs: called.waitMs, reason: 'rate limited', messages };
    case 'unsent':
    case 'uncertain':
      return { kind: 'retry', waitMs: 1000, reason: called.reason, messages };
  }
}
