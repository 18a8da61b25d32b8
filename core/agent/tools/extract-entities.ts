import { z } from 'zod';
import type { Desk } from '../../desk/types.ts';
import { compilePattern, type Pattern } from '../../gate/patterns.ts';
import type { LocalTool } from '../../gate/types.ts';

const input = z.strictObject({
  text: z
    .string()
    .max(20_000)
    .describe(
      'The words to look through, such as the message of the person. Example: "refund order 1042 for cust-003"',
    ),
});

/** Kinds that look the same at every desk. */
const everywhere: Desk['entities'] = [
  { kind: 'email', pattern: linearPattern(String.raw`\b\w[\w.+-]*@[\w-]+(?:\.[\w-]+)+\b`) },
  {
    kind: 'amount',
    pattern: linearPattern(
      String.raw`(?:[$€£]\s?\d[\d,]*(?:\.\d+)?|\b\d[\d,]*(?:\.\d+)?\s?(?:USD|EUR|GBP|dollars|euros)\b)`,
    ),
  },
];

function linearPattern(source: string): Pattern {
  const compiled = compilePattern(source, { ignoreCase: true });
  if (compiled.kind === 'refused') throw new Error(compiled.reason);
  return compiled.pattern;
}

/** Bounds the work: each match may search to the end of the text. */
const MOST_MATCHES = 200;

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
    const written = pattern.matchesIn(text, MOST_MATCHES).flatMap(([whole]) => whole ?? []);
    // A match without the group is something else that looks alike, such as "ticket 12 hours".
    const parts = (spoken?.matchesIn(text, MOST_MATCHES) ?? []).flatMap(([, part]) => part ?? []);
    const said = parts.map((part) => form.replace('$1', () => part.padStart(digits, '0')));
    const ids = kind === 'email' || kind === 'amount' ? written : [...written, ...said].map((id) => id.toUpperCase());
    if (ids.length > 0) found[kind] = [...new Set([...(found[kind] ?? []), ...ids])];
  }
  return found;
}
