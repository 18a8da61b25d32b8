import { expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { ask } = openPlanner();

const boatId = { type: 'string', pattern: '^BOAT-\\d{3}$', description: 'Boat, for example BOAT-012' };
const feeId = { type: 'string', pattern: '^FEE-\\d{3}$', description: 'Fee, for example FEE-004' };
const feesOf = tool('list_boat_fees', 'Fees of a boat, or of a fee and those like it.', {
  boat_id: boatId,
  fee_id: feeId,
});
const boatsOf = tool('list_fee_boats', 'Boats of a fee, or of a boat and those beside it.', {
  fee_id: feeId,
  boat_id: boatId,
});

test.each([
  'fees of the boat of Eva Lind',
  'which fees does "Gull" have',
  `${'"" '.repeat(40)}fees of the boat of Eva Lind`,
])('tools that could look for each other end in a word: %s', async (question) => {
  expect(['calls', 'answer']).toContain((await ask(question, [feesOf, boatsOf])).kind);
});
