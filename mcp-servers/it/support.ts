import { z } from 'zod';
import { words } from '../kit/fields.ts';
import { os } from './fields.ts';

// Shared by tickets and articles.

export const category = z
  .enum(['hardware', 'system', 'storage', 'network', 'printing', 'email', 'security', 'account'])
  .describe(
    'hardware, system (crashes, updates, services), storage, network (VPN, Wi-Fi, DNS), printing, email, security, account',
  );

export const anyOs = z.enum([...os.options, 'other']).describe('Operating system; other: none or several of these');

/** A text to search. Without a letter or digit it would match nothing or, beside other filters, everything. */
export function searchWords(min: number, max: number) {
  return words(min, max).refine(
    (text) => /[\p{L}\p{N}]/u.test(text),
    'Nothing could be searched: there is no letter or digit in it. Give words, for example "vpn drops"',
  );
}

export const tag = searchWords(1, 50).describe('One tag, in lower case, for example vpn, bsod or disk-full');
