import { describe, expect, it } from 'vitest';
import { PART_LIMIT, splitMarkdown } from '../../channels/slack/text/markdown.ts';
import { partsOf, plainText, quieten, showableText } from '../../channels/slack/text/text.ts';

const jsonSize = (text: string) => JSON.stringify(text).length - 2;
const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i}`);

describe('a long answer is split', () => {
  it('not at all when it is short', () => {
    expect(splitMarkdown('A short one.\n')).toEqual(['A short one.\n']);
  });

  it('at a paragraph, and no word is lost', () => {
    const paragraphs = Array.from({ length: 60 }, (_, i) => `Paragraph ${i}. ${'It goes on. '.repeat(80).trim()}`);
    const parts = splitMarkdown(paragraphs.join('\n\n'));
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.every((part) => part.startsWith('Paragraph'))).toBe(true);
    expect(parts.join('\n\n')).toBe(paragraphs.join('\n\n'));
  });

  it('at a line where there is no paragraph, at a word where there is no line', () => {
    const lines = splitMarkdown(words(40).join('\n'), 100);
    expect(lines.join('\n').split('\n')).toEqual(words(40));
    const line = splitMarkdown(words(40).join(' '), 100);
    expect(line.join(' ').split(' ')).toEqual(words(40));
  });

  it('anywhere in 40,000 characters without a space, but never within a character', () => {
    const text = `x${'😀'.repeat(20_000)}`;
    const parts = splitMarkdown(text);
    expect(parts.join('')).toBe(text);
    expect(parts.some((part) => /\p{Cs}/u.test(part))).toBe(false);
  });

  it.each([
    ['line breaks', `${'a\n'.repeat(15_000)}`],
    ['quotes and backslashes', '"\\'.repeat(10_000)],
    ['control characters', '\u0001\u0002'.repeat(3_000)],
    ['one line', 'x'.repeat(40_000)],
    ['one endless opening of a fence', `\`\`\`${'x'.repeat(40_000)}`],
    ['nothing but backticks', '`'.repeat(40_000)],
    ['a fence with an endless line', `\`\`\`js\n${'x'.repeat(40_000)}\n\`\`\``],
    ['a table with an endless head', `| ${'x'.repeat(12_000)} |\n|---|\n${'| y |\n'.repeat(3_000)}`],
  ])('into parts that Slack takes: %s', (_, text) => {
    const parts = splitMarkdown(text);
    expect(parts.length).toBeGreaterThan(1);
    expect(Math.max(...parts.map(jsonSize))).toBeLessThanOrEqual(PART_LIMIT);
  });

  it('with a code fence closed and opened again', () => {
    const code = words(60).map((word) => `  ${word}()`);
    const parts = splitMarkdown(`Look:\n\n\`\`\`js\n${code.join('\n')}\n\`\`\`\nDone.`, 200);
    for (const part of parts) expect(part.match(/^```/gm)?.length).toBe(2);
    expect(parts.slice(1).every((part) => part.startsWith('```js\n'))).toBe(true);
    const joined = parts.join('\n').replace(/^```.*\n?/gm, '');
    expect(joined).toBe(`Look:\n\n${code.join('\n')}\nDone.`);
  });

  it('with fences of tildes, and fences that hold fences', () => {
    const inner = `~~~~md\n${'```\nx\n```\n'.repeat(30)}~~~~`;
    for (const part of splitMarkdown(inner, 120)) {
      expect(part.startsWith('~~~~md\n')).toBe(true);
      expect(part.endsWith('\n~~~~')).toBe(true);
    }
  });

  it('with no empty block where the cut falls before the closing fence', () => {
    const parts = splitMarkdown(`\`\`\`\n${'x'.repeat(60)}\n\`\`\`\n${'And more. '.repeat(8)}`, 92);
    expect(parts[0]).toBe(`\`\`\`\n${'x'.repeat(60)}\n\`\`\``);
    expect(parts[1]).toMatch(/^And more/);
  });

  it('with the head of a table over each part of it', () => {
    const rows = words(50).map((word, i) => `| ${word} | ${i} |`);
    const parts = splitMarkdown(
      ['Orders:', '', '| name | n |', '|:---|---:|', ...rows, '', 'That is all.'].join('\n'),
      300,
    );
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts.slice(1)) expect(part.startsWith('| name | n |\n|:---|---:|\n| word')).toBe(true);
    expect(parts.flatMap((part) => part.match(/^\| word\d+ .*$/gm))).toEqual(rows);
  });
});

describe('the Markdown of a model', () => {
  it('calls no channel and no group, however it is spelled', () => {
    for (const call of ['<!channel>', '<!HERE>', '<!everyone|all>', '<!subteam^S123|@ops>']) {
      expect(quieten(`Hey ${call}!`)).not.toMatch(/<!(channel|here|everyone|subteam)/i);
      expect(plainText(`Hey ${call}!`)).toContain('&lt;');
    }
  });

  it('keeps the mention of a person and of a channel', () => {
    const text = 'Ask <@U0LISA> in <#C0GENERAL>.';
    expect(partsOf(text)).toEqual([text]);
    expect(plainText(text)).toBe(text);
  });

  it.each(['', ' \n\t', '\u200b\u2060', '\n'.repeat(30_000)])('is never sent as nothing: %j', (text) => {
    const parts = partsOf(text);
    expect(parts).toEqual(['(This answer has no text.)']);
  });

  it('loses what neither Slack nor the wire takes', () => {
    expect(partsOf('a\0b\ud83dc')).toEqual(['a\ufffdb\ufffdc']);
  });

  it('is shown only as far as it is clear what it will be', () => {
    expect(showableText('Hello <!chan')).toBe('Hello ');
    expect(showableText('Hello \ud83d')).toBe('Hello ');
    expect(showableText('Hello <!channel')).toBe('Hello ');
    expect(showableText('Hello <!channel> you')).toBe('Hello <\u200b!channel> you');
    expect(showableText('if a < b, then all is well')).toBe('if a < b, then all is well');
  });
});

describe('the plain form', () => {
  it('has no markup', () => {
    const markdown = '# Orders\n\n**Two** of `A&B` <3, see [the list](https://example.com/a):\n\n```js\nx()\n```\n';
    expect(plainText(markdown)).toBe('Orders\n\nTwo of A&amp;B &lt;3, see the list:\nx()\n');
  });

  it('is short enough for an update, whatever is in it', () => {
    for (const text of ['<&>'.repeat(9_000), '😀'.repeat(9_000), '['.repeat(40_000), '<@U0LISA>'.repeat(3_000)]) {
      const plain = plainText(text);
      expect(plain.length).toBeLessThanOrEqual(3_000);
      expect(plain).not.toMatch(/\p{Cs}/u);
    }
  });
});
