import { expect, test } from 'vitest';
import { stem } from '../../playground/model/words/stem.ts';

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
