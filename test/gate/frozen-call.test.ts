import { expect, it } from 'vitest';
import type { CheckedCall } from '../../core/gate/check-call.ts';
import { freeze } from '../../core/gate/frozen-call.ts';

function aboutOf(tool: { title?: string; description: string }): string {
  const call = {
    tool: { name: 'shop__pay', server: 'shop', tool: 'pay', inputSchema: {}, definitionHash: 'd', ...tool },
    ...{ definitionHash: 'd', schema: {}, args: {}, secret: [] },
    ruled: { effect: 'once', tool: { first: [] } },
  } as unknown as CheckedCall;
  const need = { rule: 'approve', quorum: 1, ruleText: 'a boss must approve every call' } as const;
  return freeze('T1', call, { args: {}, seals: [] }, [], need).about;
}

const description = 'Pays 1.5 % back. Example: {"amount": 9000, "order_id": "ORD-1"}';

it.each([
  ['its title', { title: ' Refund an order ', description }, 'Refund an order'],
  ['the first sentence of its description where it has none', { description }, 'Pays 1.5 % back.'],
  ['that sentence where the title is empty', { title: ' ', description }, 'Pays 1.5 % back.'],
  ['the first line where that is no sentence', { description: '\nPays back\n{"amount": 9000}' }, 'Pays back'],
  ['nothing where nothing is said', { description: '' }, ''],
  ['no more than is read', { title: 'x'.repeat(300), description }, `${'x'.repeat(199)}…`],
])('a card says of a tool %s', (_what, tool, about) => {
  expect(aboutOf(tool)).toBe(about);
});
