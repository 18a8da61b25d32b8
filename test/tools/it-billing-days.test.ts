import { describe, expect, test } from 'vitest';
import { loadedDaysAgo } from './it.ts';
import { hostServer } from './kit.ts';

const host = hostServer('billing');

describe('time passes', () => {
  test('an invoice that is pending today is overdue after its due day, and not before', async () => {
    const statusAfter = async (days: number) => {
      const { call } = await host.open(await loadedDaysAgo(host, `after ${days} days`, days));
      const [status, owed] = await Promise.all([
        call('check_payment_status', { invoice_id: 'INV-015' }),
        call('calculate_outstanding_balance', { customer_id: 'CUST-001' }),
      ]);
      return [status.data?.status, status.data?.days_overdue, owed.data?.pending, owed.data?.overdue];
    };
    expect(await statusAfter(27)).toEqual(['pending', 0, '$5,355.00', '$6,251.00']);
    expect(await statusAfter(28)).toEqual(['pending', 0, '$5,355.00', '$6,251.00']);
    expect(await statusAfter(29)).toEqual(['overdue', 1, '$0.00', '$11,606.00']);
    expect(await statusAfter(60)).toEqual(['overdue', 32, '$0.00', '$11,606.00']);
  });

  test('a debt grows older by the day: each bucket holds its first and its last day', async () => {
    const bucketOf = async (days: number) => {
      const { call } = await host.open(await loadedDaysAgo(host, `aged ${days} days`, days));
      const { data } = await call('calculate_outstanding_balance', { customer_id: 'CUST-008' });
      return Object.entries(data?.ageing ?? {}).find(([, amount]) => amount !== '$0.00')?.[0];
    };
    // INV-012 of that customer is 14 days overdue on the day of loading.
    expect(await bucketOf(16)).toBe('days_1_to_30');
    expect(await bucketOf(17)).toBe('days_31_to_60');
    expect(await bucketOf(46)).toBe('days_31_to_60');
    expect(await bucketOf(47)).toBe('days_61_to_90');
    expect(await bucketOf(76)).toBe('days_61_to_90');
    expect(await bucketOf(77)).toBe('over_90_days');
  });
});
