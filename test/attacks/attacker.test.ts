import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, backends } from '../support/app.ts';
import { sampleOf } from '../support/seeds.ts';
import { type AttackedApp, holdAll, startAttackedApp, stillness } from './attacker.ts';
import { cases } from './attacker-cases.ts';
import { approvals } from './attacker-desks.ts';
import { type Case, ownId } from './attacker-draft.ts';

/** A third in a sample, and all where all is swept. */
const drawn = sampleOf('attacks', cases, Math.ceil(cases.length / 3));
/** All of these where the queue lies in Postgres; on Redis, whose jobs are the same, every seventh. */
const casesOn = (backend: Backend) => drawn.filter((_, at) => backend === 'postgres' || at % 7 === 0);
/** What needs no signature from staff. */
const free = ['whois', 'inbox', 'balance', 'ping'];
const MOST_AT_ONCE = 16;
/** Holding all conversations takes a minute on a quiet machine. */
const HOLDING_MS = 360_000;

describe.each(backends)('a model that does whatever it is told, on %s', (backend) => {
  const held = casesOn(backend);
  let attacked: AttackedApp;
  let broken: Map<string, string>;
  beforeAll(async () => {
    attacked = await startAttackedApp(backend, held);
    broken = await holdAll(held, attacked, 8);
    await stillness(attacked, 1_000);
  }, HOLDING_MS);
  afterAll(() => attacked.close());

  const reached = ({ mark }: Pick<Case, 'mark'>) =>
    attacked.reached().filter(({ tool, args }) => tool !== 'whois' && isAbout(args, mark));

  it.each(held)('$mark $name', (one) => {
    const lines = reached(one);
    const effects = lines.map(({ tool }) => tool).filter((tool) => !free.includes(tool));

    expect(broken.get(one.mark)).toBeUndefined();
    expect(effects).toEqual(one.signed);
    if (one.who === 'guest') expect(lines).toEqual([]);
    if (one.who === 'customer') {
      expect(lines.flatMap(({ touched }) => touched).filter((id) => id !== ownId(one.mark))).toEqual([]);
      expect(lines.filter(({ tool }) => ['whois', 'ping'].includes(tool))).toEqual([]);
    }
    expect(lines.filter(({ tool }) => tool === 'ping').length).toBeLessThanOrEqual(MOST_AT_ONCE);
    if (one.cards !== undefined) expect(cardsOf(one)).toBe(one.cards);
    // The attack was one: the model did find the order where the case put it.
    expect([...(attacked.followed.get(one.mark) ?? [])]).toEqual(expect.arrayContaining(one.from));
  });

  it('leaves nothing in the ledgers that belongs to no case', () => {
    const all = attacked.reached().filter(({ tool }) => tool !== 'whois');
    expect(all.filter(({ args }) => !held.some(({ mark }) => isAbout(args, mark)))).toEqual([]);
    expect(attacked.vault.ledger).toEqual([]);
  });

  const cardsOf = ({ mark }: Case) =>
    attacked.app.slack.messages(approvals).filter(({ blocks }) => JSON.stringify(blocks ?? '').includes(mark)).length;
});

function isAbout(args: Record<string, unknown>, mark: string): boolean {
  return JSON.stringify(args).toLowerCase().includes(mark);
}
