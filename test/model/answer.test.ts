import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, cellsIn, result } from './answer-setup.ts';

const boats = {
  parameters: {
    properties: { boat_id: { type: 'string', pattern: '^BOAT-\\d+$' }, state: { enum: ['afloat', 'ashore'] } },
  },
};
const signature = {
  status: 'awaiting_approval',
  approval: 'apr_1',
  message: 'Someone else must approve it first, on a card. Nothing is done yet. Say so to the person.',
};

describe('structured results', () => {
  const account = {
    id: 'ACC-9',
    owner: 'Jo Lund',
    balance: 5420.5,
    currency: 'USD',
    opened_at: '2020-01-02T00:00:00Z',
    branch: 'North',
  };

  it('tell the one field that was asked for, well formed', () => {
    const of = (question: string) => answerTo(question, [result('vault__get_account', { account: 'ACC-9' }, account)]);
    expect(of('what is the balance of ACC-9?')).toBe('ACC-9: balance **$5,420.50**.');
    expect(of('when was ACC-9 opened?')).toBe('ACC-9: opened at **2020-01-02**.');
    expect(of('who is its owner?')).toBe('ACC-9: owner **Jo Lund**.');
  });

  it('tell a record whole where nothing of it was asked for, and no currency that is not there', () => {
    const whole = answerTo('tell me about ACC-9', [
      result('vault__get_account', {}, { ...account, currency: undefined }),
    ]);
    for (const fact of ['Jo Lund', '5,420.50', '2020-01-02', 'North']) expect(whole).toContain(fact);
    expect(whole).not.toContain('$');
  });

  it('make a table of a list, with as many columns as can be read, and say how many there are in all', () => {
    const items = Array.from({ length: 3 }, (_, n) => ({
      ...{ id: n, name: `boat ${n}`, html_url: 'https://evil.example', size: n, owner: { login: 'ann', id: 4 } },
      ...{ a: 1, b: 2, c: 3, d: 4, e: null, updated_at: `2026-11-0${n + 1}T10:30:00Z` },
    }));
    const answer = answerTo('which boats are there?', [result('dock__list_boats', {}, { total_count: 41, items })]);
    expect(answer).toMatch(/^3 of 41 boats:\n/);
    const [head, first] = cellsIn(answer);
    expect(head?.length).toBeLessThanOrEqual(7);
    expect(head).toEqual(expect.arrayContaining(['Id', 'Name', 'Updated at', 'Owner']));
    expect(first).toEqual(expect.arrayContaining(['boat 0', '2026-11-01 10:30 UTC', 'ann (4)']));
    expect(answer).not.toContain('evil');
  });

  it.each([[[]], [{ results: [], total: 0 }], [{ boats: [] }]])('say that nothing was found: %j', (value) => {
    expect(answerTo('boats named zz', [result('dock__search', { q: 'zz' }, value)])).toMatch(
      /^No \w+ were found for “zz”\.$/,
    );
  });
});

