import { describe, expect, test } from 'vitest';
import { completionAt } from '../../playground/page/composer/completion.ts';
import type { ChannelInfo, Person } from '../../playground/page/protocol.ts';
import { mentionsIn, toDraft, toSlack } from '../../playground/page/text/draft.ts';

const people: Person[] = [
  { id: 'U0LISA', name: 'lisa', realName: 'Lisa Brandt', about: '', kind: 'member' },
  { id: 'U0C', name: 'countersign', realName: 'Countersign', about: '', kind: 'bot' },
  { id: 'U0C2', name: 'countersign-2', realName: 'Another', about: '', kind: 'member' },
];
const channels: ChannelInfo[] = [{ id: 'C0BANK', name: 'bank', kind: 'channel' }];
const commands = [{ name: '/countersign', about: 'what waits' }];

describe('a sent draft', () => {
  test.each([
    ['@countersign who is @Lisa?', '<@U0C> who is <@U0LISA>?'],
    ['@countersign-2 and @countersigns', '<@U0C2> and @countersigns'],
    ['mail lisa@lisa.example in #bank', 'mail lisa@lisa.example in <#C0BANK>'],
    ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['<@U0LISA> <!channel>', '&lt;@U0LISA&gt; &lt;!channel&gt;'],
  ])('%s', (draft, sent) => {
    expect(toSlack(draft, people, channels)).toBe(sent);
  });

  test('comes back into the field as it was typed', () => {
    const draft = '@countersign is 1 < 2 & #bank?';
    expect(toDraft(toSlack(draft, people, channels), people, channels)).toBe(draft);
  });
});

test('mentions are marked while one types', () => {
  expect(mentionsIn('hi @lisa, see #bank', people, channels)).toEqual([
    { from: 3, to: 8 },
    { from: 14, to: 19 },
  ]);
});

describe('suggestions while one types', () => {
  const known = { people, channels, commands };
  const titles = (draft: string, caret = draft.length) =>
    completionAt(draft, caret, known)?.suggestions.map(({ title }) => title);

  test('the bot comes first among people', () => {
    expect(titles('@')).toEqual(['countersign', 'lisa', 'countersign-2']);
    expect(titles('ask @li')).toEqual(['lisa']);
    expect(titles('ask @brandt')).toBeUndefined();
  });

  test('commands come at the beginning only', () => {
    expect(titles('/')).toEqual(['/countersign']);
    expect(titles('/nothing')).toBeUndefined();
    expect(titles('and /')).toBeUndefined();
  });

  test('it takes the place of what was typed, in the middle of a text too', () => {
    expect(completionAt('ask @li now', 7, known)).toMatchObject({ from: 4, to: 7 });
    expect(titles('mail a@b', 8)).toBeUndefined();
  });
});
