import { expect, test } from 'vitest';
import { viewOf } from '../../playground/model/tools/view.ts';
import { withCapitals } from '../../playground/model/words/careless-names.ts';
import { stem } from '../../playground/model/words/stem.ts';
import { tool } from './planning.ts';

test.each([
  ['warranty', 'warranties'],
  ['company', 'companies'],
  ['category', 'categories'],
  ['query', 'queries'],
  ['movie', 'movies'],
  ['notify', 'notified'],
])('%s and %s are forms of one word', (one, other) => {
  expect(stem(other)).toBe(stem(one));
});

test('names typed without capitals get them before a colon, and what stands behind it stays as it is', () => {
  const find = viewOf(tool('find_member', 'Finds members by name.', { name: { type: 'string' } }, ['name']));
  expect(withCapitals('note for eva lindqvist: call bo sandberg', [find])).toBe(
    'note for Eva Lindqvist: call bo sandberg',
  );
});
