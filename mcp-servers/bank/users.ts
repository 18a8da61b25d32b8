import { z } from 'zod';
import { noSuch, type Refused } from '../kit/answers.ts';
import { oneLineText } from './fields.ts';

export const address = z.object({
  street: z.string(),
  city: z.string(),
  state: z.string(),
  postal_code: z.string(),
  country: z.string(),
});
export type Address = z.infer<typeof address>;

/** The same parts as arguments. */
export const writtenAddress = {
  street: oneLineText(3, 120).describe('Street, number and flat, for example "12 Harbor Street, Apt 4"'),
  city: oneLineText(2, 80).describe('For example "Portland"'),
  state: oneLineText(2, 80).describe(
    'State, province or region, for example "Oregon"; where there is none, the city again',
  ),
  postal_code: oneLineText(2, 12)
    .regex(/^[A-Za-z0-9][A-Za-z0-9 -]*$/, 'A postal code has letters, digits, spaces and hyphens only')
    .describe('For example "97205" or "E2 8HD"'),
  country: oneLineText(2, 80).describe('For example "United States"'),
};

export function inOneLine({ street, city, state, postal_code, country }: Address): string {
  return `${street}, ${city}, ${state} ${postal_code}, ${country}`;
}

export function noSuchUser(id: string): Refused {
  return noSuch('user', id, 'get_account_details, from an email address');
}
