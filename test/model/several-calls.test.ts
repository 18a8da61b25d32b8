import { describe, expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { ask } = openPlanner();

const amount = { type: 'number', description: 'Amount of the purchase' };
const city = { type: 'string', description: 'City where it was bought' };
const dutyOn = tool('calculate_duty', 'Calculates the duty on a purchase.', { amount, city }, ['amount', 'city']);
const play = tool(
  'play_artist',
  'Plays songs of an artist for some time.',
  {
    artist: { type: 'string', description: 'Artist whose songs are played' },
    minutes: { type: 'integer', description: 'How long, in minutes' },
  },
  ['artist', 'minutes'],
);
const grow = tool(
  'future_value',
  'Calculates what an investment is worth after some years.',
  {
    principal: { type: 'number', description: 'Money that is invested' },
    rate: { type: 'number', description: 'Interest rate a year, as a decimal' },
    years: { type: 'integer', description: 'Number of years' },
  },
  ['principal', 'rate', 'years'],
);
const meter = tool(
  'calculate_bmi',
  'Calculates the body mass index of a person.',
  {
    weight: { type: 'number', description: 'Weight in kilograms' },
    height: { type: 'number', description: 'Height in centimeters' },
  },
  ['weight', 'height'],
);
const bookings = tool(
  'list_bookings',
  'Bookings of the hall between two days.',
  {
    from: { type: 'string', format: 'date', description: 'First day' },
    to: { type: 'string', format: 'date', description: 'Last day' },
  },
  [],
);

async function callsOf(text: string, tools: Parameters<typeof ask>[1]) {
  const decision = await ask(text, tools);
  return decision.kind === 'calls' ? decision.calls.map((one) => [one.name, one.arguments]) : decision;
}

describe('one tool is called once for each', () => {
  test('group of values', async () => {
    expect(
      await callsOf('What is the duty on $30.45 in Oslo, $52.33 in Bergen and $11.20 in Narvik?', [dutyOn]),
    ).toEqual([
      ['calculate_duty', { amount: 30.45, city: 'Oslo' }],
      ['calculate_duty', { amount: 52.33, city: 'Bergen' }],
      ['calculate_duty', { amount: 11.2, city: 'Narvik' }],
    ]);
  });

  test('of several rows that are told respectively', async () => {
    const text = 'Play Nina Simone and Miles Davis for 20 minutes and 15 minutes respectively.';
    expect(await callsOf(text, [play])).toEqual([
      ['play_artist', { artist: 'Nina Simone', minutes: 20 }],
      ['play_artist', { artist: 'Miles Davis', minutes: 15 }],
    ]);
  });

  test('number of a row, and the others go with each', async () => {
    const text = 'Calculate the future value of $1000 at an interest rate of 5% for 10, 20 and 30 years.';
    expect(await callsOf(text, [grow])).toEqual(
      [10, 20, 30].map((years) => ['future_value', { principal: 1000, rate: 0.05, years }]),
    );
  });

  test('person of those who were counted first', async () => {
    const text =
      'Calculate the body mass index of two people: the first person weighs 75 kilograms and is 180 centimeters tall, ' +
      'the second person weighs 60 kilograms and is 165 centimeters tall.';
    expect(await callsOf(text, [meter])).toEqual([
      ['calculate_bmi', { weight: 75, height: 180 }],
      ['calculate_bmi', { weight: 60, height: 165 }],
    ]);
  });
});

test('one span of days is one call', async () => {
  expect(await callsOf('which bookings are there between 2026-12-01 and 2026-12-09', [bookings])).toEqual([
    ['list_bookings', { from: '2026-12-01', to: '2026-12-09' }],
  ]);
});

describe('two tools', () => {
  const ferryId = { type: 'string', pattern: '^FER-\\d{3}$', description: 'Ferry, for example FER-012' };
  const timetable = tool('get_timetable', 'When a ferry leaves and arrives.', { ferry_id: ferryId }, ['ferry_id']);
  const repairs = tool('get_repair_history', 'Everything that was repaired on a ferry.', { ferry_id: ferryId }, [
    'ferry_id',
  ]);
  const messages = tool('list_messages', 'What was written in a channel, about one ferry if one is given.', {
    channel: { type: 'string', enum: ['deck', 'engine'], description: 'Channel' },
    ferry_id: ferryId,
  });
  const fares = tool('get_fares', 'What a ferry costs.', { ferry_id: ferryId }, ['ferry_id']);
  const ferries = [timetable, repairs, messages, fares];

  test('whose nouns stand beside an "and" are both called', async () => {
    expect(await callsOf('timetable and fares of FER-012 please', ferries)).toEqual([
      ['get_timetable', { ferry_id: 'FER-012' }],
      ['get_fares', { ferry_id: 'FER-012' }],
    ]);
  });

  test('are called for the same thing, where the second part only takes it up', async () => {
    expect(
      await callsOf('show me the fares of FER-012 and what was written about it in the engine channel', ferries),
    ).toEqual([
      ['get_fares', { ferry_id: 'FER-012' }],
      ['list_messages', { channel: 'engine', ferry_id: 'FER-012' }],
    ]);
  });

  test('are not called where the second part names nothing of its own', async () => {
    expect(await callsOf("I'd like to know the fares of FER-012. Can you find that for me?", ferries)).toEqual([
      ['get_fares', { ferry_id: 'FER-012' }],
    ]);
  });
});
