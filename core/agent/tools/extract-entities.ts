import { z } from 'zod';
import type { Desk } from '../../desk.ts';
import type { LocalTool } from '../../gate/local.ts';

const input = z.strictObject({
  text: z
    .string()
    .max(20_000)
    .describe(
      'The words to look through, such as the message of the person. Example: "refund order 1042 for cust-003"',
    ),
});

/** Common kinds that need no desk to say how they look. Bounded, so that no text makes the search long. */
const everywhere: Desk['entities'] = [
  { kind: 'email', pattern: /\b\w[\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b/g },
  {
    kind: 'amount',
    pattern:
      /(?:[$€£]\s?\d[\d,]{0,20}(?:\.\d{1,6})?|\b\d[\d,]{0,20}(?:\.\d{1,6})?\s?(?:USD|EUR|GBP|dollars|euros)\b)/gi,
  },
];

export const extractEntities: LocalTool = {
  name: 'extract_entities',
  description:
    'Pulls ids (orders, customers, SKUs …), e-mail addresses and amounts out of free text, in the exact form that the other tools take. Use it before you look things up.',
  input,
  async run(args, { desk }) {
    const found = findEntities(input.parse(args).text, desk);
    const kinds = Object.entries(found);
    const text =
      kinds.length === 0
        ? 'No ids, addresses or amounts found.'
        : kinds.map(([k, v]) => `${k}: ${v.join(', ')}`).join('\n');
    return { kind: 'ok', text, structured: found };
  },
};

export function findEntities(text: string, desk: Desk): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { kind, pattern, spoken, form = '$1', digits = 0 } of [...desk.entities, ...everywhere]) {
    const written = [...text.matchAll(pattern)].map((m) => m[0]);
    const parts = spoken ? [...text.matchAll(spoken)].map((m) => (m[1] ?? '').padStart(digits, '0')) : [];
    const said = parts.map((part) => form.replace('$1', () => part));
    const ids = kind === 'email' || kind === 'amount' ? written : [...written, ...said].map((id) => id.toUpperCase());
    if (ids.length > 0) found[kind] = [...new Set([...(found[kind] ?? []), ...ids])];
  }
  return found;
}
