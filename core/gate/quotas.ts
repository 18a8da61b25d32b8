import type { Desk, Quota } from '../desk/types.ts';
import type { CountedLimit } from '../store/approvals.ts';
import type { Principal } from '../store/records.ts';
import type { Counted } from './types.ts';

/** What a call is counted against, and with how much; the records do the counting. */
export function countedFor(desk: Desk, principal: Principal, tool: string, args: Record<string, unknown>): Counted {
  const quotas = desk.quotas.filter((quota) => quota.tools.includes(tool));
  return {
    limits: quotas.map((quota) => limitOf(desk, principal, quota)),
    amounts: Object.fromEntries(quotas.map((quota) => [quota.id, amountOf(quota, args)])),
  };
}

function limitOf(desk: Desk, principal: Principal, { id, tools, sum, most, seconds, of, over }: Quota): CountedLimit {
  return {
    id,
    tools,
    seconds,
    most,
    desk: desk.name,
    ...(sum !== undefined && { sum }),
    ...(of === 'principal' && { principal: `${principal.kind}:${principal.id}` }),
    ...(over.kind === 'sign' && { quorum: over.quorum }),
  };
}

// What takes away counts like what adds, and an amount that cannot be read is over any limit.
function amountOf({ sum }: Quota, args: Record<string, unknown>): number {
  if (sum === undefined) return 1;
  const amount = Object.hasOwn(args, sum) ? args[sum] : undefined;
  return typeof amount === 'number' && Number.isFinite(amount) ? Math.abs(amount) : Number.MAX_VALUE;
}
