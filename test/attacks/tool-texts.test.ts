import { expect, it } from 'vitest';
import { toolTextsIn } from '../../core/agent/tool-texts.ts';
import type { Call, Step } from '../../core/records/types.ts';

const call = (id: string, name: string, args: string): Call => ({
  ...{ id, name, arguments: args },
  decision: { kind: 'sign' },
});
const model = (...calls: Call[]): Step => ({ n: 0, kind: 'model', content: { text: '', tokens: 1, calls } });
const answer = (id: string, text: string): Step => ({
  n: 1,
  kind: 'tool',
  content: { call: id, status: 'ok', text },
});

it('a value that the model writes to a tool is read as the tool reads it, and stands before the answer', () => {
  const steps = [
    model(call('c1', 'shop__look_up', '{"q":"9\\u00300","in":{"ORD-1":["a"]}}'), call('c2', 'shop__note', 'no JSON')),
    answer('c1', 'Nothing found for 900'),
  ];
  expect(toolTextsIn(steps)).toEqual([
    { tool: null, text: 'q\n900\nin\nORD-1\na' },
    { tool: null, text: 'no JSON' },
    { tool: 'shop__look_up', text: 'Nothing found for 900' },
  ]);
});

it('a tool that only reads the conversation gives no values', () => {
  const steps = [model(call('c1', 'extract_entities', '{}')), answer('c1', 'order ORD-1002')];
  expect(toolTextsIn(steps)).toEqual([{ tool: null, text: '' }]);
});
