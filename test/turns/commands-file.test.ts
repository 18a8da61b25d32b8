import { expect, it } from 'vitest';
import { readWritten as read } from '../desks/written-desk.ts';

const desk = (commands: string, lookup = 'effect: read, rule: allow') => `title: Shop
instructions: help.md
slack: { channels: [C01] }
approvals: { signers: [U0ANN, U0BEN] }
tools:
  shop:
    find: { ${lookup} }
    note: { rule: confirm }
commands: { ${commands} }
`;

it('commands are read from a desk’s file', () => {
  const { desk: shop, lines } = read(
    desk(
      String.raw`reset: restart, switch: { word: buyer, like: 'B-\d+', tool: shop.find, argument: id, name: a.b, start: B-1 }`,
    ),
  );
  expect(lines).toEqual([]);
  expect(shop?.commands).toEqual({
    reset: 'restart',
    switch: {
      word: 'buyer',
      like: expect.objectContaining({ source: '^(?:B-\\d+)$' }),
      tool: 'shop__find',
      argument: 'id',
      name: 'a.b',
      start: 'B-1',
    },
  });
  expect(read(desk('')).desk?.commands).toEqual({});
});

const switchBy = (rest: string) => `switch: { word: user, like: u1, ${rest} }`;

it.each([
  ['by a tool that is not listed', switchBy('tool: shop.lost, argument: a'), /switch\.tool names shop\.lost, which is/],
  ['by what does something', switchBy('tool: shop.note, argument: a'), /names shop\.note, whose effect is once;/],
  ['without a tool', 'switch: { word: user, like: u1 }', /commands\.switch\.(tool|argument)/],
  ['that begins with nobody', switchBy('tool: shop.find, argument: a, start: v1'), /start is not like the ids/],
  [
    'by a broken pattern',
    "switch: { word: user, like: '(', tool: shop.find, argument: a }",
    /like cannot be used as a pattern \(Invalid.*; correct it/,
  ],
  [
    'by one word for two things',
    `reset: user, ${switchBy('tool: shop.find, argument: a')}`,
    /reset is the word of switch/,
  ],
  ['by two words', 'reset: start over', /commands\.reset is no single word in lower-case letters/],
])('a command %s is a fault that names its place', (_, commands, fault) => {
  expect(read(desk(commands)).lines).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
});

it('nobody signs that a conversation changes its subject', () => {
  const { lines } = read(desk(switchBy('tool: shop.find, argument: a'), 'effect: read, rule: confirm'));
  expect(lines).toEqual([
    'shop.yaml:9: commands.switch.tool names shop.find, whose rule is confirm; name a tool whose rule is allow',
  ]);
});
