import { z } from 'zod';
import { idOf, isPlain, words } from '../kit/fields.ts';

export const userId = idOf(
  /^user_\d{3,6}$/,
  'A user id looks like user_001; get_account_details finds it from an email address',
).describe('Customer, for example user_001');

export const cardId = idOf(
  /^CARD-\d{4,8}$/,
  "A card id looks like CARD-0001; get_account_details lists a customer's cards",
).describe('Card, for example CARD-0001');

export const accountKind = z.enum(['checking', 'savings']).describe('Which account of the customer');

export const transactionKind = z
  .enum(['deposit', 'purchase', 'bill', 'transfer', 'withdrawal', 'fee', 'interest', 'refund'])
  .describe('deposit: a salary and the like; purchase: by card; bill: rent, electricity; withdrawal: cash');

export const cardStatus = z.enum(['active', 'deactivated']);

export const deactivationReason = z.enum(['lost', 'stolen', 'fraud', 'damaged', 'other']);

export const issueCategory = z
  .enum(['card', 'account', 'transaction', 'transfer', 'fees', 'login', 'app', 'other'])
  .describe('What it is about; transaction: one on the account that is wrong or was not made by the customer');

export const issuePriority = z
  .enum(['low', 'normal', 'high', 'urgent'])
  .describe('urgent: money or access is being lost now; high: the customer cannot go on; otherwise normal or low');

export const issueStatus = z.enum(['open', 'in_progress', 'resolved']);

/** A text of one line, for a letter or a list. */
export function oneLineText(min: number, max: number) {
  return words(min, max).refine(isPlain, 'It must be one line, without invisible or control characters');
}

export function masked(lastFour: string): string {
  return `••••${lastFour}`;
}
