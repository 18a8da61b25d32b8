import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CardShown, Channel } from '../../channels/channel.ts';
import { systemClock } from '../../core/clock.ts';
import type { Approval } from '../../core/records/approvals.ts';
import type { Card } from '../../core/records/cards.ts';
import { waitingCards } from '../../core/records/cards.ts';
import { card as cardJob } from '../../workers/card.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { approve, askAndEnd, reject } from '../approvals/approvals-setup.ts';
import { openRecords, type Records, tenant } from '../crash/records.ts';
import { openWay, type Way } from '../replies/channel-setup.ts';
import { actionsOf, approvals, cardsIn, picture } from './card-setup.ts';

let records: Records;
let way: Way;
beforeAll(async () => {
  records = await openRecords();
});
afterAll(() => records.close());
beforeEach(async () => {
  way = await openWay();
});

type Logged = { level: 'warn' | 'error'; text: string };

/** A worker that has nothing but the records and this way out. */
function worker(show: Channel['show'] = way.channel.show) {
  const logged: Logged[] = [];
  const note = (level: Logged['level']) => (_: object, text: string) => void logged.push({ level, text });
  const log = { info: () => {}, warn: note('warn'), error: note('error') };
  const channels = { slack: { ...way.channel, show } };
  const parts = { db: records.db, clock: systemClock, log, channels } as unknown as WorkerContext;
  return { logged, bring: (card: number) => cardJob(parts, { tenant, card }) };
}

/** A request, with the one copy of its card. */
async function askedFor() {
  const { id } = await askAndEnd(records.db, {
    cards: [{ kind: 'signers', channel: 'slack', place: { channel: approvals } }],
    details: { place: way.place },
  });
  const [card] = await waitingCards(records.db, tenant, [id]);
  if (card === undefined) throw new Error('there is no card');
  return { id, card };
}

type Row = {
  message: string | null;
  wanted: number;
  shown: number;
  attempts: number;
  failures: number;
  failed: string | null;
};

async function rowOf(card: number): Promise<Row & { wait: number }> {
  const [row] = await records.sql<Row & { wait: number }>(
    `select message, wanted, shown, attempts, failures, failed,
            extract(epoch from due_at - clock_timestamp())::float as wait from countersign.cards where id = $1`,
    [card],
  );
  if (!row) throw new Error('there is no card');
  return row;
}

/** The pointer, and then the signers' card. */
const idsByKind = async (approval: string) =>
  (
    await records.sql<{ id: number }>('select id::int from countersign.cards where approval = $1 order by kind', [
      approval,
    ])
  ).map(({ id }) => id);

const makeDue = (card: number) =>
  records.sql(`update countersign.cards set due_at = clock_timestamp() where id = $1`, [card]);

