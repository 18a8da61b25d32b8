import { z } from 'zod';
import { approvalStates } from './approvals.ts';
import type { Database } from './database.ts';

/** A limit that the records count over the calls of these tools within the period. */
export type CountedLimit = {
  id: string;
  tools: string[];
  seconds: number;
  most: number;
  /** The argument to sum up; without it, the records count calls. */
  sum?: string;
  /** The accounts of the requester, whose calls alone count; without them, everybody's count. */
  accounts?: string[];
  desk?: string;
  /** The signatures with which a call may exceed it; without it, no call may. */
  quorum?: number;
};

const likely = z.object({
  kind: z.literal('limit'),
  exceeded: z.object({ id: z.string(), used: z.number(), most: z.number(), quorum: z.number().optional() }).nullable(),
});
export type Exceeded = NonNullable<z.infer<typeof likely>['exceeded']>;

/** The first limit that a call would exceed now. The binding count is made when the call goes out. */
export async function exceededLimit(
  db: Database,
  tenant: string,
  counted: { limits: CountedLimit[]; amounts: Record<string, number> },
): Promise<Exceeded | null> {
  return (await db.transition('likely_limit', tenant, counted, likely)).exceeded;
}

const callStatesAnswer = z.object({
  kind: z.literal('standing'),
  calls: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      approval: z.string().nullable(),
      approvalState: z.enum(approvalStates).nullable(),
      rule: z.enum(['confirm', 'approve']).nullable(),
    }),
  ),
});
export type CallState = z.infer<typeof callStatesAnswer>['calls'][number];

/** Reads the states of calls that need a signature or count against a limit. */
export async function callStates(db: Database, tenant: string, calls: string[]): Promise<CallState[]> {
  return (await db.transition('standing_of', tenant, { calls }, callStatesAnswer)).calls;
}
