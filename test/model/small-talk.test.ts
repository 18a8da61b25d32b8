import { describe, expect, test } from 'vitest';
import { openPlanner, tool } from './planning.ts';

const { ask } = openPlanner();

const lists = tool('list_berths', 'Berths of the harbour, a page at a time.', {});
const moves = tool(
  'harbour__move_boat',
  'Moves a boat to another berth.',
  { boat: { type: 'string', description: 'Name of the boat' }, berth: { type: 'string', description: 'Berth' } },
  ['boat', 'berth'],
);

describe('what wants no tool', () => {
  test.each(['what can you do?', 'Help', 'hi, what can you help me with', 'which tools do you have?'])(
    '%s is answered with what the tools do',
    async (question) => {
      const decision = await ask(question, [lists, moves]);
      expect(decision.kind === 'answer' && decision.text).toMatch(/list berths[\s\S]*move boat/);
    },
  );

  test('a greeting is answered so, too', async () => {
    expect(await ask('good morning!', [lists, moves])).toMatchObject({
      text: expect.stringMatching(/^Hello\..*list/s),
    });
  });

  test('thanks are answered', async () => {
    expect(await ask('great, thanks a lot!', [lists, moves])).toEqual({ kind: 'answer', text: "You're welcome." });
  });

  test('a greeting before a request is no small talk', async () => {
    expect(await ask('hi, which berths are there?', [lists, moves])).toMatchObject({ kind: 'calls' });
  });
});
