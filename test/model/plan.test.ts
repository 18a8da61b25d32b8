import { describe, expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { ask } = openPlanner();
const text = (description: string, more = {}) => ({ type: 'string', description, ...more });
const number = (description: string, more = {}) => ({ type: 'number', description, ...more });

const weather = tool(
  'get_weather',
  'Current weather of a place.',
  { city: text('Name of the city'), unit: text('Unit of the temperature', { enum: ['celsius', 'fahrenheit'] }) },
  ['city'],
);
const play = tool(
  'play_music',
  'Plays a song on a speaker at home.',
  {
    song: text('Title of the song'),
    artist: text('Who performs it'),
    room: text('The room of the speaker', { enum: ['kitchen', 'bedroom', 'living room'] }),
  },
  ['song'],
);
const lights = tool(
  'set_light',
  'Turns the light of a room on or off, or dims it.',
  {
    room: text('Which room', { enum: ['kitchen', 'bedroom', 'hall'] }),
    on: { type: 'boolean', description: 'Whether it shall be on' },
    brightness: { type: 'integer', description: 'Brightness in percent', minimum: 0, maximum: 100 },
  },
  ['room'],
);
const meeting = tool(
  'schedule_meeting',
  'Puts a meeting into the calendar.',
  {
    title: text('What it is about'),
    date: text('Day of the meeting', { format: 'date' }),
    attendees: { type: 'array', items: { type: 'string' }, description: 'Email addresses of who takes part' },
  },
  ['title', 'date'],
);
const cylinder = tool(
  'cylinder_volume',
  'Computes the volume of a cylinder.',
  { radius: number('Radius in cm'), height: number('Height in cm') },
  ['radius', 'height'],
);
const loan = tool(
  'monthly_payment',
  'Computes the monthly payment of a loan.',
  {
    principal: number('Amount of the loan in dollars'),
    annual_rate: number('Yearly interest rate as a decimal, 0.05 for 5%'),
    years: { type: 'integer', description: 'Term in years' },
  },
  ['principal', 'annual_rate', 'years'],
);
const convert = tool(
  'convert_currency',
  'Converts money from one currency to another.',
  {
    amount: number('How much'),
    from_currency: text('Currency code to convert from'),
    to_currency: text('Currency code to convert to'),
  },
  ['amount', 'from_currency', 'to_currency'],
);
const recipe = tool(
  'find_recipe',
  'Finds recipes by dish, diet and time.',
  {
    dish: text('What to cook'),
    diet: text('Dietary restriction such as vegan'),
    max_minutes: { type: 'integer', description: 'Longest time of preparation in minutes' },
  },
  ['dish'],
);
const train = tool(
  'search_trains',
  'Finds train connections between two cities.',
  {
    from_city: text('Where the journey starts'),
    to_city: text('Where it ends'),
    date: text('Day of travel, YYYY-MM-DD'),
  },
  ['from_city', 'to_city'],
);
const gene = tool(
  'gene_info',
  'Looks up what is known of a gene in an organism.',
  { gene: text('Symbol of the gene'), organism: text('Species, human unless said') },
  ['gene'],
);
const order = tool(
  'order_groceries',
  'Orders groceries.',
  {
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: text('Name of the article'),
          quantity: number('How many'),
          unit: text('Unit', { enum: ['kg', 'g', 'litre', 'piece'] }),
        },
        required: ['name', 'quantity'],
      },
    },
  },
  ['items'],
);
const remove = tool(
  'delete_reminder',
  'Deletes a reminder for good.',
  { reminder_id: text('Id of the reminder, for example REM-0042', { pattern: '^REM-\\d{4}$' }) },
  ['reminder_id'],
);
const remind = tool(
  'show_reminder',
  'Shows one reminder.',
  { reminder_id: text('Id of the reminder, for example REM-0042', { pattern: '^REM-\\d{4}$' }) },
  ['reminder_id'],
);
const all = [weather, play, lights, meeting, cylinder, loan, convert, recipe, train, gene, order, remove, remind];

