import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnPoint } from '../../core/crash-points.ts';
import type { Backend } from '../support/app.ts';
import { announce, firstSeed, long, shareOf } from '../support/seeds.ts';
import { type Case, killAndRescue, titleOf } from './kill.ts';
import { situations } from './situations.ts';
import { verdict } from './verdict.ts';
import { openWorld, type World } from './world.ts';

const seeds = Array.from({ length: long ? 5 : 1 }, (_, i) => firstSeed + i);

/** One file for each backend, so that they run side by side. */
export function sweepKills(backend: Backend): void {
  const points = shareOf(backend, Object.keys(situations) as TurnPoint[]);
  describe(`a worker that is killed, on ${backend}`, () => {
    let world: World;
    let cases: Case[];
    beforeAll(async () => {
      announce(`kill sweep on ${backend}`, `crash/kill-${backend}.test.ts`);
      world = await openWorld(backend);
      await world.openDoor();
      cases = await killAndRescue(world, points, seeds);
    }, 3_600_000);
    afterAll(() => world.close());

    it.each(points)('at %s: every question is answered once, and nothing is done twice', async (point) => {
      const found = await Promise.all(
        cases.filter((made) => made.point === point).map(async (made) => [titleOf(made), await verdict(world, made)]),
      );
      expect(found).not.toEqual([]);
      expect(found.filter(([, faults]) => faults?.length)).toEqual([]);
    });

    it('is never refused by the model for what it left behind', () => {
      expect(world.model.ledger.filter(({ status }) => status === 400)).toEqual([]);
    });
  });
}
