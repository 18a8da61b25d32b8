import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp } from '../support/app.ts';
import { atDesk, type Card } from '../support/at-desk.ts';

const store = 'C0STORE';

type Step = (heard: string) => { name: string; arguments: object };
const call = (tool: string, args: object): Step => {
  return () => ({ name: `store__${tool}`, arguments: args });
};
const look = (name: string) => call('inventory_list_items', { query: name });
const add = (name: string, stock_qty: number, unit_price: number) =>
  call('inventory_add_item', { name, category: 'grocery', unit: 'kg', unit_price, stock_qty });
const lines = [
  { item: 'sugar', quantity: 2 },
  { item: 'shampoo', quantity: 1 },
];

/** What a model would call for each question, one after the other; an id it has from what it heard. */
const plans: [asked: RegExp, steps: Step[]][] = [
  [
    /Add 10kg sugar/,
    [
      look('sugar'),
      (heard) => ({
        name: 'store__inventory_update_item',
        arguments: { item_id: /ITEM-\d+/.exec(heard)?.[0], stock_change: 10 },
      }),
    ],
  ],
  [/Add 20kg rice/, [look('rice'), add('Rice', 20, 100)]],
  [/Add 10kg flour/, [look('flour'), add('Flour', 10, 50)]],
  [
    /Create a bill for Ali: 2kg sugar and 1 shampoo/,
    [call('billing_preview_bill', { lines }), call('billing_create_bill', { customer_name: 'Ali', lines })],
  ],
  [/bill .* 500kg sugar/, [call('billing_preview_bill', { lines: [{ item: 'sugar', quantity: 500 }] })]],
  [
    /bill for Sara: 400kg sugar/,
    [call('billing_create_bill', { customer_name: 'Sara', lines: [{ item: 'sugar', quantity: 400 }] })],
  ],
  [/bill .* 1 tea/, [call('billing_create_bill', { customer_name: 'Ali', lines: [{ item: 'tea', quantity: 1 }] })]],
  [/List items/, [call('inventory_list_items', { limit: 50 })]],
  [/low in stock/, [call('inventory_list_items', { low_stock: true })]],
  [/bills has Ali/, [call('billing_list_bills', { customer: 'Ali' })]],
  [/Sell the salt at 65/, [call('inventory_update_item', { item_id: 'ITEM-003', unit_price: 65 })]],
  [/Rename the salt/, [call('inventory_update_item', { item_id: 'ITEM-003', name: 'Sea Salt' })]],
  [/(\d+)kg salt have come/, [call('inventory_update_item', { item_id: 'ITEM-003', stock_change: 5 })]],
  [
    /Bill 2kg salt/,
    [call('billing_create_bill', { customer_name: 'Noor', lines: [{ item: 'ITEM-003', quantity: 2 }] })],
  ],
  [/Delete the notebooks/, [call('inventory_delete_item', { item_id: 'ITEM-024' })]],
];

const script: Script = ({ lastUser, toolResults }) => {
  const heard = toolResults.map(({ content }) => content).join(' ');
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  const step = plans.find(([asked]) => asked.test(lastUser))?.[1][toolResults.length];
  return step ? { calls: [step(heard)] } : { text: `Told: ${heard || lastUser}` };
};

