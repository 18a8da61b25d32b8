import { accountsOf, type People } from '../desk/people.ts';
import type { Desk, Quota } from '../desk/types.ts';
import type { CountedLimit } from '../records/calls.ts';
import type { Principal } from '../records/types.ts';
import type { Counted } from './types.ts';

/** The limits that a call counts against, and with which amounts; the records do the counting. */
export function countedFor(
  { desk, principal }: { desk: Desk; principal: Principal },
  people: People,
  tool: string,
  args: Record<string, unknown>,
): Counted {
  const quotas = desk.quotas.filter((quota) => quota.tools.includes(tool));
  return {
    limits: quotas.map((quota) => limitOf(desk, accountsOf(people, principal), quota)),
    amounts: Object.fromEntries(quotas.map((quota) => [quota.id, amountOf(quota, args)])),
  };
}

function limitOf(desk: Desk, accounts: string[], { id, tools, sum, most, seconds, of, over }: Quota): CountedLimit {
  return {
    id,
    tools,
    seconds,
    most,
    desk: desk.name,
    ...(sum !== undefined && { sum }),
    ...(of === 'principal' && { accounts }),
    ...(over.kind === 'sign' && { quorum: over.quorum }),
  };
}

// Negative amounts count like positive ones, and an unreadable amount exceeds any limit.
function amountOf({ sum }: Quota, args: Record<string, unknown>): number {
  if (sum === undefined) return 1;
  const amount = Object.hasOwn(args, sum) ? args[sum] : undefined;
  return typeof amount === 'number' && Number.isFinite(amount) ? Math.abs(amount) : Number.MAX_VALUE;
}
