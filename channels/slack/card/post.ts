import { z } from 'zod';
import { crashPoint } from '../../../core/crash-points.ts';
import type { Approval } from '../../../core/records/approvals.ts';
import type { Card } from '../../../core/records/cards.ts';
import type { CardShown } from '../../channel.ts';
import { type Called, isUnshowable, type NotDone, type Slack } from '../api/api.ts';
import { bareCard, type CardContent, fullCard } from './card.ts';
import { shareFile } from './file.ts';
import { CARD_EVENT, type CardPlace, findCard, findFile } from './find.ts';
import { pointer, reminder, signersCard } from './short.ts';

/** Posts a card, or updates it to the current state of its approval. */
export async function showCard(slack: Slack, card: Card, approval: Approval): Promise<CardShown> {
  const found = await cardPlace(slack, card, approval);
  if (found.kind !== 'found') return notShown(found);
  const { place } = found;
  let content = contentOf(slack, card, approval);
  let put = await putCard(slack, place, card, approval, content);
  // Without the arguments, and so without buttons.
  if (isUnshowable(put)) {
    content = bareCard(approval);
    put = await putCard(slack, place, card, approval, content);
  }
  if (put.kind !== 'there') return notShown(put);
  const filed = content.file === null ? null : await putFileUnder(slack, place, put, card, approval, content.file);
  return filed && filed.kind !== 'ok' ? notShown(filed, put.ts) : { kind: 'shown', message: put.ts };
}

function contentOf({ identity }: Slack, card: Card, approval: Approval): CardContent {
  switch (card.kind) {
    case 'pointer':
      return pointer(identity, approval);
    case 'reminder':
      return reminder(identity, approval);
    default:
      return fullCard(identity, card, approval);
  }
}

const placeSchema = z.object({ channel: z.string(), thread: z.string().optional() });
const openedSchema = z.object({ channel: z.object({ id: z.string() }) });

/** Where to post a card: in direct messages for a person; below the card to sign for a reminder to signers. */
async function cardPlace(
  slack: Slack,
  { kind, place }: Card,
  approval: Approval,
): Promise<{ kind: 'found'; place: CardPlace } | NotDone> {
  const { channel, thread } = placeSchema.parse(place);
  if (/^[UW]/.test(channel)) {
    const opened = await slack.api('conversations.open', { users: channel });
    if (opened.kind !== 'ok') return opened;
    return { kind: 'found', place: { channel: openedSchema.parse(opened.body).channel.id } };
  }
  const signers = signersCard(approval);
  const isUnder = kind === 'reminder' && !thread && signers?.place.channel === channel;
  if (isUnder && signers.message)
    return { kind: 'found', place: { channel, thread: signers.message, alsoInChannel: true } };
  return { kind: 'found', place: { channel, ...(thread ? { thread } : {}) } };
}

type There = { kind: 'there'; ts: string; isNew: boolean };

/** Updates the message of a card, or posts it where there is none. `opened` is when its first try can have been. */
export async function putCard(
  slack: Slack,
  place: CardPlace,
  card: Card,
  opened: { openedAt: number },
  content: CardContent,
): Promise<There | NotDone> {
  if (card.message !== null) {
    const changed = await changeCard(slack, place, card, card.message, content);
    if (changed.kind !== 'refused' || changed.error !== 'message_not_found') return changed;
  }
  const found = card.attempts > 1 ? await findCard(slack, place, card.id, sinceOf(opened)) : null;
  if (found && found.kind !== 'found') return found;
  return found?.ts ? changeCard(slack, place, card, found.ts, content) : postCard(slack, place, card, content);
}

async function postCard(
  slack: Slack,
  { channel, thread, alsoInChannel }: CardPlace,
  card: Card,
  content: CardContent,
): Promise<There | NotDone> {
  crashPoint('card.sending');
  const posted = await slack.api('chat.postMessage', {
    channel,
    ...(thread ? { thread_ts: thread } : {}),
    ...(alsoInChannel ? { reply_broadcast: true } : {}),
    unfurl_links: false,
    unfurl_media: false,
    ...cardArgs(card, content),
  });
  crashPoint('card.sent');
  return posted.kind === 'ok' ? { kind: 'there', ts: String(posted.body.ts), isNew: true } : posted;
}

async function changeCard(
  slack: Slack,
  { channel }: CardPlace,
  card: Card,
  ts: string,
  content: CardContent,
): Promise<There | NotDone> {
  const changed = await slack.api('chat.update', { channel, ts, ...cardArgs(card, content) });
  return changed.kind === 'ok' ? { kind: 'there', ts, isNew: false } : changed;
}

function cardArgs({ id }: Card, { text, blocks }: CardContent) {
  return { text, blocks, metadata: { event_type: CARD_EVENT, event_payload: { card: id } } };
}

/** Slack's clock and ours may differ by this much. */
const APART_SECONDS = 600;

function sinceOf({ openedAt }: { openedAt: number }): number {
  return Math.floor(openedAt) - APART_SECONDS;
}

/** Posts the file once. Looks for it first where an earlier try may have posted it. */
async function putFileUnder(
  slack: Slack,
  { channel, thread }: CardPlace,
  { ts, isNew }: There,
  card: Card,
  approval: Approval,
  text: string,
): Promise<Called | null> {
  if (card.shown > 0 && !isNew) return null;
  const place = { channel, thread: thread ?? ts };
  const name = `arguments-${approval.id}.txt`;
  const found = isNew ? null : await findFile(slack, place, name, sinceOf(approval));
  if (found && found.kind !== 'found') return found;
  return found?.ts ? null : shareFile(slack, place, name, text);
}

/** A person solves these by inviting us, or by unarchiving the channel. */
const CLOSED_TO_US = new Set(['not_in_channel', 'channel_not_found', 'is_archived']);
const INVITED_MS = 60_000;

export function notShown(called: NotDone, message?: string): CardShown {
  const known = message === undefined ? {} : { message };
  switch (called.kind) {
    case 'refused':
      if (CLOSED_TO_US.has(called.error)) return { kind: 'barred', waitMs: INVITED_MS, reason: called.error };
      return { kind: 'failed', reason: called.reason };
    case 'limited':
      // A posted card without its file is not barred: people see it.
      if (called.error && message === undefined) return { kind: 'barred', waitMs: called.waitMs, reason: called.error };
      return { kind: 'retry', waitMs: called.waitMs, reason: called.error ?? 'rate limited', ...known };
    case 'unsent':
      return { kind: 'retry', waitMs: 1000, reason: called.reason, ...known };
    case 'uncertain':
      // Slack may still take a call that hangs: give the message time to appear before we read the channel.
      return { kind: 'retry', waitMs: 2000, reason: called.reason, ...known };
  }
}
