import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsCard } from '../../channels/slack/card/arguments.ts';
import { openWay, type Way } from '../replies/channel-setup.ts';
import {
  actionsOf,
  approvalOf,
  approvals,
  argumentsShown,
  blocksOf,
  cardOf,
  cardsIn,
  inState,
  picture,
  readBack,
  textsOf,
} from './card-setup.ts';

type Args = Record<string, unknown>;

async function shown(way: Way, args: Args, change: Parameters<typeof approvalOf>[0] = {}) {
  const approval = approvalOf({ canonical: JSON.stringify(args), ...change });
  expect(await way.channel.show(cardOf(), approval)).toMatchObject({ kind: 'shown' });
  return cardsIn(way.slack).at(-1);
}

/** The arguments as someone would write them down who sees nothing but the card. */
function readArguments(lines: string[]): Args {
  return Object.fromEntries(
    lines.map((line) => {
      const [, quoted, bare, value = ''] = /^(?:("(?:[^"\\]|\\.)*")|([\w.-]+)): (.*)$/su.exec(line) ?? [];
      return [quoted === undefined ? bare : readBack(quoted), readBack(value)];
    }),
  );
}

/** Nothing that is not seen, or that moves, strikes or covers what is. */
const UNSEEN =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Zl}|\p{Zp}|\p{Me}|(?! )\p{Zs}|\p{Default_Ignorable_Code_Point}|\u2800|[\s\p{P}\p{N}]\p{M}|\u0336/u;

const nasty = fc.constantFrom(
  ...['\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u00a0', '\u3164', '\u2800', '\u{e0041}', '\ufe0f'],
  ...['\0', '\n', '\r', '\t', '\u2028', '\u0085', '\\', '"', '\\n', '\\u{202e}', '\n│ ', '│ ', ' ', '  '],
  ...['\u0301', '\u0336', '\u20e3', '\ud83d', '\ude00', '😀', 'а', 'ο', '٣', 'ש', 'ﬁ', '５'],
  ...[
    '<!channel>',
    '<@U0LISA>',
    '<https://evil.example|ok>',
    '&lt;',
    '&amp;',
    '&#60;',
    '*b*',
    '`',
    ':tada:',
    'amount: 1',
  ],
);
const text = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 })
  .map((all) => all.join(''));
const value = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,12}$/), text).filter((one) => one !== '__proto__');
const args = fc.dictionary(name, fc.oneof(text, value), { maxKeys: 6 });

describe('the text of a card', () => {
  it('is exactly what runs: each character of each argument can be told from it, and seen', async () => {
    const way = await openWay();
    let whole = 0;
    await fc.assert(
      fc.asyncProperty(args, async (some) => {
        const message = await shown(way, some);
        if (!fitsCard(approvalOf({ canonical: JSON.stringify(some) }))) return;
        whole += 1;
        const lines = argumentsShown(message);
        expect(readArguments(lines)).toEqual(JSON.parse(JSON.stringify(some)));
        for (const line of lines) expect(line.replaceAll('\n', '')).not.toMatch(UNSEEN);
        for (const { type, text: said } of textsOf(blocksOf(message))) {
          if (type === 'mrkdwn') expect(said).not.toMatch(/evil|<!channel|tada/);
        }
      }),
      { numRuns: 500 },
    );
    expect(whole).toBeGreaterThan(300);
  });

  it.each([
    ['text that ends the quote', 'x", amount: "9'],
    ['lines that look like other arguments', 'x\namount: 9\n\norder_id: "ORD-9"'],
    ['a bidi override', 'refund \u202e005\u202c'],
    ['blanks that push the end away', `ORD-1${' '.repeat(200)}; ORD-2`],
    ['no-break blanks', 'ORD-1\u00a0\u00a0ORD-2'],
    ['a struck digit', '5\u03360\u0336'],
    ['text that looks like an escape', '\\u{202e}'],
    ['an entity', 'a &lt;b&gt; &amp;amp;'],
    ['a number in quotes', '5'],
    ['nothing', ''],
  ])('of %s is told apart', async (_, reason) => {
    const way = await openWay();
    const message = await shown(way, { amount: 5, reason });
    expect(argumentsShown(message)).toHaveLength(2);
    expect(readArguments(argumentsShown(message))).toEqual({ amount: 5, reason });
    expect(argumentsShown(message).join('\n')).toMatchSnapshot();
    expect(actionsOf(message)).toHaveLength(3);
  });

  it.each([
    ['letters of two scripts', 'pаypal', '⚠ to: "pаypal" mixes Latin and Cyrillic letters'],
    ['a word in disguise', 'СЕО', '⚠ to: "СЕО" looks Latin, but is Cyrillic'],
    ['digits of another kind', '৪0', '⚠ to: "৪0" has digits other than 0 to 9'],
    ['wide letters', 'ＯＲＤ', '⚠ to: "ＯＲＤ" has letters in an unusual form'],
    ['text from right to left', 'שלום', '⚠ to: parts are written from right to left: they stand in another order'],
    [
      'a character that is not seen',
      'a\u200bb',
      '⚠ \\u{…} stands for an invisible character, or for one that covers others',
    ],
  ])('warns of %s', async (_, to, note) => {
    const way = await openWay();
    expect(picture(await shown(way, { to }))).toContain(note);
  });

  it.each(['ORD-1001', 'Grüße aus Łódź, señor', 'Привет, мир', 'καλημέρα κόσμε', '注文ORD-1の返金', 'naïve café'])(
    'does not warn of %s',
    async (to) => {
      const way = await openWay();
      expect(picture(await shown(way, { to }))).not.toContain('⚠');
    },
  );

  it('has dots where an argument is sealed, and only there', async () => {
    const way = await openWay();
    const sealed = { $sealed: 'digest' };
    const message = await shown(
      way,
      { login: { user: 'ann', password: sealed }, pin: sealed, fake: { $sealed: 'other' }, dots: '••••••••' },
      { details: { secret: ['pin'], sealed: ['digest'] } },
    );
    expect(argumentsShown(message)).toEqual([
      'dots: "••••••••"',
      'fake: {"$sealed": "other"}',
      'login: {"user": "ann", "password": ••••••••}',
      'pin: ••••••••',
    ]);
  });
});

