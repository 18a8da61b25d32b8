import { describe, expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { converse } = openPlanner();

const id = (prefix: string, digits: number, what: string) => ({
  type: 'string',
  pattern: `^${prefix}-\\d{${digits}}$`,
  description: `${what}, for example ${prefix}-${'1'.padStart(digits, '0')}`,
});

describe('payroll: a search goes on to what tells what was asked', () => {
  const person = id('EMP', 3, 'Employee');
  const search = tool(
    'search_employees',
    'Employees that fit a name or a part of one, best first.',
    { query: { type: 'string', description: 'A name or a part of one' } },
    ['query'],
  );
  const get = tool(
    'get_employee',
    'One employee by id: contact, phone, office, hired on which day, money paid this year.',
    { employee_id: person },
    ['employee_id'],
  );
  const list = tool('list_payslips', 'Payslips, newest first. The lines of one are shown by get_payslip.', {
    employee_id: person,
  });
  const slip = tool(
    'get_payslip',
    'One payslip by id with its lines and sums.',
    { payslip_id: id('SLIP', 4, 'Payslip') },
    ['payslip_id'],
  );
  const raise = tool(
    'update_employee',
    'Changes office or monthly salary of an employee.',
    {
      employee_id: person,
      office: { type: 'string', description: 'New office' },
      salary: { type: 'number', description: 'New salary a month in US dollars' },
    },
    ['employee_id'],
  );
  const tools = [search, get, list, slip, raise];
  const run = (name: string, args: Record<string, unknown>): string => {
    switch (name) {
      case 'search_employees':
        return '2 of 2 employees: Ann Berg (EMP-007, Oslo); Anna Bergman (EMP-011, Rome).';
      case 'get_employee':
        return `Ann Berg (${args.employee_id}), Oslo, +47 555 0100, hired 2021-03-01, $40,000.00 paid.`;
      case 'list_payslips':
        return '2 of 2 payslips: SLIP-0009 (EMP-007, 2026-10-31, $4,000.00); SLIP-0012 (EMP-007, 2026-11-30, $4,100.00).';
      default:
        return `${JSON.stringify(args)}: base $3,900.00; bonus $200.00.`;
    }
  };
  const calls = async (...said: string[]) => {
    let before: Awaited<ReturnType<typeof converse>>['messages'] = [];
    let made: { name: string; arguments: Record<string, unknown> }[] = [];
    for (const text of said) {
      const turn = await converse(text, tools, run, before);
      before = turn.messages;
      made = turn.made;
    }
    return made.map(({ name, arguments: args }) => `${name} ${Object.values(args).join(' ')}`);
  };

  test.each([
    [
      'a field of somebody who is named',
      ['What is the phone number of Ann Berg?'],
      ['search_employees Ann Berg', 'get_employee EMP-007'],
    ],
    ['a day', ['when was Ann Berg hired?'], ['search_employees Ann Berg', 'get_employee EMP-007']],
    ['nothing but a name', ['look up Ann Berg'], ['search_employees Ann Berg']],
    [
      'what stands in the last of several',
      ['What was on the last payslip of Ann Berg?'],
      ['search_employees Ann Berg', 'list_payslips EMP-007', 'get_payslip SLIP-0012'],
    ],
    ['the older one', ['payslips of EMP-007', 'and what was on the older one?'], ['get_payslip SLIP-0009']],
    ['that payslip by its number alone', ['is 0012 paid?'], ['get_payslip SLIP-0012']],
    ['whoever was spoken of', ['show me EMP-007', 'which payslips does she have?'], ['list_payslips EMP-007']],
    ['a field of whoever was spoken of', ['payslips of EMP-007', "what's her phone number?"], ['get_employee EMP-007']],
    ['what is missing of what was shown', ['show me SLIP-0009', 'show me the lines'], ['get_payslip SLIP-0009']],
  ])('%s', async (_what, said, expected) => {
    expect(await calls(...said)).toEqual(expected);
  });

  test('a change that is not told is asked for', async () => {
    const { made, answer } = await converse('please update EMP-007', tools, run);
    expect(made).toEqual([]);
    expect(answer).toMatch(/office.*salary.*\?/);
  });
});

describe('rooms: parts of one request speak of the same thing', () => {
  const room = id('ROOM', 3, 'Room');
  const get = tool('get_room', 'One room by id: floor, seats, equipment.', { room_id: room }, ['room_id']);
  const repairs = tool('list_repairs', 'Repairs of a room, newest first: day, reason, who did it.', { room_id: room }, [
    'room_id',
  ]);
  const bookings = tool('list_bookings', 'Bookings, newest first.', {
    room_id: room,
    status: { type: 'string', enum: ['open', 'held', 'cancelled'], description: 'Only those in this state' },
  });
  const tools = [get, repairs, bookings];
  const run = (name: string) =>
    name === 'list_bookings' ? '2 of 2 bookings: BOOK-1 (ROOM-004, held); BOOK-2 (ROOM-009, held).' : 'Done.';

  test('it', async () => {
    const { made } = await converse('how many seats does ROOM-004 have, and which repairs has it had?', tools, run);
    expect(made).toEqual([
      { name: 'get_room', arguments: { room_id: 'ROOM-004' } },
      { name: 'list_repairs', arguments: { room_id: 'ROOM-004' } },
    ]);
  });
  test('a list is not asked again for each thing that stands in it', async () => {
    const { made } = await converse('list the bookings that are held by their guests', tools, run);
    expect(made).toEqual([{ name: 'list_bookings', arguments: { status: 'held' } }]);
  });
  test('that room, a turn later', async () => {
    const first = await converse('get ROOM-009', tools, run);
    const { made } = await converse('who has booked that room?', tools, run, first.messages);
    expect(made).toEqual([{ name: 'list_bookings', arguments: { room_id: 'ROOM-009' } }]);
  });
});

describe('parts and orders: what a tool suggests, and counts of what was spoken of', () => {
  const stock = tool('find_parts', 'Parts with price and stock, those that fit a name, best first.', {
    query: { type: 'string', description: 'A name or a part of one' },
    part_id: id('PART', 3, 'Part'),
  });
  const quote = tool(
    'quote_order',
    'What an order would come to.',
    {
      lines: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            item: { type: 'string', description: 'Id or name of the part' },
            quantity: { type: 'number', description: 'For example 2' },
          },
          required: ['item', 'quantity'],
        },
      },
    },
    ['lines'],
  );
  const tools = [stock, quote];
  const run = (name: string, args: Record<string, unknown>) => {
    if (name === 'find_parts') return '1 of 1 parts: Copper Washer (PART-012, $3.50, 11 left).';
    return /"washers?"/i.test(JSON.stringify(args))
      ? 'There is no part "washer". Did you mean Copper Washer (PART-012) or Water Pump (PART-013)?'
      : 'Together $7.00.';
  };

  test('the one suggestion that has the very word is taken', async () => {
    const { made } = await converse('quote an order of 2 washers please', tools, run);
    expect(made.at(-1)).toEqual({
      name: 'quote_order',
      arguments: { lines: [{ item: 'Copper Washer', quantity: 2 }] },
    });
  });
  test('"of those" are of the one that was found', async () => {
    const first = await converse('do we have copper washers?', tools, run);
    const { made } = await converse('what would an order of 2 of those come to?', tools, run, first.messages);
    expect(made).toEqual([{ name: 'quote_order', arguments: { lines: [{ item: 'Copper Washer', quantity: 2 }] } }]);
  });
});
