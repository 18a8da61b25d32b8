import { createHash } from 'node:crypto';
import type { Prisma } from '../client/client.ts';
import { ACCOUNTS, type AccountSeed, type Line } from './bank/accounts.ts';
import { CARDS, type CardSeed, ISSUES, type IssueSeed, USERS, type UserSeed } from './bank/customers.ts';
import { dayFrom, loadOnce, type Place } from './load.ts';

/** The demonstration bank; the same day always gives the same rows. */
export function seedBank(place: Place, today: Date): Promise<void> {
  return loadOnce(place, 'bank', (tx) => load(tx, place.tenant, today));
}

async function load(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  const ago = (days: number, hour: number) => dayFrom(today, -days, hour);
  await tx.bankUser.createMany({ data: USERS.map((row) => userRow(tenant, row, ago)) });
  await tx.bankPassword.createMany({ data: USERS.map((row) => passwordRow(tenant, row, ago)) });
  await tx.bankAccount.createMany({ data: ACCOUNTS.map((row) => accountRow(tenant, row, ago)) });
  await tx.bankCard.createMany({ data: CARDS.map((row) => cardRow(tenant, row, today)) });
  await tx.bankTransaction.createMany({ data: transactionRows(tenant, ago) });
  await tx.bankIssue.createMany({ data: ISSUES.map((row, at) => issueRow(tenant, at + 1, row, ago)) });
}

type Ago = (days: number, hour: number) => Date;

function userRow(tenant: string, { id, name, email, phone, address, sinceDays }: UserSeed, ago: Ago) {
  const [street, city, state, postalCode, country] = address;
  return { tenant, id, name, email, phone, street, city, state, postalCode, country, createdAt: ago(sinceDays, 10) };
}

// No password is known to fit: demonstration data brings no way in that somebody could forget to close.
function passwordRow(tenant: string, { id, passwordDays }: UserSeed, ago: Ago) {
  const bytes = (use: string) => new Uint8Array(createHash('sha256').update(`${use} of ${id}`).digest());
  const parameters = { costN: 2 ** 15, blockR: 8, parallelP: 3 };
  const changedAt = ago(passwordDays, 18);
  return { tenant, userId: id, ...parameters, salt: bytes('salt').slice(0, 16), hash: bytes('hash'), changedAt };
}

function accountRow(tenant: string, { user, kind, lastFour, balance }: AccountSeed, ago: Ago) {
  const opened = USERS.find(({ id }) => id === user)?.sinceDays ?? 0;
  return { tenant, userId: user, kind, lastFour, balance: balance.toFixed(2), openedAt: ago(opened, 10) };
}

function cardRow(tenant: string, { id, user, brand, kind, lastFour, months, deactivated }: CardSeed, today: Date) {
  return {
    tenant,
    id,
    userId: user,
    brand,
    kind,
    lastFour,
    // A card is good to the last day of its month.
    expires: new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months + 1, 0)),
    status: deactivated ? 'deactivated' : 'active',
    deactivatedAt: deactivated ? dayFrom(today, -deactivated.days, 13) : null,
    deactivationReason: deactivated?.reason ?? null,
  };
}

/** Numbered in the order of their days, as a bank's books are. */
function transactionRows(tenant: string, ago: Ago) {
  const booked = ACCOUNTS.flatMap(bookedOn).sort((a, b) => b.days - a.days);
  return booked.map(({ days, ...line }, at) => {
    return { tenant, id: `TXN-${String(at + 1).padStart(5, '0')}`, ...line, postedAt: ago(days, 14) };
  });
}

/** In whole cents, so that each balance is exact. */
function bookedOn({ user, kind: account, balance, firstDay, lines }: AccountSeed) {
  const later = lines.toSorted(([a], [b]) => b - a);
  const moved = later.reduce((sum, [, , , dollars]) => sum + centsOf(dollars), 0);
  const first: Line = [firstDay, 'deposit', 'Balance Brought Forward', (centsOf(balance) - moved) / 100];
  let cents = 0;
  return [first, ...later].map(([days, kind, description, dollars]) => {
    cents += centsOf(dollars);
    const balanceAfter = (cents / 100).toFixed(2);
    return { days, userId: user, account, kind, description, amount: dollars.toFixed(2), balanceAfter };
  });
}

function centsOf(dollars: number): number {
  return Math.round(dollars * 100);
}

function issueRow(tenant: string, number: number, { user, days, ...issue }: IssueSeed, ago: Ago) {
  return { tenant, number, userId: user, ...issue, createdAt: ago(days, 11) };
}
