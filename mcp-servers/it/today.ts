import { Prisma } from '../../prisma/client/client.ts';

/** The database's day, in UTC: what is overdue or expired follows from it, whichever process asks. */
export const today = Prisma.sql`(now() at time zone 'utc')::date`;

/** From this many days before its end on, a warranty or a license is about to end. */
export const SOON_DAYS = 60;

/** "in 12 days", "today", "12 days ago". */
export function fromToday(days: number): string {
  if (days === 0) return 'today';
  return days > 0 ? `in ${countOf(days)}` : `${countOf(-days)} ago`;
}

export function countOf(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
