import { describe, expect, test } from 'vitest';
import { type Part, parseMarkdown } from '../../playground/page/text/markdown.ts';
import type { Mark } from '../../playground/page/text/mrkdwn.ts';

const text = (words: string): Mark => ({ kind: 'text', text: words });
const paragraph = (...children: Mark[]): Part => ({ kind: 'paragraph', children });

test('an answer of the bot has headings, a table, lists and code', () => {
  const answer = [
    '## Lisa Park',
    'She is **premium**.',
    '',
    '| Order | Total |',
    '|---|--:|',
    '| `ORD-1002` | $240.00 |',
    '',
    '1. one',
    '2. two',
    '   - inner',
    '',
    '```sql',
    'select 1;',
    '```',
  ].join('\n');

  expect(parseMarkdown(answer)).toEqual([
    { kind: 'heading', depth: 2, children: [text('Lisa Park')] },
    paragraph(text('She is '), { kind: 'bold', children: [text('premium')] }, text('.')),
    {
      kind: 'table',
      aligns: [null, 'right'],
      head: [[text('Order')], [text('Total')]],
      rows: [[[{ kind: 'code', text: 'ORD-1002' }], [text('$240.00')]]],
    },
    {
      kind: 'list',
      start: 1,
      items: [
        { checked: null, parts: [paragraph(text('one'))] },
        {
          checked: null,
          parts: [
            paragraph(text('two')),
            { kind: 'list', start: null, items: [{ checked: null, parts: [paragraph(text('inner'))] }] },
          ],
        },
      ],
    },
    { kind: 'code', text: 'select 1;' },
  ]);
});

test('a text in the making is shown as far as it has come', () => {
  expect(parseMarkdown('It is **half')).toEqual([paragraph(text('It is **half'))]);
  expect(parseMarkdown('```\nselect')).toEqual([{ kind: 'code', text: 'select' }]);
});

test('people and dates are read in Markdown too', () => {
  expect(parseMarkdown('Ask <@U0MARCO>, **<@U0LISA>**')).toEqual([
    paragraph(text('Ask '), { kind: 'person', id: 'U0MARCO' }, text(', '), {
      kind: 'bold',
      children: [{ kind: 'person', id: 'U0LISA' }],
    }),
  ]);
});

describe('text that might do harm', () => {
  test('HTML is words', () => {
    const words = JSON.stringify(parseMarkdown('<script>alert(1)</script>\n\n<b>bold</b> <img src=x onerror=y>'));
    expect(words).toContain('<script>alert(1)</script>');
    expect(words).toContain('<img src=x onerror=y>');
    expect(words).not.toContain('"bold","children"');
  });

  test('a picture is a link that one may follow, and nothing that is loaded', () => {
    expect(parseMarkdown('![a chart](https://evil.example/pixel.png)')).toEqual([
      paragraph({ kind: 'link', url: 'https://evil.example/pixel.png', text: 'image: a chart' }),
    ]);
  });

  test.each(['[x](javascript:alert(1))', '[x](data:text/html,y)', '![x](javascript:alert(1))', '[x](JaVaScRiPt:y)'])(
    '%s leads nowhere',
    (answer) => {
      expect(JSON.stringify(parseMarkdown(answer))).not.toContain('"kind":"link"');
    },
  );

  test('an entity that hides a script is decoded before it is judged', () => {
    expect(JSON.stringify(parseMarkdown('[x](&#106;avascript:alert(1))'))).not.toContain('"kind":"link"');
  });
});

test.each([
  ['quotes in quotes', '>'.repeat(40_000)],
  ['quotes in quotes with spaces', '> '.repeat(20_000)],
  ['lists in lists', '- '.repeat(20_000)],
  ['a word like an address', `${'a.'.repeat(20_000)}@`],
  ['an address of dots', `https://a.${'.'.repeat(40_000)}`],
])('%s without end are shown as they are written, at once', (_what, written) => {
  const begun = performance.now();
  expect(parseMarkdown(written)).toEqual([paragraph(text(written))]);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
