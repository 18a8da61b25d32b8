import { expect, it } from 'vitest';
import { plainOf } from '../../channels/email/plain.ts';

it.each([
  ['emphasis', 'Your order **ORD-1001** is *on its way*: `shipped`.', 'Your order ORD-1001 is on its way: shipped.'],
  ['a heading and paragraphs', '## Refund\n\nDone.\nThanks.', 'Refund\n\nDone.\nThanks.'],
  [
    'a table, numbers to the right',
    '| id | total |\n| --- | ---: |\n| **A1** | 9.50 |\n| B | 120.00 |',
    'id   total\n--  ------\nA1    9.50\nB   120.00',
  ],
  ['lists in lists', '1. first\n   - one\n   - two\n2. second', '1. first\n   - one\n   - two\n2. second'],
  ['a list that begins at 3', '3. third\n4. fourth', '3. third\n4. fourth'],
  [
    'links',
    'See [the shop](https://shop.example/a) or https://x.example',
    'See the shop (https://shop.example/a) or https://x.example',
  ],
  ['an address', 'Write to <help@x.example>', 'Write to help@x.example'],
  ['an image', '![a ring](https://x.example/r.png)', 'a ring (https://x.example/r.png)'],
  ['a quote', '> as you said\n> before\n\nYes.', '> as you said\n> before\n\nYes.'],
  ['code', '```\na = 1 * 2\n```', 'a = 1 * 2'],
  ['HTML, which is text', 'a <b>bold</b> claim', 'a <b>bold</b> claim'],
  ['signs that are none', '2 * 3 * 4 = 24 & 5 < 6, snake_case_name', '2 * 3 * 4 = 24 & 5 < 6, snake_case_name'],
  ['escaped signs', '\\*not bold\\*', '*not bold*'],
  ['a rule, which is no signature', 'a\n\n---\n\nb', 'a\n\n* * *\n\nb'],
])('writes %s as plain text', (_, markdown, plain) => {
  expect(plainOf(markdown)).toBe(plain);
});

it('leaves what the parser would need seconds for as it is', () => {
  const nested = '> '.repeat(5000);
  expect(plainOf(nested)).toBe(nested);
});