describe('one call', () => {
  test.each([
    ['What is the weather in Lisbon?', 'get_weather', { city: 'Lisbon' }],
    [
      "how's the weather in oslo in fahrenheit",
      'get_weather',
      { city: expect.stringMatching(/^oslo$/i), unit: 'fahrenheit' },
    ],
    [
      "Play 'Hey Jude' by The Beatles in the kitchen",
      'play_music',
      { song: 'Hey Jude', artist: 'The Beatles', room: 'kitchen' },
    ],
    ['Dim the light in the hall to 40 percent', 'set_light', { room: 'hall', brightness: 40 }],
    [
      "Schedule a meeting 'Budget review' on 3 December 2026 with ann@example.com and bob@example.com",
      'schedule_meeting',
      { title: 'Budget review', date: '2026-12-03', attendees: ['ann@example.com', 'bob@example.com'] },
    ],
    [
      'What is the volume of a cylinder with a radius of 3 cm and a height of 12 cm?',
      'cylinder_volume',
      { radius: 3, height: 12 },
    ],
    ['volume of a cylinder, radius and height are 4 and 9', 'cylinder_volume', { radius: 4, height: 9 }],
    [
      'What do I pay each month for a loan of $250,000 at 4.5% over 30 years?',
      'monthly_payment',
      { principal: 250000, annual_rate: 0.045, years: 30 },
    ],
    [
      'Convert 120 euros to British pounds',
      'convert_currency',
      { amount: 120, from_currency: 'EUR', to_currency: 'GBP' },
    ],
    [
      'How many Swiss francs do I get for 75 US dollars?',
      'convert_currency',
      { amount: 75, from_currency: 'USD', to_currency: 'CHF' },
    ],
    [
      'Trains from Vienna to Prague tomorrow',
      'search_trains',
      { from_city: 'Vienna', to_city: 'Prague', date: '2026-11-30' },
    ],
    [
      'Order 2kg flour and 6 eggs',
      'order_groceries',
      {
        items: [
          { name: 'flour', quantity: 2, unit: 'kg' },
          { name: 'eggs', quantity: 6 },
        ],
      },
    ],
    ['show me reminder 42', 'show_reminder', { reminder_id: 'REM-0042' }],
    ['delete the reminder rem-0007 please', 'delete_reminder', { reminder_id: 'REM-0007' }],
  ])('%s', async (question, name, args) => {
    expect(await ask(question, all)).toEqual({ kind: 'calls', calls: [{ name, arguments: args }] });
  });
});

describe('several calls', () => {
  test('of one tool, one for each value of a row', async () => {
    expect(await ask('What is the weather in Lisbon, Oslo and Rome?', all)).toEqual({
      kind: 'calls',
      calls: ['Lisbon', 'Oslo', 'Rome'].map((city) => ({ name: 'get_weather', arguments: { city } })),
    });
  });
  test('of one tool, one for each sentence', async () => {
    const said =
      'Compute the volume of a cylinder with radius 2 and height 5. Then the volume of one with radius 7 and height 1.';
    expect(await ask(said, all)).toEqual({
      kind: 'calls',
      calls: [
        { name: 'cylinder_volume', arguments: { radius: 2, height: 5 } },
        { name: 'cylinder_volume', arguments: { radius: 7, height: 1 } },
      ],
    });
  });
  test('of several tools', async () => {
    expect(await ask('Convert 30 euros to yen and tell me the weather in Tokyo', all)).toEqual({
      kind: 'calls',
      calls: [
        { name: 'convert_currency', arguments: { amount: 30, from_currency: 'EUR', to_currency: 'JPY' } },
        { name: 'get_weather', arguments: { city: 'Tokyo' } },
      ],
    });
  });
});

describe('no call', () => {
  test.each([
    'Who painted the ceiling of the chapel?',
    'hello',
    'Book me a flight to Mars',
    'What is the capital of Peru?',
    'thanks, that was all',
  ])('%s', async (question) => {
    expect(await ask(question, [cylinder, loan, gene, order])).toMatchObject({ kind: 'answer' });
  });
  test('but a question, where something required was not said', async () => {
    const decision = await ask('Trains from Vienna, please', [train]);
    expect(decision).toMatchObject({ kind: 'answer', text: expect.stringContaining('to city') });
  });
});
