import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { People } from '../desk/people.ts';
import type { Desk } from '../desk/types.ts';
import type { Principal } from '../records/types.ts';

export type Rated = { kind: 'ok' } | { kind: 'over'; waitSeconds: number };
export type Rate = { take(tenant: string, principal: Principal, desk: Desk): Promise<Rated> };

/** Counts in this process only, to dampen floods. For exact limits there are quotas, which the records count. */
export function openRate(people: People): Rate {
  const limiters = new Map<string, RateLimiterMemory>();
  return {
    async take(tenant, principal, desk) {
      if (!desk.rate) return { kind: 'ok' };
      const { calls: points, seconds: duration } = desk.rate;
      const kind = `${desk.name} ${points} ${duration}`;
      const limiter = limiters.get(kind) ?? new RateLimiterMemory({ points, duration });
      limiters.set(kind, limiter);
      return take(limiter, `${tenant}:${requesterOf(people, principal)}`);
    },
  };
}

function requesterOf(people: People, { kind, id }: Principal): string {
  return kind === 'anonymous' ? `anonymous:${id}` : people.personOf(id);
}

async function take(limiter: RateLimiterMemory, key: string): Promise<Rated> {
  try {
    await limiter.consume(key);
    return { kind: 'ok' };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { kind: 'over', waitSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
  }
}
