import { describe, expect, it } from 'vitest';
import type { CardShown } from '../../channels/channel.ts';
import type { Card } from '../../core/records/cards.ts';
import type { Fault } from '../../playground/slack/faults.ts';
import { openWay, type Way } from '../replies/channel-setup.ts';
import { actionsOf, approvalOf, approvals, cardOf, cardsIn, inState, picture, signersAt } from './card-setup.ts';

const opened = () => approvalOf({ openedAt: Date.now() / 1000 });
const tooLong = () => approvalOf({ openedAt: Date.now() / 1000, canonical: JSON.stringify({ x: 'x'.repeat(5_000) }) });

/** What a card job does with a copy until it is shown. */
async function bringOut(way: Way, card: Card, approval = opened(), first?: CardShown): Promise<Card> {
  let now = card;
  for (let tries = 0; tries < 4; tries++) {
    const shown: CardShown = tries === 0 && first ? first : await way.channel.show(now, approval);
    if (shown.kind === 'failed' || shown.kind === 'barred') throw new Error(shown.reason);
    now = { ...now, attempts: now.attempts + 1, message: shown.message ?? now.message };
    if (shown.kind === 'shown') return { ...now, shown: now.wanted };
  }
  throw new Error('it was never shown');
}

const lost: Fault[] = [
  { kind: '502' },
  { kind: '502_after_accepting' },
  { kind: 'reset' },
  { kind: 'reset_after_accepting' },
  { kind: 'hang_after_accepting' },
  { kind: 'error', error: 'fatal_error' },
];
const filesIn = (way: Way, channel = approvals) => way.slack.messages(channel).flatMap(({ files = [] }) => files);

describe.concurrent('a card', () => {
  it('is posted once, with its id as metadata and no unfurling, and then changed in place', async () => {
    const way = await openWay();
    const card = await bringOut(way, cardOf());
    const [posted] = cardsIn(way.slack);
    expect(posted?.metadata).toEqual({ event_type: 'countersign_card', event_payload: { card: 9 } });
    expect(way.calls().at(-1)?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
    expect(card.message).toBe(posted?.ts);

    await bringOut(way, card, approvalOf({ ...inState.rejected, state: 'rejected' }));
    expect(cardsIn(way.slack).map(({ ts }) => ts)).toEqual([card.message]);
    expect(picture(cardsIn(way.slack)[0])).toContain('Rejected by');
    expect(way.methods()).toEqual(['chat.postMessage', 'chat.update']);
  });

  it.each(lost)('stands once in its channel where the post met $kind $error', async (fault) => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', fault);
    const card = await bringOut(way, cardOf());
    expect(cardsIn(way.slack).map(({ ts }) => ts)).toEqual([card.message]);
  });

  it.each(lost)('stands once in its thread where the post met $kind $error', async (fault) => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', fault);
    const card = await bringOut(way, cardOf({ kind: 'pointer', place: way.place }));
    const there = cardsIn(way.slack, way.place.channel);
    expect(there.map(({ ts, thread_ts }) => ({ ts, thread_ts }))).toEqual([
      { ts: card.message, thread_ts: way.place.thread },
    ]);
  });

  it('is told from others of its kind that stand there', async () => {
    const way = await openWay();
    for (let id = 100; id < 320; id++) await way.channel.show(cardOf({ id }), opened());
    way.slack.fault('chat.postMessage', { kind: '502_after_accepting' });
    await bringOut(way, cardOf());
    way.slack.fault('chat.postMessage', { kind: '502' });
    await bringOut(way, cardOf({ id: 10 }));
    const ids = cardsIn(way.slack).map(({ metadata }) => metadata?.event_payload.card);
    expect(ids.slice(220)).toEqual([9, 10]);
  });

  it('waits as Slack says: short limits are waited out, long ones are left to another try', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: '429', retryAfter: 1 });
    expect(await way.channel.show(cardOf(), opened())).toMatchObject({ kind: 'shown' });
    way.slack.fault('chat.postMessage', { kind: '429', retryAfter: 30 });
    expect(await way.channel.show(cardOf({ id: 10 }), opened())).toMatchObject({ kind: 'retry', waitMs: 30_000 });
  });

  it('that hangs is given up in time, and is not an older one on top of a newer', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'hang' });
    const before = Date.now();
    expect(await way.channel.show(cardOf(), opened())).toMatchObject({ kind: 'retry' });
    expect(Date.now() - before).toBeLessThan(9_500);
  });

  it('that someone deleted is posted anew, once', async () => {
    const way = await openWay();
    const card = await bringOut(way, cardOf());
    await way.slack.remove({ channel: approvals, ts: card.message ?? '' });
    way.slack.fault('chat.postMessage', { kind: '502_after_accepting' });
    const again = await bringOut(way, card, opened());
    expect(cardsIn(way.slack).map(({ ts }) => ts)).toEqual([again.message]);
    expect(again.message).not.toBe(card.message);
  });

  it('that Slack will never take fails with its word', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'error', error: 'restricted_action' });
    expect(await way.channel.show(cardOf(), opened())).toEqual({ kind: 'failed', reason: 'restricted_action' });
  });

  it.each(['not_in_channel', 'channel_not_found', 'is_archived', 'missing_scope'])(
    'that we may not post yet for %s waits a minute for a person to mend that',
    async (error) => {
      const way = await openWay();
      way.slack.fault('chat.postMessage', { kind: 'error', error });
      expect(await way.channel.show(cardOf(), opened())).toEqual({ kind: 'barred', waitMs: 60_000, reason: error });
    },
  );

  it('that has no file for want of a scope stands all the same', async () => {
    const way = await openWay();
    way.slack.fault('files.getUploadURLExternal', { kind: 'error', error: 'missing_scope' });
    expect(await way.channel.show(cardOf(), tooLong())).toMatchObject({
      kind: 'retry',
      message: cardsIn(way.slack)[0]?.ts,
    });
  });

  it('that Slack does not format has no buttons, and all of it as a file', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
    await bringOut(way, cardOf());
    expect(actionsOf(cardsIn(way.slack)[0])).toEqual([]);
    expect(filesIn(way)).toHaveLength(1);

    way.slack.fault('chat.update', { kind: 'error', error: 'invalid_blocks' });
    const [posted] = cardsIn(way.slack);
    const known = cardOf({ message: posted?.ts ?? '', shown: 1, attempts: 2 });
    await way.channel.show(known, approvalOf({ ...inState.rejected, state: 'rejected' }));
    expect(picture(cardsIn(way.slack)[0])).toContain('Rejected by');
    expect(filesIn(way)).toHaveLength(1);
  });

  it('for a person stands in their direct messages', async () => {
    const way = await openWay();
    const place = { channel: 'U0PRIYA' };
    const card = await bringOut(way, cardOf({ kind: 'escalation', place }));
    const direct = way.slack.openDm('U0PRIYA');
    expect(actionsOf(cardsIn(way.slack, direct)[0])).toHaveLength(3);
    await bringOut(way, card, approvalOf({ ...inState.succeeded, state: 'succeeded' }));
    expect(cardsIn(way.slack, direct).map(actionsOf)).toEqual([[]]);
  });

  it('that reminds the signers stands under the card they sign', async () => {
    const way = await openWay();
    const { message } = await bringOut(way, cardOf());
    await way.channel.show(cardOf({ id: 10, kind: 'reminder' }), { ...opened(), cards: [signersAt(message)] });
    expect(cardsIn(way.slack).at(-1)).toMatchObject({ thread_ts: message });
  });
});

