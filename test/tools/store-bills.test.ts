import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { hostServer } from './kit.ts';
import { bill, expectBalanced, oneAfterTheOther } from './store-books.ts';

const host = hostServer('store');

describe('the bills of a customer', () => {
  const people = ['Natalia Malik', 'Sara Malik', 'Saradin Salik'];

  test.each([
    ['ali', { Ali: '$3,010.00' }],
    ['malik', { 'Natalia Malik': '$60.00', 'Sara Malik': '$60.00' }],
    ['Malik  Sara', { 'Sara Malik': '$60.00' }],
    ['sara', { 'Sara Khan': '$3,310.00', 'Sara Malik': '$60.00' }],
    ['alik', { 'Natalia Malik': '$60.00', 'Sara Malik': '$60.00', 'Saradin Salik': '$60.00' }],
  ])('%s: nobody else is counted, and where several fit each has a sum', async (customer, expected) => {
    const { call } = await host.open();
    for (const customer_name of people) await call('billing_create_bill', { ...bill(['Salt', 1]), customer_name });
    const { data, text } = await call('billing_list_bills', { customer });
    const found = data?.customers as { customer_name: string; bills: number; sum: string }[];
    expect(Object.fromEntries(found.map(({ customer_name, sum }) => [customer_name, sum]))).toEqual(expected);
    expect(found.reduce((count, { bills }) => count + bills, 0)).toBe(data?.total);
    for (const { customer_name, bills, sum } of found) expect(text).toContain(`${customer_name}: ${bills} for ${sum}`);
    expect(text).toContain(`All ${data?.total} come to ${data?.sum}.`);
  });

  test.each([
    ['Usama', { 'Sara Khan': '$3,310.00', 'Usman Tariq': '$1,800.00' }],
    ['nattalia malik', { 'Natalia Malik': '$60.00' }],
  ])('%s: who is only near is called that, and no sum is made of guesses', async (customer, expected) => {
    const { call } = await host.open();
    await call('billing_create_bill', { ...bill(['Salt', 1]), customer_name: 'Natalia Malik' });
    const { data, text } = await call('billing_list_bills', { customer });
    const found = data?.customers as { customer_name: string; sum: string }[];
    expect(Object.fromEntries(found.map(({ customer_name, sum }) => [customer_name, sum]))).toEqual(expected);
    expect(data?.sum).toBeNull();
    expect(text).toMatch(new RegExp(`^No bill is of "${customer}"\\. The nearest names: ${found[0]?.customer_name}: `));
    expect(text).not.toContain('come to');
  });

  test('are those of one, however the name was written', async () => {
    const { call } = await host.open();
    await call('billing_create_bill', { ...bill(['Salt', 1]), customer_name: 'ALI' });
    const { data } = await call('billing_list_bills', { customer: 'Ali' });
    expect(data).toMatchObject({ customers: [{ customer_name: 'ALI', bills: 3, sum: '$3,070.00' }], sum: '$3,070.00' });
  });
});

describe('the order in which a bill takes its items', () => {
  // With many items the plan is to look up those of the bill one after the other, in the order in which they were asked.
  test('is that of their numbers, so that two bills the other way round do not wait for each other for ever', async () => {
    const { call, db } = await host.openBusy();
    const owner = new pg.Client(host.url());
    await owner.connect();
    await owner.query(
      `insert into store.items (tenant, number, name, category, unit, unit_price, stock_qty)
       select $1, number, 'Thing ' || number, 'other', 'kg', 1, 1 from generate_series(101, 5000) number`,
      [db.tenant],
    );
    await owner.query('analyze store.items');
    await owner.end();
    const made = await oneAfterTheOther(db, 3, [
      () => call('billing_create_bill', bill(['Salt', 1], ['Sugar', 1])),
      () => call('billing_create_bill', bill(['Sugar', 1], ['Salt', 1])),
    ]);
    expect(made).toMatchObject([{ isError: false }, { isError: false }]);
    await expectBalanced(db);
  });
});