describe('results in sentences', () => {
  const list =
    '3 of 12 boats of Ann (SAIL-7), oldest first: BOAT-001 "Tern, the old one" (afloat, Ann SAIL-7, built 1990-04-01); BOAT-002 "Gull" (ashore, Ann SAIL-7, built 2001-04-01); BOAT-010 "Rook" (afloat, Ann SAIL-7, built 2011-04-01). More with offset 3.';

  it('are told as they are where they are short, with what was asked for in bold', () => {
    const answer = answerTo('how much do I have?', [
      result('b__get', {}, 'AC-1 (Ann) has $5,420.50: checking ••••4821.'),
    ]);
    expect(answer).toBe('AC-1 (Ann) has **$5,420.50**: checking ••••4821.');
  });

  it('become a table where they list records; the parameters of tools name its columns', () => {
    const answer = answerTo('list the boats of SAIL-7', [result('dock__list_boats', {}, list, boats)]);
    expect(answer).toMatch(/^3 of 12 boats of Ann \(SAIL-7\), oldest first:\n/);
    expect(cellsIn(answer)).toEqual([
      ['Boat', 'Title', 'State', 'Built'],
      ['BOAT-001', 'Tern, the old one', 'afloat', '1990-04-01'],
      ['BOAT-002', 'Gull', 'ashore', '2001-04-01'],
      ['BOAT-010', 'Rook', 'afloat', '2011-04-01'],
    ]);
    expect(answer).not.toContain('offset');
  });

  it('are counted where only their number was asked for', () => {
    const counted = (question: string) =>
      answerTo(question, [result('dock__list_boats', { state: 'afloat' }, list, boats)]);
    expect(counted('how many boats does Ann have?')).toBe('There are **12 boats** of Ann (SAIL-7) with state afloat.');
    expect(counted('how many boats are there, and which?')).toContain('| BOAT-001 |');
  });

  it('are not told beside the question which of them is meant', () => {
    const open = [
      { part: 'scrap it', why: 'Which boat do you mean?\n- BOAT-001 "Tern, the old one"\n- BOAT-002 "Gull".' },
    ];
    expect(answerTo('scrap the boat', [result('dock__list_boats', {}, list, boats)], { open })).toBe(open[0]?.why);
  });

  it('become a numbered list where the desk wants one, in its order and no longer than it says', () => {
    const moves = Array.from(
      { length: 8 },
      (_, n) => `MOV-0${n + 1} 2026-11-${19 - n} Buoy ${n} -$1,0${n}0.50 (jetty)`,
    );
    const said = `8 of 37 moves of AC-1 (Ann), newest first: ${moves.join('; ')}. More with offset 8.`;
    const instructions =
      '- Recent moves are a numbered list: description, amount, day ("yesterday", "3 days ago"), five unless asked for more.\n- Today is 2026-11-20.';
    const lines = answerTo('my recent moves', [result('b__moves', {}, said)], { instructions }).split('\n');
    expect(lines[0]).toBe('5 of 37 moves of AC-1 (Ann), newest first:');
    expect(lines.slice(2)).toEqual([
      '1. Buoy 0: -$1,000.50, yesterday',
      '2. Buoy 1: -$1,010.50, 2 days ago',
      '3. Buoy 2: -$1,020.50, 3 days ago',
      '4. Buoy 3: -$1,030.50, 4 days ago',
      '5. Buoy 4: -$1,040.50, 5 days ago',
    ]);
    expect(answerTo('all my moves', [result('b__moves', {}, said)], { instructions })).toContain('8. Buoy 7');
    const three = answerTo('my last three moves', [result('b__moves', {}, said)], { instructions });
    expect(three).toMatch(/^3 of 37 moves/);
    expect(three).not.toContain('4. ');
  });

  it('are lines where the rows are texts, with all that was said', () => {
    const notes =
      '2 of 2 notes: NOTE-2 of 2026-11-01 by Maya: Ring size 6. Likes gold. | NOTE-1 of 2026-10-01 by Jo: Calls late.';
    expect(answerTo('the notes', [result('n__notes', {}, notes)])).toBe(
      '2 notes:\n\n- **NOTE-2** of 2026-11-01 by Maya: Ring size 6. Likes gold.\n- **NOTE-1** of 2026-10-01 by Jo: Calls late.',
    );
  });

  it('of a long record tell what was asked for, or all of it in sections with its steps and commands', () => {
    const article = `KB-7 "Leaks" (updated 2026-10-01, written by Ann). Problem: Water comes in at the stern of the boat, where nobody looks. It is cold. Symptoms: Wet feet; Slow turns; A smell of salt. Steps: 1. Stop the engine. 2. Run the pump for ten minutes and watch the gauge. [pump --run 10m | tee log] 3. Close the valve behind the stern box. Related: KB-8 "Pumps".`;
    const of = (question: string) => answerTo(question, [result('kb__get_article', { article_id: 'KB-7' }, article)]);
    expect(of('open KB-7')).toBe(
      [
        'KB-7 "Leaks" (updated 2026-10-01, written by Ann).',
        '**Problem:** Water comes in at the stern of the boat, where nobody looks. It is cold.',
        '**Symptoms**\n- Wet feet\n- Slow turns\n- A smell of salt.',
        '**Steps**\n1. Stop the engine.\n2. Run the pump for ten minutes and watch the gauge. `pump --run 10m | tee log`\n3. Close the valve behind the stern box.',
        '**Related:** KB-8 "Pumps".',
      ].join('\n\n'),
    );
    const symptoms = of('which symptoms does KB-7 name?');
    expect(symptoms).toContain('Wet feet');
    expect(symptoms).not.toContain('pump');
  });

  it('that refuse are told with their next step, without names that only callers know', () => {
    const refused =
      'There is no user user_9. Find the right one with get_account_details from an email address. Nothing was read.';
    expect(answerTo('balance of user_9', [result('b__balance', {}, refused)])).toBe(
      'There is no user user_9. Find the right one with the account details from an email address.',
    );
    const invalid = 'MCP error -32602: Input validation error: Invalid arguments for tool cancel: A reason is needed';
    expect(answerTo('cancel it', [result('b__cancel', {}, invalid)])).toBe(
      'That could not be asked: A reason is needed',
    );
  });
});

