import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../support/app.ts';
import { announce, dice, firstSeed, long, shareOf } from '../support/seeds.ts';
import { killSigned, type SignCase, titleOf } from './sign-kill.ts';
import { type SignPoint, signPoints } from './sign-situations.ts';
import { signVerdict } from './sign-verdict.ts';
import { signedTools } from './tools.ts';
import { openWorld, type World } from './world.ts';

/** Each point with each kind of tool; a sample takes one kind for each. */
const toolsFor = (point: SignPoint) => (long ? [...signedTools] : [dice(firstSeed, point).pick(signedTools)]);

/** One file for each backend, so that they run side by side. */
export function sweepSigned(backend: Backend): void {
  const points = shareOf<SignPoint>(backend, signPoints);
  describe(`a worker that is killed around a signed call, on ${backend}`, () => {
    let world: World;
    const cases: SignCase[] = [];
    beforeAll(async () => {
      announce(`signed kill sweep on ${backend}`, `crash/kill-signed-${backend}.test.ts`);
      world = await openWorld(backend);
      await world.openDoor();
      const asked = points.flatMap((point) => toolsFor(point).map((tool) => ({ point, tool })));
      cases.push(...(await killSigned(world, asked, [firstSeed])));
    }, 3_600_000);
    afterAll(() => world.close());

    it.each(points)('at %s: the call is made once, as it was signed, and its asker is told once', async (point) => {
      const found = await Promise.all(
        cases
          .filter((made) => made.point === point)
          .map(async (made) => [titleOf(made), await signVerdict(world, made)]),
      );
      expect(found).not.toEqual([]);
      expect(found.filter(([, faults]) => faults?.length)).toEqual([]);
    });

    it('is never refused by the model for what it left behind', () => {
      expect(world.model.ledger.filter(({ status }) => status === 400)).toEqual([]);
    });
  });
}
