import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../support/app.ts';
import { announce, dice, firstSeed, long, shareOf } from '../support/seeds.ts';
import { killByMail, type MailCase, titleOf } from './mail-kill.ts';
import { kindsAt, type PointOfMail } from './mail-situations.ts';
import { mailVerdict } from './mail-verdict.ts';
import { openWorld, type World } from './world.ts';

/** Each point with each kind of mail; a sample takes one kind for each. */
const kindsFor = (point: PointOfMail) => (long ? kindsAt[point] : [dice(firstSeed, point).pick(kindsAt[point])]);

/** One file for each backend, so that they run side by side. */
export function sweepMail(backend: Backend): void {
  const points = shareOf(backend, Object.keys(kindsAt) as PointOfMail[]);
  const wanted = points.flatMap((point) => kindsFor(point).map((kind) => ({ point, kind })));
  describe(`a process that is killed while mail is answered, on ${backend}`, () => {
    let world: World;
    let cases: MailCase[];
    beforeAll(async () => {
      announce(`mail kill sweep on ${backend}`, `crash/kill-mail-${backend}.test.ts`);
      world = await openWorld(backend, { SMTP_PORT: '0', PLAYGROUND: '1' });
      cases = await killByMail(world, wanted, [firstSeed]);
    }, 3_600_000);
    afterAll(() => world.close());

    it.each(points)('at %s: every mail is answered once, and nothing is done twice', (point) => {
      const found = cases
        .filter((made) => made.point === point)
        .map((made) => [titleOf(made), mailVerdict(world, made)] as const);
      expect(found).not.toEqual([]);
      expect(found.filter(([, faults]) => faults.length > 0)).toEqual([]);
    });

    it('is never refused by the model for what it left behind', () => {
      expect(world.model.ledger.filter(({ status }) => status === 400)).toEqual([]);
    });
  });
}