const long: [string, Args][] = [
  ['3,000 characters of padding', { reason: `ok${' '.repeat(3_000)}and 900 more`, amount: 5 }],
  ['3,000 letters', { reason: 'x'.repeat(3_000), amount: 5 }],
  ['what is long only when it is seen', { reason: '\u200b'.repeat(400), amount: 5 }],
  ['very many arguments', Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`a${at}`, at]))],
  [
    'many that are long together',
    Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`a${at}`, 'x'.repeat(900)])),
  ],
  ['100,000 characters', { reason: 'é\n'.repeat(50_000) }],
];

describe('a call too long for a card', () => {
  it.each(long)('such as %s has no buttons, and is a file', async (_, some) => {
    for (const kind of ['signers', 'asker', 'escalation'] as const) {
      const way = await openWay();
      const canonical = JSON.stringify(some);
      const approval = approvalOf({ canonical, rule: kind === 'asker' ? 'confirm' : 'approve' });
      const place = kind === 'asker' ? way.place : { channel: approvals };
      expect(await way.channel.show(cardOf({ kind, place }), approval)).toMatchObject({ kind: 'shown' });

      const [card] = cardsIn(way.slack, place.channel);
      expect(actionsOf(card)).toEqual([]);
      expect(picture(card)).toContain('nobody can sign it');
      expect(fitsCard(approval)).toBe(false);
      const root = kind === 'asker' ? way.place.thread : card?.ts;
      const files = way.slack.messages(place.channel ?? '', root).flatMap(({ files: some = [] }) => some);
      expect(files).toMatchObject([{ name: 'arguments-a8Xk2.txt' }]);
    }
  });

  it('is said to the one who asked, too', async () => {
    const way = await openWay();
    const canonical = JSON.stringify({ reason: 'x'.repeat(3_000) });
    for (const kind of ['pointer', 'reminder'] as const) {
      await way.channel.show(cardOf({ kind, place: way.place }), approvalOf({ canonical }));
      expect(picture(cardsIn(way.slack, way.place.channel).at(-1))).toContain('nobody can sign it');
    }
  });

  it('is never so in one state and not in another: a card of the longest parts is still taken', async () => {
    const way = await openWay();
    const much = '"\\<&lt;\u202e'.repeat(1_000);
    const people = Array.from({ length: 30 }, (_, at) => ({
      account: `${at}${much}`,
      verdict: 'approve' as const,
      reason: null,
      at: 1_795_000_060,
    }));
    const canonical = JSON.stringify({ a: '"'.repeat(250), b: 'x'.repeat(1_850), c: 'й'.repeat(1_850) });
    expect(fitsCard(approvalOf({ canonical }))).toBe(true);
    for (const state of ['open', 'rejected', 'unknown', 'void', 'succeeded', 'settled'] as const) {
      const message = await shown(
        way,
        {},
        {
          ...inState[state],
          state,
          canonical,
          tool: `s__${much}`,
          quorum: 40,
          editor: much,
          decidedBy: much,
          reason: much,
          outcome: much,
          principal: { kind: 'customer', id: much },
          signatures: people,
          edit: state === 'open' ? null : { arguments: {}, account: much },
          details: {
            asked: { text: much, author: much },
            about: much,
            ruleText: much,
            refusedEdit: much,
            limit: { id: 'x'.repeat(400), used: 1, most: 2 },
          },
        },
      );
      expect(argumentsShown(message)).toHaveLength(3);
      expect(JSON.stringify(message?.blocks).length).toBeLessThan(13_200);
    }
  });
});