describe.concurrent('the file of what is too long', () => {
  it('stands under its card, once, however often that changes', async () => {
    const way = await openWay();
    const card = await bringOut(way, cardOf(), tooLong());
    await bringOut(way, card, { ...tooLong(), state: 'expired' });
    const under = way.slack.messages(approvals, card.message ?? '').filter(({ files }) => files);
    expect(under.map(({ thread_ts }) => thread_ts)).toEqual([card.message]);
  });

  it.each(lost)('is there once where its last call met $kind $error', async (fault) => {
    const way = await openWay();
    way.slack.fault('files.completeUploadExternal', fault);
    await bringOut(way, cardOf(), tooLong());
    expect(filesIn(way)).toHaveLength(1);
    expect(cardsIn(way.slack)).toHaveLength(1);
  });

  it('comes with the next try where the first could not bring it, and the card stands meanwhile', async () => {
    const way = await openWay();
    way.slack.fault('files.getUploadURLExternal', { kind: '429', retryAfter: 30 });
    const shown = await way.channel.show(cardOf(), tooLong());
    expect(shown).toEqual({
      kind: 'retry',
      waitMs: 30_000,
      reason: 'rate limited',
      message: cardsIn(way.slack)[0]?.ts,
    });
    await bringOut(way, cardOf(), tooLong(), shown);
    expect(filesIn(way)).toHaveLength(1);
    expect(cardsIn(way.slack)).toHaveLength(1);
  });
});

it('tells messages after a card from those before it', async () => {
  const way = await openWay();
  const { message } = await bringOut(way, cardOf({ kind: 'asker', place: way.place }));
  const question = { id: 'any', message };
  const said = (place: Way['place']) => ({ text: 'yes', author: 'U0LISA', place });
  expect(way.channel.isAnswerTo(said(way.place), question)).toBe(false);
  expect(way.channel.isAnswerTo(said(await way.ask('yes', way.place.thread)), question)).toBe(true);
});