describe('several results', () => {
  const lookup = result('crm__search', { query: 'Tern' }, '1 of 1 sailors: Ann Tern (SAIL-7, gold).');
  const debt = result('bank__debt', { sailor_id: 'SAIL-7' }, 'Ann Tern (SAIL-7) owes $12.00.');

  it('are told in the order in which they were asked for', () => {
    const answer = answerTo('Who is Tern and what does she owe?', [lookup, debt], {
      parts: ['Who is Tern', 'what does she owe'],
    });
    expect(answer).toMatch(/gold[\s\S]*\$12\.00/);
  });

  it('are told without those that only found an id for another', () => {
    expect(answerTo('What does Tern owe?', [lookup, debt])).toBe('Ann Tern (SAIL-7) owes **$12.00**.');
  });

  it('of one tool for several things are one list', () => {
    const of = (id: string, name: string) =>
      result('crm__lookup', { id }, `1 of 1 sailors: ${name} (${id}, gold, since 2020-01-0${id.at(-1)}).`);
    const answer = answerTo('who are SAIL-1 and SAIL-2?', [of('SAIL-1', 'Ann'), of('SAIL-2', 'Bo')]);
    expect(answer).toMatch(/^2 sailors:\n/);
    expect(
      cellsIn(answer)
        .slice(1)
        .map(([name]) => name),
    ).toEqual(['Ann', 'Bo']);
  });

  it('stand beside what could not be done', () => {
    const open = [{ part: 'book a flight', why: 'I cannot book flights here.' }];
    expect(answerTo('What does Tern owe? And book a flight', [debt], { open })).toMatch(
      /\$12\.00.*\n\nI cannot book flights here\.$/s,
    );
  });
});

describe('what waits', () => {
  const check = result(
    'check',
    { tool: 'shop__refund_order' },
    'shop__refund_order: … The rule: 2 people (captain) must approve every call.',
  );
  const refund = result('shop__refund_order', { order_id: 'ORD-1', amount: 20, reason: 'it leaks' }, signature);

  it('for a signature is said to wait, for whose, and not to be done', () => {
    expect(answerTo('Refund $20 of ORD-1, it leaks', [check, refund])).toBe(
      '**Refund order ORD-1** (amount $20, reason “it leaks”) waits for 2 signatures (captain); the card is in front of them. Nothing is done yet, and I will tell you here what becomes of it.',
    );
  });

  it('for a yes is asked of the person, with what the desk says to that', () => {
    const instructions =
      '- To scrap a boat, find its id. Say that it is for good, and that the mast is kept. With several, ask which.';
    const scrap = result(
      'dock__scrap_boat',
      { boat_id: 'BOAT-1' },
      { status: 'awaiting_confirmation', approval: 'a', message: 'A yes.' },
    );
    expect(answerTo('scrap it', [scrap], { instructions })).toMatch(
      /^\*\*Scrap boat BOAT-1\*\* waits for your yes: .* Nothing is done yet\. It is for good, and the mast is kept\.$/,
    );
  });

  it('repeats no secret', () => {
    const parameters = { properties: { code: { type: 'string', writeOnly: true } } };
    const call = result('b__set_code', { user: 'Ann', code: 'hunter2', new_password: 'hunter3' }, signature, {
      parameters,
    });
    expect(answerTo('set it', [call])).not.toMatch(/hunter/);
  });

  it('and was rejected, limited or lost is told as it is', () => {
    const message = 'This very call was rejected in this conversation. Nothing was done. Do not call it again now.';
    expect(
      answerTo('refund it', [result('shop__refund_order', { order_id: 'ORD-1' }, { status: 'rejected', message })]),
    ).toBe('**Refund order ORD-1**: this very request was rejected in this conversation. Nothing was done.');
    const limited = 'This would go over a limit of this desk. Nothing was done; tell the person so.';
    expect(answerTo('refund it', [result('shop__refund', {}, limited)])).toBe(
      'This would go over a limit of this desk. Nothing was done.',
    );
  });

  it('is told once it is over, in our words', () => {
    const told = (text: string) => answerTo('', [], { outcomes: [text] });
    expect(told('`shop__set_name` was signed and is done. Its result:\nORD-1 is called Tern now.')).toBe(
      '**Set name** was signed and is done. ORD-1 is called Tern now.',
    );
    expect(told('shop__set_name was rejected by Marco: no. Nothing was done.')).toBe(
      '**Set name** was rejected by Marco: no. Nothing was done.',
    );
  });
});

