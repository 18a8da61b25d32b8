import { describe, expect, it } from 'vitest';
import { fitsCard } from '../../channels/slack/card/arguments.ts';
import type { Seen } from '../../core/records/approvals.ts';
import { openWay } from '../replies/channel-setup.ts';
import { actionsOf, approvalOf, blocksOf, cardOf, cardsIn, textsOf } from './card-setup.ts';

const of = (words: string, value: string, more: Partial<Seen> = {}): Seen => ({
  ...{ field: 'items.0.x', words, compared: true, value },
  ...more,
});

/** The texts of the card below its arguments, and its buttons. */
async function shown(seen: Seen[], args: object = { item_id: 'I-1' }) {
  const way = await openWay();
  const approval = approvalOf({ canonical: JSON.stringify(args), details: { seen } });
  expect(await way.channel.show(cardOf(), approval)).toMatchObject({ kind: 'shown' });
  const message = cardsIn(way.slack).at(-1);
  const blocks = blocksOf(message);
  const below = textsOf(blocks.slice(blocks.findLastIndex(({ type }) => type === 'divider')));
  return { texts: below.map(({ text }) => text), plain: below, buttons: actionsOf(message), message, approval };
}

describe('values that were read', () => {
  it('stands under the words of the desk, what is compared apart from what is not', async () => {
    const { texts } = await shown([of('in stock', '40.5', { compared: false }), of('item', 'Sugar')]);
    expect(texts.slice(0, 4)).toEqual([
      '*Current values, re-checked before it runs:*',
      'item: Sugar',
      '*Current values, for information only:*',
      'in stock: 40.5',
    ]);
  });

  it.each([
    ['Visa debit ••••4821', 'Visa debit ••••4821'],
    ["José's café, 2 kg at $160.00 = $320.00; 1 box", "José's café, 2 kg at $160.00 = $320.00; 1 box"],
    ['', '""'],
    [' Sugar', '" Sugar"'],
    ['a → now b', '"a → now b"'],
    ['say "yes"', '"say \\"yes\\""'],
    ['a\\u{202e}b', '"a\\\\u{202e}b"'],
    ['a\u202eb', '"a\\u{202e}b"'],
    ['a\nstock: 9', '"a\\n\n│ stock: 9"'],
    ['a  b', '"a \\u{20}b"'],
  ])('%j is written %s, in quotes only where it could be taken for something else', async (value, written) => {
    const { plain } = await shown([of('item', value)]);
    expect(plain).toContainEqual({ type: 'plain_text', text: `item: ${written}`, emoji: false });
  });

  it('is shown whole up to 1,500 characters', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => `2 kg Kind of Sugar ${at + 10} at $160.00 = $320.00`).join(
      '; ',
    );
    expect(lines.length).toBeGreaterThan(1_300);
    const { texts, buttons } = await shown([of('lines', lines)]);
    expect(texts).toContain(`lines: ${lines}`);
    expect(buttons).toHaveLength(3);
  });

  it('shows the digest of what the gate has cut', async () => {
    const cut = `${'x'.repeat(1_499)}… (0123456789abcdef)`;
    const { texts, buttons } = await shown([of('lines', cut)]);
    expect(texts).toContain(`lines: ${cut}`);
    expect(buttons).toHaveLength(3);
  });

  it('is cut further, with a digest, rather than that nobody can sign it', async () => {
    const many = Array.from({ length: 4 }, (_, at) => of(`text ${at}`, `${'x'.repeat(1_400)}${at}`));
    const { texts, buttons } = await shown(many);
    expect(buttons).toHaveLength(3);
    const cut = texts.filter((text) => /^text \d: x{299}… \([0-9a-f]{16}\)$/.test(text));
    expect(new Set(cut.map((text) => text.slice('text 0'.length))).size).toBe(4);
  });

  it('shows both values where it has changed, each in a line of its own where they are long', async () => {
    const changed = of('lines', 'y'.repeat(1_400), { before: 'x'.repeat(1_400) });
    const { texts, buttons } = await shown([of('total', '$840.00', { before: '$820.00' }), changed]);
    expect(texts.slice(1, 4)).toEqual([
      'total: $820.00 → now $840.00',
      `lines, before: ${'x'.repeat(1_400)}`,
      `lines, now: ${'y'.repeat(1_400)}`,
    ]);
    expect(buttons).toHaveLength(3);
  });

  it('is not signed where there is more than a card can show', async () => {
    const many = Array.from({ length: 21 }, (_, at) => of(`text ${at}`, String(at)));
    const { approval, buttons } = await shown(many);
    expect([fitsCard(approval), buttons]).toEqual([false, []]);
  });

  it('leaves the whole within what Slack takes', async () => {
    const quotes = of('quotes', '"'.repeat(700));
    const letters = of('letters', 'й'.repeat(1_500));
    const { message, buttons } = await shown([quotes, letters], { reason: 'x'.repeat(1_500) });
    expect(buttons).toHaveLength(3);
    expect(JSON.stringify(message?.blocks).length).toBeLessThan(13_200);
  });
});
