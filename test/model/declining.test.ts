import { describe, expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { ask, converse } = openPlanner();

const bikeId = { type: 'string', pattern: '^BIKE-\\d{3}$', description: 'Bike, for example BIKE-012' };
const rentalId = { type: 'string', pattern: '^RENT-\\d{4}$', description: 'Rental, for example RENT-0031' };
const garage = [
  tool('get_rental', 'One rental by id: bike, renter, price, days.', { rental_id: rentalId }, ['rental_id']),
  tool('get_bike', 'One bike by id: kind, size, state.', { bike_id: bikeId }, ['bike_id']),
  tool('find_renter', 'Finds renters by name.', { name: { type: 'string', description: 'Name of the renter' } }, [
    'name',
  ]),
  tool(
    'update_renter_status',
    'Changes the status of a renter.',
    {
      renter: { type: 'string', description: 'Renter' },
      status: { type: 'string', enum: ['active', 'barred'], description: 'New status' },
    },
    ['renter', 'status'],
  ),
  tool('delete_bike', 'Deletes a bike that is no longer there.', { bike_id: bikeId }, ['bike_id']),
  tool('lock_bike', 'Locks a bike, so that nobody can take it.', { bike_id: bikeId }, ['bike_id']),
  tool(
    'send_message',
    'Sends a message to a channel of the staff.',
    {
      channel: { type: 'string', enum: ['workshop', 'office'], description: 'Channel' },
      text: { type: 'string', description: 'Text of the message' },
    },
    ['channel', 'text'],
  ),
];
const declined = { kind: 'answer', text: 'None of the tools here can do that.' };

describe('an order is declined', () => {
  test.each([
    ['for which there is no tool', 'order pizza for the whole workshop'],
    ['where a tool removes something, but not of such a thing', 'take the helmet off rental 31'],
    ['where the thing can be changed, but not deleted', 'delete the renter Eva Lind'],
    ['where the tool does the opposite', 'unlock BIKE-012'],
    ['where such a thing can only be looked at', 'mark RENT-0031 as paid please'],
  ])('%s', async (_why, order) => {
    expect(await ask(order, garage)).toEqual(declined);
  });
});

describe('an order is followed', () => {
  test.each([
    ['by the word of the tool', 'lock BIKE-012', 'lock_bike', { bike_id: 'BIKE-012' }],
    ['by a word that means the same', 'please block bike 12', 'lock_bike', { bike_id: 'BIKE-012' }],
    [
      'by a text',
      'tell the workshop: BIKE-012 has no brakes',
      'send_message',
      { channel: 'workshop', text: 'BIKE-012 has no brakes' },
    ],
  ])('%s', async (_why, order, name, args) => {
    expect(await ask(order, garage)).toEqual({ kind: 'calls', calls: [{ name, arguments: args }] });
  });
});

test('what is known so far is what was answered before', async () => {
  const report = tool(
    'write_report',
    'Writes a report.',
    { text: { type: 'string', description: 'Text of the report' } },
    ['text'],
  );
  const before = [
    { role: 'user' as const, text: 'Which bikes are locked?' },
    { role: 'assistant' as const, text: '2 bikes are locked: BIKE-012 and BIKE-019.', calls: [] },
  ];
  const { made } = await converse(
    'write a report of what we know so far',
    [...garage, report],
    () => 'Written.',
    before,
  );
  expect(made).toEqual([{ name: 'write_report', arguments: { text: '2 bikes are locked: BIKE-012 and BIKE-019.' } }]);
});

test('an order that names its thing by an id is an order of its own behind another', async () => {
  const cancel = tool('cancel_rental', 'Cancels a rental.', { rental_id: rentalId }, ['rental_id']);
  const refund = tool(
    'refund_rental',
    'Gives back money for a rental.',
    { rental_id: rentalId, amount: { type: 'number', description: 'Amount in euros' } },
    ['rental_id', 'amount'],
  );
  const decision = await ask('Please cancel RENT-0031 and refund RENT-0042 by 15 euros', [cancel, refund, ...garage]);
  expect(decision).toEqual({
    kind: 'calls',
    calls: [
      { name: 'cancel_rental', arguments: { rental_id: 'RENT-0031' } },
      { name: 'refund_rental', arguments: { rental_id: 'RENT-0042', amount: 15 } },
    ],
  });
});

test('an id as one kind writes it is no id of another kind in small letters', async () => {
  const open = tool(
    'open_case',
    'Opens a case for a renter.',
    {
      renter_id: { type: 'string', pattern: '^REN-\\d{3}$', description: 'Renter, for example REN-004' },
      description: { type: 'string', description: 'What happened' },
      part_id: {
        type: 'string',
        pattern: '^[a-z][a-z0-9-]{1,30}$',
        description: 'Part of the bike, for example front-brake',
      },
    },
    ['renter_id', 'description'],
  );
  const decision = await ask('open a case for REN-009: the saddle is loose', [open, ...garage]);
  expect(decision).toEqual({
    kind: 'calls',
    calls: [{ name: 'open_case', arguments: { renter_id: 'REN-009', description: 'The saddle is loose' } }],
  });
});
