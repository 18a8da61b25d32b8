import { Prisma } from '../../prisma/client/client.ts';

/** The database's day in UTC. Every process decides by it what is overdue or expired. */
export const today = Prisma.sql`(now() at time zone 'utc')::date`;

/** A warranty or license with at most this many days left is "expiring soon". */
export const SOON_DAYS = 60;

/** "in 12 days", "today", "12 days ago". */
export function fromToday(days: number): string {
  if (days === 0) return 'today';
  return days > 0 ? `in ${countOf(days)}` : `${countOf(-days)} ago`;
}

export function countOf(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
