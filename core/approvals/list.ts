import { accountsOf } from '../desk/people.ts';
import { type Approval, listApprovals } from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import { mayAct } from './policy.ts';
import type { ApprovalContext } from './types.ts';

export type ApprovalLists = { toSign: Approval[]; asked: Approval[] };

const MOST_LOOKED_AT = 200;
const MOST_ASKED = 50;

/** Requests that wait for this person, and requests of their own. */
export async function listFor(context: ApprovalContext, who: Principal): Promise<ApprovalLists> {
  const { db, tenant, people } = context;
  const toSign = await waitingFor(context, who, await openApprovals(context));
  const mine = await listApprovals(db, tenant, { accounts: accountsOf(people, who), limit: MOST_ASKED });
  return { toSign, asked: mine.filter(({ id }) => !toSign.some((one) => one.id === id)) };
}

/** How many requests wait for each of these people, in their order. */
export async function countWaiting(context: ApprovalContext, people: Principal[]): Promise<number[]> {
  const open = await openApprovals(context);
  return Promise.all(people.map(async (who) => (await waitingFor(context, who, open)).length));
}

/** Also calls of unknown outcome, where a person must say what happened. */
function openApprovals({ db, tenant }: ApprovalContext): Promise<Approval[]> {
  return listApprovals(db, tenant, { open: true, limit: MOST_LOOKED_AT });
}

async function waitingFor(context: ApprovalContext, who: Principal, open: Approval[]): Promise<Approval[]> {
  const permissions = await Promise.all(
    open.map((approval) => mayAct(context, approval, who, approval.state === 'unknown' ? 'settle' : 'approve')),
  );
  return open.filter((_, at) => permissions[at]?.kind === 'yes');
}