describe('the desk of the store', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp('postgres', script);
  });
  afterAll(() => app.close());

  const { questions, ask, botSays, question, cardInThread, cardInRoom, press, refused, edit, sql } = atDesk(
    () => app,
    store,
  );
  const replyTo = (text: string) => {
    questions.add(text);
    return app.ask(text, { channel: store });
  };
  const answer = (thread: string, text: string) => ask(text, { thread });
  const stockOf = async (number: number) =>
    (await sql<{ stock_qty: string }>(`select stock_qty from store.items where number = ${number}`))[0]?.stock_qty;
  const bills = async () =>
    (
      await sql<{ bill: string }>(
        "select number || ' ' || customer_name || ' ' || total as bill from store.bills where number > 8 order by number",
      )
    ).map(({ bill }) => bill);

  it('shows the total of a bill before the yes, and makes it once the yes is said', async () => {
    const thread = await ask('Create a bill for Ali: 2kg sugar and 1 shampoo');
    expect(await botSays(thread, /awaiting_confirmation/)).toContain('total $820.00');
    await question(thread, 'total: $820.00', '2 kg Sugar at $160.00 = $320.00');
    expect(await bills()).toEqual([]);

    await answer(thread, 'yes');
    expect(await botSays(thread, /Outcome:.*is done/s)).toContain('BILL-0009 for Ali: 2 kg Sugar');
    expect(await bills()).toEqual(['9 Ali 820.00']);
    expect([await stockOf(1), await stockOf(18)]).toEqual(['40.500', '14.000']);
  });

  it('makes no bill where the answer is no', async () => {
    const before = [await bills(), await stockOf(1)];
    const thread = await ask('Create a bill for Ali: 2kg sugar and 1 shampoo');
    await question(thread, '$820.00');
    await botSays(thread, /awaiting_confirmation/);
    await answer(thread, 'no');
    await cardInThread(thread, 'Nothing was done');
    expect([await bills(), await stockOf(1)]).toEqual(before);
  });

  it('stops a bill whose price has changed since the question, and asks anew with both totals', async () => {
    const before = await bills();
    const thread = await ask('Create a bill for Ali: 2kg sugar and 1 shampoo');
    await question(thread, '$820.00');
    await botSays(thread, /awaiting_confirmation/);
    await sql('update store.items set unit_price = 170 where number = 1');
    await answer(thread, 'yes');

    await question(thread, 'total: $820.00 → now $840.00');
    expect(await bills()).toEqual(before);
    await answer(thread, 'yes');
    await botSays(thread, /Outcome:.*total \$840\.00/s);
    expect(await bills()).toEqual([...before, '10 Ali 840.00']);
    await sql('update store.items set unit_price = 160 where number = 1');
  });

  it('says how much there is where it does not suffice, and which items may be meant', async () => {
    const short = await replyTo('Make a bill for Ali: 500kg sugar');
    expect(short.text).toMatch(/Only [\d.]+ kg of Sugar left; 500 kg were asked for/);
    // Even where the model does not look first, nobody is asked for a yes.
    const blind = await replyTo('Make a bill for Sara: 400kg sugar');
    expect(blind.text).toMatch(/Only [\d.]+ kg of Sugar left; 400 kg were asked for\. Nothing was done\./);
    const vague = await replyTo('Make a bill for Ali: 1 tea');
    expect(vague.text).toMatch(/Did you mean Black Tea \(ITEM-011\) or Green Tea \(ITEM-012\)\?/);
    expect(
      await sql("select 1 from countersign.approvals where canonical like '%tea%' or canonical like '%Sara%'"),
    ).toEqual([]);
  });

  it.each([
    ['Add 20kg rice at 100 per kg to grocery', 'Rice', '20.000', '100.00'],
    ['Add 10kg flour at 50 per kg to grocery', 'Flour', '10.000', '50.00'],
  ])('%s: a new item, after a click on Yes', async (asked, name, stock_qty, unit_price) => {
    const thread = await ask(asked);
    const shown = await question(thread, name);
    await botSays(thread, /awaiting_confirmation/);
    const row = () => sql(`select category, unit, unit_price, stock_qty from store.items where name = '${name}'`);
    expect(await row()).toEqual([]);
    await press('U0LISA', 'yes', shown);
    await botSays(thread, /Outcome:.*was added under grocery/s);
    expect(await row()).toEqual([{ category: 'grocery', unit: 'kg', unit_price, stock_qty }]);
  });

  it('adds to the sugar that there is, once a keeper of the stock has signed', async () => {
    const before = Number(await stockOf(1));
    const thread = await ask('Add 10kg sugar at 160 per kg under grocery');
    await botSays(thread, /awaiting_approval/);
    const shown = await cardInRoom(['ITEM-001', 'stock_change: 10']);
    expect(Number(await stockOf(1))).toBe(before);
    await press('U0MARCO', 'approve', shown);
    await botSays(thread, /Outcome:.*was changed: stock_qty/s);
    expect(Number(await stockOf(1))).toBe(before + 10);
  });

  it('adds nothing by the click of who keeps no stock, of a keeper who asked or of one who rewrote it', async () => {
    const before = [await stockOf(1), await stockOf(24)];
    const thread = await ask('Add 10kg sugar, says Marco', { user: 'U0MARCO' });
    await botSays(thread, /awaiting_approval/);
    const shown = await cardInRoom(['ITEM-001', 'stock_change: 10', '"approval.approve"']);
    expect(await refused('U0LISA', 'approve', shown)).toContain('can approve this');
    expect(await refused('U0MARCO', 'approve', shown)).toContain('your own request');

    await edit('U0PRIYA', /item_id/, 'ITEM-024', shown);
    const edited = await cardInRoom(['ITEM-024', 'stock_change: 10', '"approval.approve"']);
    expect(await refused('U0PRIYA', 'approve', edited)).toContain('You changed this request yourself');
    expect([await stockOf(1), await stockOf(24)]).toEqual(before);
    await press('U0JONAS', 'approve', edited);
    await botSays(thread, /Outcome:.*was changed: stock_qty/s);
    expect([await stockOf(1), Number(await stockOf(24))]).toEqual([before[0], Number(before[1]) + 10]);
  });

  describe('while a delivery waits for its signature', () => {
    const delivery = async (besides: Card[] = []) => {
      const thread = await ask('5kg salt have come');
      await botSays(thread, /awaiting_approval/);
      return { thread, card: await cardInRoom(['ITEM-003'], besides) };
    };

    it('a sale does not stop it', async () => {
      const before = Number(await stockOf(3));
      const { thread, card: asked } = await delivery();
      for (const line of ['item: Salt', 'unit: kg', `in stock: ${before}`, 'price: $60.00']) {
        expect(asked.shown).toContain(`"${line}"`);
      }
      const selling = await ask('Bill 2kg salt');
      await question(selling);
      await botSays(selling, /awaiting_confirmation/);
      await answer(selling, 'yes');
      await botSays(selling, /Outcome:.*is done/s);
      expect(Number(await stockOf(3))).toBe(before - 2);

      await press('U0MARCO', 'approve', asked);
      await botSays(thread, /Outcome:.*was changed: stock_qty/s);
      expect(Number(await stockOf(3))).toBe(before - 2 + 5);
    });

    it('another name stops it, and a new card shows both', async () => {
      const before = Number(await stockOf(3));
      const earlier = await cardInRoom(['ITEM-003']);
      const { card: asked } = await delivery([earlier]);
      await sql("update store.items set name = 'Rock Salt' where number = 3");
      await press('U0MARCO', 'approve', asked);

      const again = await cardInRoom(['ITEM-003'], [earlier, asked]);
      expect(again.shown).toContain('"item: Salt → now Rock Salt"');
      expect(Number(await stockOf(3))).toBe(before);
      await sql("update store.items set name = 'Salt' where number = 3");
    });
  });

  it('prices an item after the yes of who asked, and of nobody else', async () => {
    const salt = () => sql('select name, unit_price from store.items where number = 3');
    const pricing = await ask('Sell the salt at 65');
    const shown = await question(pricing, 'item: Salt', 'price: $60.00');
    await botSays(pricing, /awaiting_confirmation/);
    expect(await refused('U0PRIYA', 'yes', shown)).toContain('Only the person who asked');
    expect(await salt()).toEqual([{ name: 'Salt', unit_price: '60.00' }]);
    await answer(pricing, 'yes');
    await botSays(pricing, /Outcome:.*unit_price/s);
    expect(await salt()).toEqual([{ name: 'Salt', unit_price: '65.00' }]);
  });

  it('renames an item once a keeper of the stock has signed, whatever the asker says', async () => {
    const named = () => sql('select name from store.items where number = 3');
    const renaming = await ask('Rename the salt to Sea Salt');
    await botSays(renaming, /awaiting_approval/);
    const shown = await cardInRoom(['Sea Salt', 'item: Salt', '"approval.approve"']);
    await answer(renaming, 'yes');
    await botSays(renaming, /^Told: .*yes/s);
    expect(await named()).toEqual([{ name: 'Salt' }]);
    await press('U0PRIYA', 'approve', shown);
    await botSays(renaming, /Outcome:.*name Salt before, Sea Salt now/s);
    expect(await named()).toEqual([{ name: 'Sea Salt' }]);
  });

  it('deletes an item once a keeper of the stock has signed, whatever the asker says', async () => {
    const kept = () => sql('select deleted_at is null as kept from store.items where number = 24');
    const thread = await ask('Delete the notebooks');
    await botSays(thread, /awaiting_approval/);
    const shown = await cardInRoom(['ITEM-024', 'item: ', 'Notebook', 'inventory_delete_item']);
    await answer(thread, 'yes');
    await botSays(thread, /^Told: .*yes/s);
    expect(await kept()).toEqual([{ kept: true }]);
    await press('U0MARCO', 'approve', shown);
    await botSays(thread, /Outcome:.*Notebook \(ITEM-024\) was deleted/s);
    expect(await kept()).toEqual([{ kept: false }]);
  });

  it.each([
    ['List items', 'select name, unit_price, trim_scale(stock_qty) as qty from store.items where deleted_at is null'],
    [
      'What is low in stock?',
      'select name, unit_price, trim_scale(stock_qty) as qty from store.items where deleted_at is null and stock_qty <= reorder_level',
    ],
  ])('%s: with the prices and quantities that there are', async (question, rows) => {
    const { text } = await replyTo(question);
    const there = await sql<{ name: string; unit_price: string; qty: string }>(rows);
    expect(text).toContain(`${there.length} of ${there.length} items`);
    for (const { name, unit_price, qty } of there) {
      const price = Number(unit_price).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
      expect(text).toMatch(new RegExp(`${name} \\(ITEM-\\d+, \\${price} per \\w+, ${qty} \\w+ left\\)`));
    }
  });

  it('Which bills has Ali: all of his, and what they come to', async () => {
    const { text } = await replyTo('Which bills has Ali, and what do they come to?');
    const [row] = await sql<{ bills: number; sum: string }>(
      "select count(*)::int as bills, to_char(sum(total), 'FM$999,999.00') as sum from store.bills where customer_name = 'Ali'",
    );
    expect(text).toContain(`All ${row?.bills} come to ${row?.sum}`);
    expect(text).toContain('BILL-0001 (Ali, $1,230.00');
  });

  it('was asked here whatever it offers to be asked', () => {
    const { examples = [] } = app.context.desks.find(({ name }) => name === 'store') ?? {};
    expect(examples.length).toBeGreaterThan(5);
    expect(examples.filter((example) => !questions.has(example))).toEqual([]);
  });
});
