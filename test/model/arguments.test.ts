import { describe, expect, test } from 'vitest';
import { fillParams } from '../../playground/model/arguments/fill.ts';
import { scopeOf } from '../../playground/model/arguments/scope.ts';
import { aboutOf, viewOf } from '../../playground/model/tools/view.ts';
import type { Tool } from '../../playground/model/types.ts';
import { TODAY, tool } from './planning.ts';

const text = (description: string, more = {}) => ({ type: 'string', description, ...more });
const number = (description: string, more = {}) => ({ type: 'number', description, ...more });

/** What a text gives for the arguments of one tool, whoever chose it. */
function fill(one: Tool, said: string): Record<string, unknown> {
  const view = viewOf(one);
  return fillParams(view.params, scopeOf(said, TODAY), aboutOf(view)).args;
}

const seat = text('Booking, for example BKG-1001', { pattern: '^BKG-\\d{4}$' });
const drop = tool('drop_booking', 'Gives a booking back.', { booking_id: seat, reason: text('Why') }, [
  'booking_id',
  'reason',
]);

describe('reasons', () => {
  test.each([
    ['drop bkg-1044 please he is ill', 'He is ill'],
    ['The guest of BKG-1044 missed her train - cancel it.', 'The guest of BKG-1044 missed her train'],
    ['Cancel BKG-1044 because the ferry is not running', 'The ferry is not running'],
    ['cancel BKG-1044, double booked by us', 'Double booked by us'],
    ['Drop booking BKG-1044 (moved to June)', 'Moved to June'],
    ['drop BKG-1044, a flood', 'A flood'],
  ])('%s', (said, reason) => {
    expect(fill(drop, said)).toEqual({ booking_id: 'BKG-1044', reason });
  });

  test('no id, pronoun or order stands for a reason that was not said', () => {
    expect(fill(drop, 'Cancel BKG-1044 please')).toEqual({ booking_id: 'BKG-1044' });
    expect(fill(drop, 'cancel booking 1044')).toEqual({ booking_id: 'BKG-1044' });
    expect(fill(drop, 'refund 30 of booking BKG-1044, just because')).toEqual({ booking_id: 'BKG-1044' });
  });
});

const fault = tool(
  'log_defect',
  'Writes down a defect of a machine.',
  {
    title: text('In a few words'),
    description: text('What happened'),
    severity: text('How bad it is', { enum: ['low', 'medium', 'high'], default: 'medium' }),
    assignee: text('Who takes it, for example "Nora"'),
  },
  ['title', 'description'],
);

describe('titles, authors and those who take something', () => {
  test('the title is the first sentence of what the description tells whole', () => {
    expect(fill(fault, 'Log a defect: the belt of Line North slips. Nora should look at it, high severity.')).toEqual({
      title: 'The belt of Line North slips',
      description: 'The belt of Line North slips. Nora should look at it',
      severity: 'high',
      assignee: 'Nora',
    });
  });

  test('a name in the sentence is no title, and nobody who should take it', () => {
    expect(fill(fault, 'log a defect - the pump at Mill Creek leaks')).toEqual({
      title: 'The pump at Mill Creek leaks',
      description: 'The pump at Mill Creek leaks',
    });
  });

  const diary = tool(
    'write_entry',
    'Adds an entry to the diary of the ward.',
    { body: text('The entry'), author: text('Who says so', { default: 'bot' }) },
    ['body'],
  );
  test.each([
    ["Write into the diary in Ada's name: bed 4 is free", 'Ada'],
    ['Add a diary entry signed by Otto: bed 4 is free', 'Otto'],
    ['Add a diary entry on behalf of Ada Kern: bed 4 is free', 'Ada Kern'],
  ])('%s', (said, author) => {
    expect(fill(diary, said)).toEqual({ body: 'Bed 4 is free', author });
  });

  test('"Toms list" is that of Tom, and Lars stays Lars', () => {
    const tasks = tool('list_chores', 'Chores of the household.', { assignee: text('Only those of this person') });
    expect(fill(tasks, 'what is left on Toms list')).toEqual({ assignee: 'Tom' });
    expect(fill(tasks, 'what is left on the list of Lars')).toEqual({ assignee: 'Lars' });
  });
});

