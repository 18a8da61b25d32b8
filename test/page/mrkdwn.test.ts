import { describe, expect, test } from 'vitest';
import { type Mark, parseMrkdwn, wordsOf } from '../../playground/page/text/mrkdwn.ts';

const text = (words: string): Mark => ({ kind: 'text', text: words });

describe('the words of our own cards', () => {
  test('a pointer to a card has bold words, a link and a date', () => {
    const said =
      '*refund order* needs a signature on <https://playground.slack.com/archives/C0A/p1700000000000100|this card>, ' +
      'until <!date^1700000000^{date_short_pretty} at {time}|2023-11-14 22:13 UTC>.';

    expect(parseMrkdwn(said)).toEqual([
      { kind: 'bold', children: [text('refund order')] },
      text(' needs a signature on '),
      { kind: 'link', url: 'https://playground.slack.com/archives/C0A/p1700000000000100', text: 'this card' },
      text(', until '),
      {
        kind: 'date',
        date: { seconds: 1700000000, format: '{date_short_pretty} at {time}', fallback: '2023-11-14 22:13 UTC' },
      },
      text('.'),
    ]);
  });

  test('people, channels and everyone are marked by their ids', () => {
    expect(parseMrkdwn('<@U0LISA> in <#C0BANK|bank> <!here> <!subteam^S1|@managers>')).toEqual([
      { kind: 'person', id: 'U0LISA' },
      text(' in '),
      { kind: 'channel', id: 'C0BANK', label: 'bank' },
      text(' '),
      { kind: 'everyone', label: '@here' },
      text(' '),
      { kind: 'everyone', label: '@managers' },
    ]);
  });
});

describe('styles', () => {
  test.each([
    ['*bold* _italic_ ~struck~', 'bold italic strike'],
    ['*_both_*', 'bold'],
    ['(*bold*), then', 'bold'],
    ['snake_case_name and 2*3*4', ''],
    ['* not bold * and **neither**', ''],
    ['*over the\nend of a line*', ''],
  ])('%s', (said, kinds) => {
    const styled = parseMrkdwn(said).map(({ kind }) => kind);
    expect(styled.filter((kind) => kind !== 'text').join(' ')).toBe(kinds);
  });

  test('code keeps what looks like markup', () => {
    expect(parseMrkdwn('`*x* <@U1>` and ```\n*y*\n```after')).toEqual([
      { kind: 'code', text: '*x* <@U1>' },
      text(' and '),
      { kind: 'pre', text: '*y*' },
      text('after'),
    ]);
  });

  test('lines after a greater-than sign are one quotation', () => {
    expect(parseMrkdwn('before\n&gt; one\n&gt; two\nafter')).toEqual([
      text('before'),
      { kind: 'quote', children: [text('one'), text('\n'), text('two')] },
      text('after'),
    ]);
  });
});

describe('text that might do harm', () => {
  test.each(['<javascript:alert(1)|click>', '<data:text/html,x|y>', '<file:///etc/passwd>', '<vbscript:x|y>'])(
    '%s stays words',
    (said) => {
      expect(parseMrkdwn(said).every(({ kind }) => kind === 'text')).toBe(true);
    },
  );

  test('escaped signs are shown once decoded, and make no markup', () => {
    expect(parseMrkdwn('&lt;@U0LISA&gt; &amp;lt;b&amp;gt;')).toEqual([text('<@U0LISA> &lt;b&gt;')]);
  });

  test('a name that no picture is drawn for stays as it is written', () => {
    expect(parseMrkdwn('at 10:30:45 :party_parrot: :eyes:')).toEqual([
      text('at 10:30:45 :party_parrot: '),
      { kind: 'emoji', name: 'eyes' },
    ]);
  });

  test.each([
    ['unclosed stars', '*a '.repeat(13_000)],
    ['quotations', '&gt; a\n'.repeat(6_000)],
    ['nested styles', `${'*_~'.repeat(3_000)}x${'~_*'.repeat(3_000)}`],
    ['open brackets', '<a '.repeat(13_000)],
    ['open fences', '```a '.repeat(8_000)],
  ])('a long text of %s is read in time, and whole', (_, said) => {
    const begun = performance.now();
    const words = wordsOf(parseMrkdwn(said), () => '');
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(words.replace(/[^ax]/g, '').length).toBe(said.replaceAll('&gt;', '').replace(/[^ax]/g, '').length);
  });
});
