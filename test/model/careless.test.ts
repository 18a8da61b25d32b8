import { describe, expect, test } from 'vitest';
import { answerTo, result } from './answer-setup.ts';
import { openPlanner, tool } from './planning.ts';

const { ask, converse } = openPlanner();
const guestId = { type: 'string', pattern: '^GST-\\d{3}$', description: 'Guest, for example GST-014' };
const stayId = { type: 'string', pattern: '^STY-\\d{3}$', description: 'Stay, for example STY-201' };
const roomId = { type: 'string', pattern: '^RM-\\d{2}$', description: 'Room, for example RM-07' };
const findGuests = tool(
  'search_guests',
  'Guests that fit a name, an email or a part of one, for example {"query": "tom berg"}.',
  { query: { type: 'string', description: 'A name, part of a name or an email, for example "tom berg"' } },
  ['query'],
);
const getGuest = tool('get_guest', 'One guest by id: contact, club level, number of stays.', { guest_id: guestId }, [
  'guest_id',
]);
const listGuests = tool('list_guests', 'Guests in order of name, a page at a time.', {
  level: { type: 'string', enum: ['silver', 'gold', 'diamond'] },
});
const listStays = tool('list_stays', 'Stays, newest first.', {
  guest_id: guestId,
  status: { type: 'string', enum: ['booked', 'checked_in', 'left'] },
});
const getStay = tool('get_stay', 'One stay by id: its guest, room, nights and price.', { stay_id: stayId }, [
  'stay_id',
]);
const listRooms = tool('list_rooms', 'Rooms in order of number, a page at a time.', {
  kind: { type: 'string', enum: ['single', 'double', 'suite'] },
  limit: { type: 'integer', minimum: 1, maximum: 50, default: 10 },
});
const getRoom = tool('get_room', 'Everything about one room by id: price, beds, view, floor.', { room_id: roomId }, [
  'room_id',
]);
const giveBack = tool(
  'refund_stay',
  'Pays money of a stay back to its guest.',
  { stay_id: stayId, amount: { type: 'number' }, reason: { type: 'string', description: 'Why' } },
  ['stay_id', 'amount', 'reason'],
);
const updateRoom = tool(
  'update_room',
  'Changes the price or the number of beds of a room.',
  {
    room_id: { ...roomId, description: 'Room, for example RM-07; without an id, find it with search_rooms' },
    price: { type: 'number', description: 'The new price of a night' },
    beds: { type: 'integer' },
  },
  ['room_id'],
);
const findRooms = tool(
  'search_rooms',
  'Rooms that fit a name or a part of one.',
  { query: { type: 'string', description: 'A name or a part of one' } },
  ['query'],
);
const hotel = [findGuests, getGuest, listGuests, listStays, getStay, listRooms, getRoom, giveBack];

const run = (name: string, args: Record<string, unknown>): string => {
  switch (name) {
    case 'search_guests':
      return '2 of 2 guests that fit: Ann Bergmann (GST-003, ann.b@example.com); Ann Berg (GST-008, ann@example.com).';
    case 'get_guest':
      return `Ann Berg (${args.guest_id}), gold level, ann@example.com, +45 55 55 01 45, 4 stays.`;
    case 'list_stays':
      return '2 of 2 stays: STY-204 (GST-008, booked, $640.00, from 2026-11-24); STY-201 (GST-008, left, $310.00, from 2026-03-02).';
    case 'get_stay':
      return `${args.stay_id} of Ann Berg (GST-008), RM-07, 3 nights, $640.00.`;
    case 'search_rooms':
      return '2 of 2 rooms: Little Garden (RM-04, $90.00); Garden (RM-07, $120.00).';
    default:
      return JSON.stringify({ ok: true, ...args });
  }
};
const namesOf = (made: { name: string }[]) => made.map(({ name }) => name);

describe('one of many, or some of many, is looked for in the list', () => {
  test.each([
    ['cheapest suite', { kind: 'suite', limit: 50 }],
    ['most expensive single?', { kind: 'single', limit: 50 }],
  ])('%s', async (said, args) => {
    expect(await ask(said, hotel)).toEqual({ kind: 'calls', calls: [{ name: 'list_rooms', arguments: args }] });
  });

  test('and the answer is that one, from all that the list was narrowed down to', () => {
    const rooms =
      '3 of 3 rooms: Garden (RM-07, suite, $220.00); Attic (RM-12, suite, $180.00); Tower (RM-14, suite, $410.00).';
    const answer = (question: string) => answerTo(question, [result('list_rooms', { kind: 'suite' }, rooms)]);
    expect(answer('cheapest suite')).toMatch(/Attic/);
    expect(answer('cheapest suite')).not.toMatch(/Garden|Tower/);
    expect(answer('the most expensive suites')).toMatch(/Attic[\s\S]*Tower/);
  });

  test('the biggest of what leaves an account is the farthest below zero', () => {
    const paid = '3 of 3 entries: Rent (-$900.00, 2026-10-01); Tea (-$3.00, 2026-10-02); Lamp (-$40.00, 2026-10-03).';
    expect(answerTo('biggest payment', [result('list_entries', { kind: 'payment' }, paid)])).toMatch(/Rent/);
    expect(answerTo('smallest payment', [result('list_entries', { kind: 'payment' }, paid)])).toMatch(/Tea/);
  });

  test('how many there are in all is the sum of what each row counts', () => {
    const shelf = '2 of 2 parts: Bolt (PRT-01, 12 left, $1.00); Nut (PRT-02, 30 left, $0.50).';
    expect(answerTo('how many bolts and nuts are there altogether', [result('list_parts', {}, shelf)])).toContain(
      'together **42 left**',
    );
  });
});

