import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAllDone } from '../crash/kill.ts';
import { brew, type Size, type Storm, unleash } from '../crash/storm.ts';
import { openWorld, type World } from '../crash/world.ts';
import { backends, until } from '../support/app.ts';
import { announce, dice, firstSeed, long } from '../support/seeds.ts';

const size: Size = long
  ? { messages: 200, threads: 40, deliveries: 1000 }
  : { messages: 60, threads: 12, deliveries: 300 };

type Row = { thread: string; seq: number; sentAt: number; turn: number; text: string; input: { text: string }[] };

/** Each entry with the turn that took it, in the order of the turns and of what the turn was given. */
const taken = `
  select h.id as thread, e.seq::int, e.sent_at::float8 as "sentAt", t.number as turn,
         e.content->>'text' as text, s.content->'entries' as input
    from countersign.entries e
    join countersign.threads h on h.id = e.thread_id
    left join countersign.turns t on t.id = e.turn_id and t.state = 'done'
    left join countersign.steps s on s.turn_id = t.id and s.n = 0
   order by h.id, t.number, e.sent_at`;

describe.each(backends)('a storm of deliveries at two doors, on %s', (backend) => {
  let world: World;
  let storm: Storm;
  let statuses: number[];
  let rows: Row[];
  beforeAll(async () => {
    announce(`storm on ${backend}`, 'turns/storm.test.ts');
    world = await openWorld(backend);
    const thrown = dice(firstSeed, backend);
    const bots = [await world.start('bot/main.ts'), await world.start('bot/main.ts')];
    await Promise.all([world.start('workers/main.ts'), world.start('workers/main.ts')]);
    storm = await brew(world, thrown, size);
    const doors = bots.map(({ url }) => `${url}/slack/events`);
    statuses = await unleash(storm, thrown, doors, size.deliveries);
    await until(async () => (await isAllDone(world)) || undefined, 'the storm to be answered', 90_000);
    rows = await world.sql<Row>(taken);
  }, 300_000);
  afterAll(() => world.close());

  it('is acknowledged, all of it', () => {
    expect(statuses).toEqual(Array(size.deliveries).fill(200));
  });

  it('brings every message into exactly one turn', () => {
    const answered = rows.filter(({ turn }) => turn !== null).map(({ text }) => idOf(text));
    expect(answered.sort()).toEqual([...storm.questions].sort());
  });

  it('answers messages together that wait together', () => {
    expect(turnsOf(rows).some((turn) => turn.length > 1)).toBe(true);
  });

  it('leaves the messages of a turn in the order in which they were sent', () => {
    for (const turn of turnsOf(rows)) {
      expect(turn[0]?.input.map(({ text }) => text)).toEqual(turn.map(({ text }) => text));
    }
  });

  it('lets no message wait while a later one of the same person or a later turn goes first', () => {
    for (const turn of turnsOf(rows)) {
      const seen = Math.max(...turn.map(({ seq }) => seq));
      const sent = Math.max(...turn.map(({ sentAt }) => sentAt));
      const passedOver = rows.filter(
        (row) => row.thread === turn[0]?.thread && row.turn > turn[0].turn && row.seq < seen && row.sentAt < sent,
      );
      expect(passedOver).toEqual([]);
    }
  });

  it('gives every entry of a thread a number of its own, without a gap', () => {
    for (const thread of new Set(rows.map((row) => row.thread))) {
      const numbers = rows.filter((row) => row.thread === thread).map(({ seq }) => seq);
      expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
    }
  });

  it('lets no two turns of a thread overlap', () => {
    const asked = world.model.ledger.flatMap(({ at, doneAt = Number.POSITIVE_INFINITY, body }) => {
      const last = body.messages.findLast(({ role }) => role === 'user')?.content ?? '';
      // Summaries are made beside the turns.
      return body.tools?.length ? [{ at, doneAt, last, thread: /case T(\d+)M/.exec(last)?.[1] }] : [];
    });
    for (const [i, first] of asked.entries()) {
      const during = asked
        .slice(i + 1)
        .filter(({ at, thread, last }) => thread === first.thread && last !== first.last && at < first.doneAt);
      expect(during).toEqual([]);
    }
  });

  it('is answered in Slack once for each turn', () => {
    for (const thread of storm.threads) {
      const replies = world.replies(thread);
      expect(replies.filter(({ streaming, text }) => streaming || !text.endsWith('The end.'))).toEqual([]);
      const told = replies.flatMap(({ text }) => text.slice(0, text.indexOf(':')).match(/T\d+M\d+/g) ?? []);
      expect(told.sort()).toEqual(storm.questions.filter((id) => isOf(thread, id)).sort());
      expect(replies).toHaveLength(turnsOf(rows).filter((turn) => isOf(thread, idOf(turn[0]?.text ?? ''))).length);
    }
  });

  const isOf = (thread: string, id: string) => id.startsWith(`T${storm.threads.indexOf(thread)}M`);
});

function idOf(text: string): string {
  return /T\d+M\d+/.exec(text)?.[0] ?? text;
}

function turnsOf(rows: Row[]): Row[][] {
  const turns = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.thread} ${row.turn}`;
    turns.set(key, [...(turns.get(key) ?? []), row]);
  }
  return [...turns.values()];
}
