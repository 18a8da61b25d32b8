import { crashPoint } from '../../../core/crash-points.ts';
import type { Outgoing, Sent } from '../../channel.ts';
import { type Called, isUnshowable, type NotDone, type Slack, type SlackPlace, slackPlace } from '../api/api.ts';
import { findParts, REPLY_EVENT } from '../api/thread.ts';
import { escaped, partsOf, plainText } from '../text/text.ts';

/** Stands for a begun message whose id we do not know for sure. */
export const SOME_MESSAGE = '?';

/** Posts the missing parts in order. `there` holds the ids of those that are posted, by part. */
export async function postReply(slack: Slack, reply: Outgoing, there = new Map<number, string>()): Promise<Sent> {
  const place = slackPlace(reply.place);
  const messages: string[] = [];
  for (const [part, text] of partsOf(reply.body).entries()) {
    const known = there.get(part);
    const posted = known === undefined ? await postPart(slack, place, reply.id, part, text) : known;
    if (typeof posted !== 'string') return notSent(posted, messages);
    messages.push(posted);
  }
  return { kind: 'sent', messages };
}

/** Returns the id of the posted message. */
async function postPart(
  slack: Slack,
  place: SlackPlace,
  replyId: number,
  part: number,
  text: string,
): Promise<string | NotDone> {
  const to = { channel: place.channel, thread_ts: place.thread, unfurl_links: false, unfurl_media: false };
  const post = async (args: object): Promise<Called> => {
    crashPoint('reply.sending');
    const called = await slack.api('chat.postMessage', { ...to, ...args });
    crashPoint('reply.accepted');
    return called;
  };
  const formatted = partArgs(replyId, part, text);
  let called = await post(formatted);
  // Post the raw text instead.
  if (isUnshowable(called)) {
    called = await post({ text: escaped(text), metadata: formatted.metadata });
  }
  return called.kind === 'ok' ? String(called.body.ts) : called;
}

export function partArgs(replyId: number, part: number, text: string) {
  return {
    text: plainText(text),
    blocks: [{ type: 'markdown', text }],
    metadata: { event_type: REPLY_EVENT, event_payload: { reply: replyId, part } },
  };
}

/** Sends again after a try that may have succeeded: keeps posted parts, completes a begun one, posts the rest. */
export async function resendReply(slack: Slack, reply: Outgoing): Promise<Sent> {
  const found = await findParts(slack, slackPlace(reply.place), reply.id);
  if (found.kind !== 'found') return notSent(found, reply.messages);
  const begun = reply.messages[0] === SOME_MESSAGE ? found.stray : reply.messages[0];
  if (begun === undefined || found.parts.has(0)) return postReply(slack, reply, found.parts);
  return completeReply(slack, reply, begun, found.parts);
}

/** Completes a begun message with the first part, and posts the rest. */
export async function completeReply(
  slack: Slack,
  reply: Outgoing,
  begun: string,
  there = new Map<number, string>(),
): Promise<Sent> {
  const place = slackPlace(reply.place);
  const replaced = await replaceText(slack, place, begun, partArgs(reply.id, 0, partsOf(reply.body)[0] ?? ''));
  if (replaced.kind === 'ok') return postReply(slack, reply, new Map(there).set(0, begun));
  if (replaced.kind !== 'refused') return notSent(replaced, [begun]);
  // Somebody deleted it, or we may not edit it: post the answer anew, and leave no half of it.
  const removed = await removeMessage(slack, place, begun);
  return isOpen(removed) ? notSent(removed, [begun]) : postReply(slack, reply, there);
}

/** Ends the stream where needed: Slack refuses to update a message that still streams. */
async function replaceText(slack: Slack, place: SlackPlace, ts: string, args: object): Promise<Called> {
  const stopped = await slack.api('chat.stopStream', { channel: place.channel, ts });
  return isOpen(stopped) ? stopped : slack.api('chat.update', { channel: place.channel, ts, ...args });
}

/** Not a final answer of Slack: try again. */
function isOpen(called: Called): called is Exclude<NotDone, { kind: 'refused' }> {
  return called.kind !== 'ok' && called.kind !== 'refused';
}

async function removeMessage(slack: Slack, place: SlackPlace, ts: string): Promise<Called> {
  const stopped = await slack.api('chat.stopStream', { channel: place.channel, ts });
  return isOpen(stopped) ? stopped : slack.api('chat.delete', { channel: place.channel, ts });
}

/** Removes a begun message. */
export async function dropReply(slack: Slack, reply: Outgoing): Promise<Sent> {
  const place = slackPlace(reply.place);
  let [begun] = reply.messages;
  if (begun === SOME_MESSAGE) {
    const found = await findParts(slack, place, reply.id);
    if (found.kind !== 'found') return notSent(found, reply.messages);
    begun = found.stray;
  }
  if (begun === undefined) return { kind: 'sent', messages: [] };
  const removed = await removeMessage(slack, place, begun);
  const gone = removed.kind === 'ok' || (removed.kind === 'refused' && removed.error === 'message_not_found');
  return gone ? { kind: 'sent', messages: [] } : notSent(removed, [begun]);
}

export function notSent(called: NotDone, messages: string[]): Sent {
  switch (called.kind) {
    case 'refused':
      return { kind: 'failed', reason: called.reason };
    case 'limited':
      return { kind: 'retry', waitMs: called.waitMs, reason: called.error ?? 'rate limited', messages };
    case 'unsent':
      return { kind: 'retry', waitMs: 1000, reason: called.reason, messages };
    case 'uncertain':
      // Slack may still take a call that hangs: give the message time to appear before we read the thread.
      return { kind: 'retry', waitMs: 2000, reason: called.reason, messages };
  }
}
