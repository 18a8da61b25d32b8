import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Case, endingOf, readCases } from '../../bench/eval/cases.ts';
import { type House, openHouse } from '../../bench/eval/house.ts';
import { fullName } from '../../bench/eval/judge-calls.ts';
import { deskNamed } from '../../core/desk/desks.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { problemsOf } from './expected.ts';

let database: TestDatabase;
let house: House;
beforeAll(async () => {
  database = await freshDatabase();
  house = await openHouse(database.url);
});
afterAll(async () => {
  await house.close();
  await database.drop();
});

const all = readCases();
const desks = ['bank', 'helpdesk', 'it', 'jewelry', 'store'];

test.each(desks)('the expected calls of the cases of %s come to what is expected of them', async (desk) => {
  const cases = all.filter((one) => one.desk === desk);
  const problems: string[] = [];
  for (const one of cases) problems.push(...(await problemsOf(one, house)));
  expect(problems).toEqual([]);
});

test('a case that expects what no tool gives, or a call that is none, is found', async () => {
  const wrong = async (change: Partial<Case>) => {
    const one = all.find(({ id }) => id === 'jewelry/where-is-order')!;
    return (await problemsOf({ ...one, ...change }, house)).join('\n');
  };
  expect(await wrong({})).toBe('');
  expect(await wrong({ facts: ['delivered'] })).toContain('no call gives delivered');
  expect(await wrong({ facts: [], lacks: ['shipped'] })).toContain('a call gives shipped');
  expect(await wrong({ calls: [{ get_order: { order_id: '1015' } }] })).toContain('is refused');
  expect(
    await wrong({ waits: 'yes', calls: [{ cancel_order: { order_id: 'ORD-1019', reason: 'unwanted' } }] }),
  ).toContain('has the rule approve');
  expect(await wrong({ also: ['cancel_order'] })).toContain('changes something');
});

test.each(desks)('%s has at least a hundred cases', (desk) => {
  expect(all.filter((one) => one.desk === desk).length).toBeGreaterThanOrEqual(100);
});

test('no case says what another says, nor what its desk offers as an example more than once', () => {
  const said = all.map((one) => `${one.desk}: ${[one.say].flat().join(' / ').toLowerCase()}`);
  expect(new Set(said).size).toBe(said.length);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const examples = house.desks.flatMap((desk) => desk.examples.map((text) => `${desk.name}: ${text.toLowerCase()}`));
  expect(said.filter((text) => examples.includes(text)).length).toBeLessThanOrEqual(desks.length);
});

test('every tool is expected at least twice, and every desk has each kind of ending that its tools allow', () => {
  const wanted = all.flatMap((one) =>
    one.calls.flatMap((call) => Object.keys(call).map((name) => wantedTool(one, name))),
  );
  const offered = house.desks.flatMap((desk) => [...desk.tools.keys()]);
  const rare = [...new Set(offered)].filter((tool) => wanted.filter((name) => name === tool).length < 2);
  expect(rare).toEqual([]);
  for (const desk of desks) {
    const endings = new Set(all.filter((one) => one.desk === desk).map(endingOf));
    const writes = desk === 'it' ? [] : ['refusal', 'signature', 'yes'];
    expect([...endings].sort()).toEqual(['answer', 'decline', 'question', ...writes].sort());
  }
});

function wantedTool(one: Case, name: string): string {
  return fullName(name, deskNamed(house.desks, one.desk)!);
}