describe('a card job', () => {
  it('shows the card, and shows it anew when something became of it', async () => {
    const { id, card } = await askedFor();
    const { bring } = worker();
    await bring(card);
    expect(cardsIn(way.slack).map(actionsOf)).toEqual([['approval.approve', 'approval.reject', 'approval.edit']]);
    expect(await rowOf(card)).toMatchObject({ message: cardsIn(way.slack)[0]?.ts, wanted: 1, shown: 1 });

    await reject(records.db, id, 'Mia', 'not again');
    await bring(card);
    expect(cardsIn(way.slack).map(actionsOf)).toEqual([[]]);
    expect(picture(cardsIn(way.slack)[0])).toContain('Reason: not again');
    expect(await rowOf(card)).toMatchObject({ wanted: 2, shown: 2, failures: 0 });
  });

  it('does nothing where nothing is to be shown, nor while another has the card in hand', async () => {
    const { card } = await askedFor();
    const { bring } = worker();
    await Promise.all([bring(card), bring(card), bring(card)]);
    await bring(card);
    expect(way.methods()).toEqual(['chat.postMessage']);
  });

  it('goes on at once while what is to be shown changes under it', async () => {
    const { id, card } = await askedFor();
    const states: string[] = [];
    const { bring } = worker(async (copy, approval) => {
      states.push(approval.state);
      if (states.length === 1) await approve(records.db, id);
      return way.channel.show(copy, approval);
    });
    await bring(card);
    expect(states).toEqual(['open', 'approved']);
    expect(cardsIn(way.slack).map(actionsOf)).toEqual([[]]);
    expect(await rowOf(card)).toMatchObject({ wanted: 2, shown: 2 });
  });

  it('leaves what cannot be shown now to a later one, each time later, and when nobody waits for it says so', async () => {
    const { id, card } = await askedFor();
    const seen: Card[] = [];
    const { bring, logged } = worker(async (copy: Card, _: Approval): Promise<CardShown> => {
      seen.push(copy);
      return { kind: 'retry', waitMs: 100, reason: 'HTTP 502' };
    });
    const waits: number[] = [];
    for (let tries = 0; tries < 25; tries++) {
      await bring(card);
      waits.push(Math.round((await rowOf(card)).wait));
      await makeDue(card);
    }
    expect(seen).toHaveLength(25);
    expect(waits.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(Math.max(...waits)).toBe(300);
    // What it has to show now is another matter, and gets tries of its own.
    await reject(records.db, id);
    for (let tries = 0; tries < 20; tries++) {
      await bring(card);
      await makeDue(card);
    }
    expect(await rowOf(card)).toMatchObject({ failed: 'HTTP 502, 20 times', shown: 0 });
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('waits as long as it is told to', async () => {
    const { card } = await askedFor();
    const { bring } = worker();
    way.slack.fault('chat.postMessage', { kind: '429', retryAfter: 40 });
    await bring(card);
    expect((await rowOf(card)).wait).toBeGreaterThan(38);
    await makeDue(card);
    await bring(card);
    expect(cardsIn(way.slack)).toHaveLength(1);
    expect(await rowOf(card)).toMatchObject({ shown: 1, failures: 0 });
  });

  it('that was cut off after Slack had the card does not post it again', async () => {
    const { card } = await askedFor();
    const dying = worker(async (copy, approval) => {
      await way.channel.show(copy, approval);
      return new Promise(() => {});
    });
    void dying.bring(card);
    await expect.poll(() => cardsIn(way.slack).length).toBe(1);
    await makeDue(card);
    await worker().bring(card);
    expect(cardsIn(way.slack).map(({ ts }) => ts)).toEqual([(await rowOf(card)).message]);
  });

  it('counts a fault of ours as a failure, and a way that is not configured as one that may come', async () => {
    const { card } = await askedFor();
    const faulty = worker(() => Promise.reject(new Error('oh')));
    await faulty.bring(card);
    expect(await rowOf(card)).toMatchObject({ failures: 1, failed: null });
    expect(faulty.logged.map(({ level }) => level)).toEqual(['error', 'warn']);

    const other = await askAndEnd(records.db, { cards: [{ kind: 'signers', channel: 'email', place: {} }] });
    const [unknown = 0] = await waitingCards(records.db, tenant, [other.id]);
    await worker().bring(unknown);
    expect((await rowOf(unknown)).wait).toBeGreaterThan(58);
  });

  it('that we may not post is told of in the thread, tried each minute while it is open, and told again', async () => {
    const asked = await askAndEnd(records.db, {
      cards: [
        { kind: 'signers', channel: 'slack', place: { channel: approvals } },
        { kind: 'pointer', channel: 'slack', place: way.place },
      ],
      details: { place: way.place },
    });
    const [thread = 0, card = 0] = await idsByKind(asked.id);
    const { bring } = worker();
    const pointer = () => picture(cardsIn(way.slack, way.place.channel)[0]);
    for (let tries = 0; tries < 25; tries++) {
      way.slack.fault('chat.postMessage', { kind: 'error', error: 'not_in_channel' });
      await bring(card);
      expect(Math.round((await rowOf(card)).wait)).toBe(60);
      await makeDue(card);
    }
    expect(await rowOf(card)).toMatchObject({ failed: null, failures: 25 });
    await bring(thread);
    expect(pointer()).toContain(`Its card could not be posted in <#${approvals}>: invite me there.`);

    await bring(card);
    expect(cardsIn(way.slack)).toHaveLength(1);
    await bring(thread);
    expect(pointer()).not.toContain('could not be posted');
    expect(pointer()).toContain('this card');
  });

  it('that we may not post is given up where it was decided meanwhile', async () => {
    const { id, card } = await askedFor();
    await reject(records.db, id);
    way.slack.fault('chat.postMessage', { kind: 'error', error: 'not_in_channel' });
    await worker().bring(card);
    expect(await rowOf(card)).toMatchObject({ failed: 'not_in_channel' });
  });

  it('fails at once where Slack will never take it, and tries anew when something became of the approval', async () => {
    const { id, card } = await askedFor();
    way.slack.fault('chat.postMessage', { kind: 'error', error: 'restricted_action' });
    const { bring, logged } = worker();
    await bring(card);
    expect(await rowOf(card)).toMatchObject({ failed: 'restricted_action' });
    expect(logged).toEqual([{ level: 'error', text: 'a card cannot be shown' }]);
    await approve(records.db, id);
    await bring(card);
    expect(cardsIn(way.slack)).toHaveLength(1);
  });
});
