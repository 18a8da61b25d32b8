import { describe, expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { ask, converse } = openPlanner();

const boatId = { type: 'string', pattern: '^BOAT-\\d{3}$', description: 'Boat, for example BOAT-012' };
const ownerId = { type: 'string', pattern: '^OWN-\\d{3}$', description: 'Owner, for example OWN-004' };
const findOwner = tool('find_owner', 'Finds owners of boats by exactly one of: id or name.', {
  owner_id: ownerId,
  name: { type: 'string', description: 'Name of the owner' },
});
const listBoats = tool('list_boats', 'Boats in the harbour, a page at a time.', {
  owner_id: ownerId,
  status: { type: 'string', enum: ['afloat', 'ashore', 'away'], description: 'Where it is' },
});
const getBoat = tool('get_boat', 'One boat by id: length, berth, owner, status.', { boat_id: boatId }, ['boat_id']);
const getFees = tool('get_fees', 'What is to be paid for a boat, or for all boats of an owner.', {
  boat_id: boatId,
  owner_id: ownerId,
});
const moveBoat = tool(
  'move_boat',
  'Moves a boat to another berth.',
  { boat_id: boatId, berth: { type: 'string', description: 'Berth, for example "A3"' } },
  ['boat_id', 'berth'],
);
const releaseBoat = tool('release_boat', 'Takes a boat off the list of the harbour for good.', { boat_id: boatId }, [
  'boat_id',
]);
const harbour = [findOwner, listBoats, getBoat, getFees, moveBoat, releaseBoat];

const run = (name: string, args: Record<string, unknown>): string => {
  if (name === 'find_owner')
    return '2 owners: Eva Lind (OWN-004, eva@example.com); Eva Lindner (OWN-009, lindner@example.com).';
  if (name === 'list_boats') return '2 boats: Gull (BOAT-012, OWN-004, afloat); Tern (BOAT-015, OWN-007, afloat).';
  return JSON.stringify({ ok: true, ...args });
};

describe('the tool that is called', () => {
  test.each(['Is BOAT-012 still on the list?', 'has boat 12 been moved yet', 'why was BOAT-012 taken off the list?'])(
    'changes nothing for a question: %s',
    async (question) => {
      const decision = await ask(question, harbour);
      expect(decision).toEqual({ kind: 'calls', calls: [{ name: 'get_boat', arguments: { boat_id: 'BOAT-012' } }] });
    },
  );

  test.each(['BOAT-012 was sold to Norway, please take it off the list', 'pls release boat 12'])(
    'does what is ordered, wherever the order stands: %s',
    async (order) => {
      const decision = await ask(order, harbour);
      expect(decision).toEqual({
        kind: 'calls',
        calls: [{ name: 'release_boat', arguments: { boat_id: 'BOAT-012' } }],
      });
    },
  );

  test.each([
    'BOAT-012 was sold and has left for Norway, release it please',
    'eva lind called, she moved to norway for good. take BOAT-012 off the list',
    'relaese boat 12',
  ])('does what is ordered behind the reason for it, and however it is typed: %s', async (order) => {
    expect(await ask(order, harbour)).toEqual({
      kind: 'calls',
      calls: [{ name: 'release_boat', arguments: { boat_id: 'BOAT-012' } }],
    });
  });

  test('is none where the order is the opposite of what a tool does', async () => {
    expect(await ask('turn BOAT-012 back on', harbour)).toEqual({
      kind: 'answer',
      text: 'None of the tools here can do that.',
    });
  });

  test('is never one that needs one of several things and has none of them', async () => {
    expect(await ask('what are the fees', harbour)).toEqual({
      kind: 'answer',
      text: 'What is the boat id (such as BOAT-012) or the owner id (such as OWN-004)?',
    });
  });

  test('is asked once for each id that was said', async () => {
    const decision = await ask('compare boat 12 with boat-015, are they afloat', harbour);
    expect(decision).toEqual({
      kind: 'calls',
      calls: [
        { name: 'get_boat', arguments: { boat_id: 'BOAT-012' } },
        { name: 'get_boat', arguments: { boat_id: 'BOAT-015' } },
      ],
    });
  });
});

describe('somebody who is named', () => {
  test.each(['Who is Eva Lind, and which boats does she have?', 'who is eva lind, and which boats does she have?'])(
    'is found first, and the lists are of nobody else: %s',
    async (question) => {
      const { made } = await converse(question, harbour, run);
      expect(made).toEqual([
        { name: 'find_owner', arguments: { name: 'Eva Lind' } },
        { name: 'list_boats', arguments: { owner_id: 'OWN-004' } },
      ]);
    },
  );

  test('is found where the tool itself takes ids only', async () => {
    const { made } = await converse('what are the fees of eva lind', harbour, run);
    expect(made).toEqual([
      { name: 'find_owner', arguments: { name: 'Eva Lind' } },
      { name: 'get_fees', arguments: { owner_id: 'OWN-004' } },
    ]);
  });
});

test('a tool that refuses how it was called gives way to the next one, and its complaint is not told', async () => {
  const searchBoats = tool('search_boats', 'Boats of the harbour that fit a status.', {
    status: { type: 'string', enum: ['afloat', 'ashore', 'away'], description: 'Where they are' },
  });
  const { made, answer } = await converse('list all boats that are ashore', [listBoats, searchBoats], (name) =>
    name === 'list_boats' ? 'MCP error -32602: Input validation error: Give exactly one of owner_id, berth' : 'fine',
  );
  expect(made.map(({ name }) => name)).toEqual(['list_boats', 'search_boats']);
  expect(answer).not.toMatch(/-32602|Give exactly/);
});