describe('who decided', () => {
  const told = (text: string) => answerTo('', [], { outcomes: [text] });
  it('is mentioned, and nobody whom the reason or a result names', () => {
    expect(told('shop__set_name was rejected by <@U0MARCO>: ask <@U0PRIYA>. Nothing was done.')).toBe(
      '**Set name** was rejected by <@U0MARCO>: ask <\u200b@U0PRIYA>. Nothing was done.',
    );
    expect(told('<@U0MARCO> says that shop__set_name took effect.')).toContain('<@U0MARCO> says');
    expect(told('`shop__set_name` was signed and is done. Its result:\nSee <@U0MARCO>.')).not.toContain('<@');
  });
});

describe('what tools say stays data', () => {
  const hostile =
    'See [the form](https://evil.example/f?d=1) ![x](https://evil.example/p.png) <!channel> <img src=x> www.evil.example evil.com [a][b] javascript://x.';

  it('links, images and calls of a channel are shown and lead nowhere', () => {
    for (const said of [
      hostile,
      `a: 1\n${hostile}`,
      { note: hostile, more: [hostile] },
      [{ a: hostile }, { a: 'b' }],
    ]) {
      const answer = answerTo('what does it say?', [result('x__get', {}, said)]);
      expect(answer).toContain('evil');
      // Outside code nothing is left that a reader would make a link, a picture or a call of.
      const bare = answer.replace(/```[\s\S]*?```|`[^`]*`/g, '');
      expect(bare).not.toMatch(/\]\(|evil|<!channel|<img|:\/\//);
    }
  });

  it('an address that the person named stays one', () => {
    const answer = answerTo('is https://shop.example/a up?', [
      result('x__get', {}, 'Up since noon: https://shop.example/a'),
    ]);
    expect(answer).toMatch(/ https:\/\/shop\.example\/a$/);
  });

  it('whatever comes, there is an answer, soon and of bounded length', () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string({ maxLength: 300 }),
      fc.stringMatching(/^([(["“|;:,. \n*`]|of|\d){0,80}$/),
    );
    fc.assert(
      fc.property(anything, fc.string(), (said, question) => {
        expect(answerTo(question, [result('x__get', {}, said)]).length).toBeLessThan(20_000);
      }),
      { numRuns: 400 },
    );
    for (const said of [
      '('.repeat(60_000),
      '3 of 3 a: '.repeat(6_000),
      'a. '.repeat(20_000),
      'x-1 '.repeat(15_000),
      '"'.repeat(60_000),
      '[a]('.repeat(15_000),
      '1. '.repeat(20_000),
      'a.'.repeat(30_000),
      `${'['.repeat(6_000)}${']'.repeat(6_000)}`,
    ]) {
      const begun = performance.now();
      answerTo('what is this?', [result('x__get', {}, said)]);
      expect(performance.now() - begun).toBeLessThan(500);
    }
  });
});
