import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/app.ts';
import { announce, dice, firstSeed, long } from '../support/seeds.ts';
import { placeNumber, plan } from './click-races-plan.ts';
import { type Played, play } from './click-races-play.ts';
import { GONE, toldFaults, verdict } from './click-races-verdict.ts';
import { approvals, openRaceWorld, type RaceWorld } from './click-races-world.ts';

const sizes = [
  { backend: 'postgres', rounds: long ? 2_000 : 24 },
  { backend: 'redis', rounds: long ? 500 : 8 },
] as const;
const places = Array.from({ length: long ? 24 : 8 }, (_, n) => placeNumber(n));

describe.each(sizes)('$rounds rounds of clickers over one card, on $backend', ({ backend, rounds }) => {
  let world: RaceWorld;
  const all: Played[] = [];
  beforeAll(async () => {
    announce(`click races on ${backend}`, 'approvals/click-races.test.ts');
    const thrown = dice(firstSeed, backend);
    world = await openRaceWorld(backend, places);
    await world.start(1 + thrown.roll(2));
    const waiting = Array.from({ length: rounds }, (_, n) => plan(`R${n}`, places[n % places.length]!, thrown));
    // Side by side, and one after the other where the same people click.
    const rows = places.map(async (place) => {
      for (const round of waiting.filter((one) => one.place === place)) all.push(await play(world, round));
    });
    await Promise.all(rows);
  }, 1_800_000);
  afterAll(() => world.close());

  it('have one winner each, and losers without effect', () => {
    const faults = all.flatMap((played) =>
      verdict(world, played).map((fault) => `${fault} (${JSON.stringify(played.round)})`),
    );
    expect(faults).toEqual([]);
    expect(all).toHaveLength(rounds);
  });

  it('leave nobody without a word', async () => {
    await until(() => toldFaults(world, all).length === 0 || undefined, 'words to all', 5_000).catch(() => {});
    expect(toldFaults(world, all)).toEqual([]);
  });

  it('answer no click with an error', () => {
    expect(world.relay.all().filter(({ status }) => status !== 200)).toEqual([]);
    const complaints = world.programs.flatMap(({ out, err }) => [...(out().match(/.*"level":[56]0.*/g) ?? []), err()]);
    expect(complaints.filter((line) => line !== '' && !line.includes(GONE))).toEqual([]);
  });

  it('show one card to the signers for each approval', () => {
    const asked = all.flatMap(({ rows }) => rows).filter(({ tool }) => tool !== 'race__note');
    expect(world.slack.messages(approvals)).toHaveLength(asked.length);
  });
});