const plants = tool('list_plants', 'Plants with price and stock, a page at a time.', {
  query: text('A name or a part of one; typing errors are forgiven'),
  bed: text('Part of the garden', { enum: ['herbs', 'roses', 'shrubs'] }),
  thirsty: { type: 'boolean', description: 'True: only plants that have to be watered', default: false },
  limit: { type: 'integer', description: 'How many to return at most', default: 20 },
});

describe('what a request speaks of is searched for', () => {
  test.each([
    ['how much is a pot of lavender', { query: 'lavender' }],
    ['do we still have lemon balm?', { query: 'lemon balm' }],
    ['whats the price of rosmary', { query: 'rosmary' }],
    ['list all plants', {}],
    ['what else is there', {}],
    ['anything new in herbs?', { bed: 'herbs' }],
    ['which roses do we have to water', { bed: 'roses', thirsty: true }],
    ['show me the first 3 shrubs', { bed: 'shrubs', limit: 3 }],
  ])('%s', (said, args) => {
    expect(fill(plants, said)).toEqual(args);
  });

  test('a company in lower case is found where a name is wanted', () => {
    const firms = tool(
      'find_firm',
      'Finds firms.',
      { firm_name: text('Name of a firm or a part of it; typing errors are forgiven') },
      ['firm_name'],
    );
    expect(fill(firms, 'how much do the people at green valley owe us')).toEqual({ firm_name: 'green valley' });
    expect(fill(firms, 'what did iron gate works order last')).toMatchObject({
      firm_name: expect.stringContaining('iron gate'),
    });
  });
});

describe('states and grades', () => {
  const alarms = tool('list_alarms', 'Alarms, newest first.', {
    state: text('open: nobody looks; handled: over', { enum: ['open', 'resolved', 'unresolved'] }),
    grade: text('How bad', { enum: ['minor', 'major', 'critical'] }),
  });
  test.each([
    ['open alarms please', { state: 'open' }],
    ['which alarms are not solved yet', { state: 'unresolved' }],
    ['alarms that were fixed', { state: 'resolved' }],
    ['any urgent alarms?', { grade: 'critical' }],
  ])('%s', (said, args) => {
    expect(fill(alarms, said)).toEqual(args);
  });
});

describe('secrets and addresses', () => {
  const secret = tool(
    'set_pin',
    'Gives a member a new password.',
    { member_id: text('Member, for example M-100'), password: text('The new one', { writeOnly: true }) },
    ['member_id', 'password'],
  );
  test.each([
    ['set the password of M-204 to copper9!Lantern-x', 'copper9!Lantern-x'],
    ['new password for M-204: Quartz_44%harbor', 'Quartz_44%harbor'],
  ])('%s', (said, password) => {
    expect(fill(secret, said)).toEqual({ member_id: 'M-204', password });
  });
  test('no plain word is taken for a secret', () => {
    expect(fill(secret, 'change the password on file for M-204')).toEqual({ member_id: 'M-204' });
  });

  test('a street begins at its number', () => {
    const move = tool(
      'move_club',
      'Moves a club.',
      {
        club_id: text('Club, for example club_12'),
        street: text('Street and number'),
        city: text('City'),
        country: text('Country'),
      },
      ['club_id', 'street', 'city', 'country'],
    );
    expect(fill(move, 'Move club_31 to 7 Mill Lane, Oxford, England - pls')).toEqual({
      club_id: 'club_31',
      street: '7 Mill Lane',
      city: 'Oxford',
      country: 'England',
    });
  });
});