describe('from a name to what the record tells', () => {
  test('a value that some tool takes for a field asks for that field', async () => {
    const { made } = await converse('is ann berg a diamond guest', hotel, run);
    expect(made).toEqual([
      { name: 'search_guests', arguments: { query: 'Ann Berg' } },
      { name: 'get_guest', arguments: { guest_id: 'GST-008' } },
    ]);
  });

  test('a noun phrase that begins with "email" orders no email', async () => {
    const { made } = await converse('email address and level of ann berg?', hotel, run);
    expect(namesOf(made)).toEqual(['search_guests', 'get_guest']);
  });

  test('an id leads on to whoever it belongs to', async () => {
    const { made } = await converse('phone number of the guest of STY-204', hotel, run);
    expect(namesOf(made)).toEqual(['get_stay', 'get_guest']);
  });

  test('whose thing it is, in small letters, before what is done to it', async () => {
    const { made, answer } = await converse("refund ann berg's last stay", hotel, run);
    expect(made).toEqual([
      { name: 'search_guests', arguments: { query: 'Ann Berg' } },
      { name: 'list_stays', arguments: { guest_id: 'GST-008' } },
    ]);
    expect(answer).toMatch(/amount and the reason/);
  });
});

describe('what is to be changed', () => {
  test.each(['the garden room costs 135 now', 'set the price of the garden room to 135'])(
    '%s: the one of that very name',
    async (said) => {
      const { made } = await converse(said, [findRooms, updateRoom, listStays], run);
      expect(made.at(-1)).toEqual({ name: 'update_room', arguments: { room_id: 'RM-07', price: 135 } });
    },
  );

  test('an id with its noun is no reason, and one word behind a comma is', async () => {
    expect(await ask('refund $20 of stay STY-201, flooded', hotel)).toEqual({
      kind: 'calls',
      calls: [{ name: 'refund_stay', arguments: { stay_id: 'STY-201', amount: 20, reason: 'Flooded' } }],
    });
  });

  const chairs = tool('list_pieces', 'Pieces of furniture in order of number, a page at a time.', {
    kind: { type: 'string', enum: ['chair', 'table'] },
  });
  const stock = tool(
    'correct_stock',
    'Corrects how many pieces of furniture are there.',
    {
      piece_id: { type: 'string', pattern: '^FUR-\\d{2}$', description: 'Piece, for example FUR-02' },
      change: { type: 'integer', minimum: -99, description: 'By how many; negative for fewer' },
      reason: { type: 'string', description: 'Why' },
    },
    ['piece_id', 'change', 'reason'],
  );
  const pieces =
    '3 of 3 pieces: Garden bench (FUR-01, 4 left); Oak stool (FUR-02, 9 left); Reed basket (FUR-03, 2 left).';

  test('a thing is found in the list by what it is called, and one of it is changed', async () => {
    const { made } = await converse('two oak stools broke, take them out of stock', [chairs, stock], () => pieces);
    expect(made).toEqual([
      { name: 'list_pieces', arguments: {} },
      { name: 'correct_stock', arguments: { piece_id: 'FUR-02', change: -2, reason: 'Two oak stools broke' } },
    ]);
  });

  test('where nothing is called so, it is asked for', async () => {
    const { made, answer } = await converse(
      'two velvet sofas broke, take them out of stock',
      [chairs, stock],
      () => pieces,
    );
    expect(namesOf(made)).toEqual(['list_pieces']);
    expect(answer).toMatch(/piece id.*\?/);
  });
});

describe('counts', () => {
  test('what the list could not be narrowed down to', () => {
    const jobs =
      '3 of 3 jobs: JOB-1 (Paint fence, urgent, open); JOB-2 (Mow lawn, low, open); JOB-3 (Fix gate, urgent, open).';
    expect(answerTo('how many urgent jobs are there', [result('list_jobs', {}, jobs)])).toMatch(
      /\*\*2 urgent jobs\*\*/,
    );
  });
});
