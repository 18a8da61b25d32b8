import { expect, it } from 'vitest';
import { withoutAdvice } from '../../core/gate/advice.ts';
import { fitArguments } from '../../core/gate/arguments.ts';

it.each([
  ['No customer record belongs to this sender. Nothing was done; tell the person so.'],
  ['The arguments do not fit: /amount must be number. Nothing was done; correct them and call again.'],
  ['A sealed secret stands where none belongs. Nothing was done; ask the person for the value anew.'],
  ['Only 16 calls run at once. Nothing was done; call again for the rest.'],
])('a person reads without the advice for the model: %s', (text) => {
  expect(withoutAdvice(text)).toMatch(/ Nothing was done\.$/);
  expect(withoutAdvice(text)).not.toMatch(/person|call again/);
});

it('keeps advice for a person', () => {
  const text = 'This request expired. Nothing was done; please ask for it again.';
  expect(withoutAdvice(text)).toBe(text);
});

it('a person reads the problems of arguments in plain words', () => {
  const schema = {
    type: 'object',
    properties: {
      amount: { type: 'number', minimum: 0.01 },
      reason: { type: 'string', maxLength: 3 },
      unit: { enum: ['kg', 'lb'] },
    },
    required: ['order_id'],
    additionalProperties: false,
  };
  const checked = fitArguments('words', schema, { amount: -5, reason: 'long', unit: 'oz', more: 1 });
  expect(checked).toMatchObject({
    kind: 'bad',
    problem: expect.stringContaining('amount must be at least 0.01.'),
  });
  const { problem } = checked as { problem: string };
  expect(problem).toContain('reason must have at most 3 characters.');
  expect(problem).toContain('unit must be one of kg, lb.');
  expect(problem).toContain('This needs order_id.');
  expect(problem).toContain('This takes no more.');
});