describe('numbers', () => {
  const shelf = tool('change_feed', 'Changes the feed in the barn.', {
    price: number('Price of one sack'),
    change: number('More or, if negative, less than there is now', { minimum: -1000 }),
    counted: number('What was counted: the stock from now on'),
  });
  test.each([
    ['we got 12 sacks of oats delivered, the price is 40 now', { price: 40, change: 12 }],
    ['3.5 kg of oats went bad', { change: -3.5 }],
    ['oats are counted, there are 38 sacks', { counted: 38 }],
    ['Oats cost more: the price is 65 per sack', { price: 65 }],
  ])('%s', (said, args) => {
    expect(fill(shelf, said)).toEqual(args);
  });

  const picnic = tool(
    'order_picnic',
    'Orders a picnic.',
    {
      basket: {
        type: 'array',
        description: 'What is in it',
        items: {
          type: 'object',
          properties: {
            product: text('Id or name of the product'),
            amount: number('How much'),
            unit: text('Its unit', { enum: ['g', 'kg', 'litre', 'pack', 'dozen'] }),
          },
          required: ['product', 'amount'],
        },
      },
    },
    ['basket'],
  );
  test('each thing that is counted comes with its unit, and one alone as one', () => {
    expect(fill(picnic, 'order 250 g walnuts, 2 dozen eggs, 3 melons and a pack of tea').basket).toEqual([
      { product: 'walnuts', amount: 250, unit: 'g' },
      { product: 'eggs', amount: 2, unit: 'dozen' },
      { product: 'melon', amount: 3 },
      { product: 'tea', amount: 1, unit: 'pack' },
    ]);
    expect(fill(picnic, 'what would 3 melons and 2 kg of plums cost altogether').basket).toEqual([
      { product: 'melon', amount: 3 },
      { product: 'plums', amount: 2, unit: 'kg' },
    ]);
  });
});

test('days: a month is all of it, a year that was said once holds for each day, and today is what the person says', () => {
  const stay = tool(
    'find_room',
    'Finds a room.',
    { check_in: text('First day', { format: 'date' }), check_out: text('Last day', { format: 'date' }) },
    ['check_in', 'check_out'],
  );
  expect(fill(stay, 'a room from 2023 April 4th to April 8th')).toEqual({
    check_in: '2023-04-04',
    check_out: '2023-04-08',
  });
  const sales = tool('list_sales', 'Sales of the kiosk.', {
    from: text('First day', { format: 'date' }),
    to: text('Last day', { format: 'date' }),
  });
  expect(fill(sales, 'sales of last month')).toEqual({ from: '2026-10-01', to: '2026-10-31' });
  expect(fill(sales, 'what did we sell in September')).toEqual({ from: '2026-09-01', to: '2026-09-30' });
  expect(fill(sales, 'sales since Monday')).toEqual({ from: '2026-11-23' });
  const day = tool('forecast', 'The weather of a day.', { date: text('Day', { format: 'date' }) }, ['date']);
  expect(fill(day, 'the weather of tomorrow please, today is March 6, 2024')).toEqual({ date: '2024-03-07' });
});

test('who is ordered to be suspended becomes that, whatever else is said, and the name is no reason', () => {
  const change = tool(
    'change_member_state',
    'Changes the state of a member.',
    {
      member_id: text('Member, for example MEM-004', { pattern: '^MEM-\\d{3}$' }),
      state: text('New state', { enum: ['trial', 'active', 'suspended'] }),
      reason: text('Why'),
    },
    ['member_id', 'state', 'reason'],
  );
  expect(fill(change, 'suspend MEM-004, her trial was over in May')).toMatchObject({ state: 'suspended' });
  expect(fill(change, 'suspend Reed & Rowe please')).toEqual({ state: 'suspended' });
});

test('what stands behind the colon of another thing is no secret', () => {
  const tools = tool('set_code', 'Sets the code of a door.', { code: text('The new code', { writeOnly: true }) }, [
    'code',
  ]);
  expect(fill(tools, 'New address: 2450 Coral Way. Can you change it?')).toEqual({});
  expect(fill(tools, 'new code for the door: 2450')).toEqual({ code: '2450' });
});
