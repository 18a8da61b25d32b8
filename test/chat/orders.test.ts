import { describe, expect, it } from 'vitest';
import { deskNamed, orderIn } from '../../bot/cli/commands.ts';
import type { Channel, Person } from '../../bot/cli/frames.ts';
import { readOptions } from '../../bot/cli/options.ts';

const person = (id: string, name: string, realName: string): Person => ({
  id,
  name,
  realName,
  about: '',
  kind: 'member',
});
const people = [person('U0LISA', 'lisa', 'Lisa Brandt'), person('U0MARCO', 'marco', 'Marco Rossi')];
const desk = (name: string, title: string, words: string[] = []): Channel => ({
  ...{ id: `C0${name.toUpperCase()}`, name: title.toLowerCase().replaceAll(' ', '-'), kind: 'channel' },
  desk: { name, title, examples: [], words },
});
const shop = desk('jewelry', 'Jewelry operations');
const bank = desk('bank', 'Bank customer support', ['reset', 'user']);

describe('a line at a desk without words of its own', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['  help ', { kind: 'help' }],
    ['History', { kind: 'history' }],
    ['exit', { kind: 'quit' }],
    ['reset', { kind: 'reset' }],
    ['desk', { kind: 'desks' }],
    ['desk bank', { kind: 'desk', name: 'bank' }],
    ['user', { kind: 'people' }],
    ['user marco', { kind: 'act_as', person: people[1] }],
    ['user U0MARCO', { kind: 'act_as', person: people[1] }],
    ['user user_002', { kind: 'no_such_person', name: 'user_002' }],
    ['y', { kind: 'sign', verdict: 'yes', which: null, reason: '' }],
    ['yes', { kind: 'sign', verdict: 'yes', which: null, reason: '' }],
    ['y 2', { kind: 'sign', verdict: 'yes', which: 2, reason: '' }],
    ['n', { kind: 'sign', verdict: 'no', which: null, reason: '' }],
    ['n 2 it was paid back', { kind: 'sign', verdict: 'no', which: 2, reason: 'it was paid back' }],
    ['n because it was paid back', { kind: 'sign', verdict: 'no', which: null, reason: 'it was paid back' }],
    ['yes please do', { kind: 'say', text: 'yes please do' }],
    ['no idea', { kind: 'say', text: 'no idea' }],
    ['help me', { kind: 'say', text: 'help me' }],
    ['desk lamps in stock?', { kind: 'say', text: 'desk lamps in stock?' }],
    ['user marco is on leave', { kind: 'say', text: 'user marco is on leave' }],
  ])('"%s"', (line, order) => {
    expect(orderIn(line, shop, people)).toEqual(order);
  });
});

describe('a line at a desk with words of its own', () => {
  it.each([
    ['reset', { kind: 'say', text: 'reset' }],
    ['user user_002', { kind: 'say', text: 'user user_002' }],
    ['user marco', { kind: 'act_as', person: people[1] }],
    ['user', { kind: 'people' }],
  ])('"%s"', (line, order) => {
    expect(orderIn(line, bank, people)).toEqual(order);
  });
});

it.each([
  ['bank', bank],
  ['BANK', bank],
  ['customer', bank],
  ['operations', shop],
  ['#jewelry-operations', shop],
  ['C0BANK', bank],
  ['lamp', undefined],
])('the desk "%s"', (name, found) => {
  expect(deskNamed([shop, bank], name)).toBe(found);
});

describe('the options', () => {
  it('are read', () => {
    expect(readOptions(['--url', 'http://127.0.0.1:4000/', '--desk', 'bank', '--user', 'marco'])).toEqual({
      kind: 'options',
      options: { url: 'http://127.0.0.1:4000', desk: 'bank', user: 'marco' },
    });
    expect(readOptions([])).toEqual({ kind: 'options', options: { url: null } });
    expect(readOptions(['-h'])).toEqual({ kind: 'help' });
  });

  it.each([['--url', 'there'], ['--dsek', 'bank'], ['hello']])('%s %s is told as wrong', (...args) => {
    expect(readOptions(args)).toMatchObject({
      kind: 'wrong',
      line: expect.stringMatching(/address|Unknown|Unexpected/),
    });
  });
});
