import { z } from 'zod';
import { notify } from '../queue/notify.ts';
import {
  APPROVAL_VERSION,
  type Approval,
  getApproval,
  noteRefusal,
  noteUnknownId,
  voidApproval,
} from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import { UNREADABLE_OUTCOME, VOID_REASONS } from './outcome-phrases.ts';
import { type Action, isStranger, mayAct, settles } from './policy.ts';
import type { ApprovalContext, Ended, NothingDone, Refusal } from './types.ts';

export type Permitted = { kind: 'permitted'; approval: Approval } | NothingDone;

/** Reads the request if it still waits for this action and the policy permits it. Records a refusal. */
export async function permitted(
  context: ApprovalContext,
  who: Principal,
  id: string,
  action: Action,
): Promise<Permitted> {
  if (isStranger(who)) return refuseStranger(context, who, id);
  const read = await readApproval(context, id);
  if (read.kind === 'gone') await noteUnknownId(context.db, context.tenant, id, who.id);
  if (read.kind !== 'read') return read;
  const { approval } = read;
  const awaited = settles(action) ? 'unknown' : 'open';
  if (approval.state !== awaited) return { kind: 'ended', ended: endedOf(approval) };
  const permission = await mayAct(context, approval, who, action);
  if (permission.kind === 'no') return refuse(context, approval, who, permission.refusal);
  return { kind: 'permitted', approval };
}

/** The same before a form opens: while somebody's edit is in progress, another form would be useless. */
export async function permittedForm(
  context: ApprovalContext,
  who: Principal,
  id: string,
  action: 'reject' | 'edit',
): Promise<Permitted> {
  const may = await permitted(context, who, id, action);
  return may.kind === 'permitted' && may.approval.edit ? { kind: 'changing' } : may;
}

export async function refuse(
  { db, tenant }: ApprovalContext,
  approval: Approval,
  who: Principal,
  refusal: Refusal,
): Promise<NothingDone> {
  // A double click is no attempt against the rules.
  if (refusal.why !== 'signed_already') await noteRefusal(db, tenant, { approval, account: who.id, why: refusal.why });
  return { kind: 'refused', refusal };
}

/** Records the attempt of a stranger, such as a person of another company who sees our cards in a shared channel. */
async function refuseStranger(context: ApprovalContext, who: Principal, id: string): Promise<NothingDone> {
  // Not `readApproval`: a stranger's click must not make an unreadable request void.
  const approval = await getApproval(context.db, context.tenant, id).catch(undefinedIfUnreadable);
  const refusal = { why: 'foreign' } as const;
  if (approval === null) await noteUnknownId(context.db, context.tenant, id, who.id);
  return approval ? refuse(context, approval, who, refusal) : { kind: 'refused', refusal };
}

type Read = { kind: 'read'; approval: Approval } | { kind: 'gone' } | { kind: 'unreadable' };

/** Reads a request. Makes one void that another build wrote in an unreadable form, and tells its thread. */
export async function readApproval(context: ApprovalContext, id: string): Promise<Read> {
  const approval = await getApproval(context.db, context.tenant, id).catch(undefinedIfUnreadable);
  if (approval === null) return { kind: 'gone' };
  if (approval?.version === APPROVAL_VERSION) return { kind: 'read', approval };
  await voidUnreadable(context, id);
  return { kind: 'unreadable' };
}

/** Catches only unreadable records, not a database that is down. */
function undefinedIfUnreadable(error: unknown): undefined {
  if (error instanceof z.ZodError) return undefined;
  throw error;
}

async function voidUnreadable(context: ApprovalContext, approval: string): Promise<void> {
  const { db, tenant } = context;
  const voided = await voidApproval(db, tenant, {
    approval,
    reason: VOID_REASONS.unreadable,
    text: UNREADABLE_OUTCOME,
  });
  if (voided.kind === 'void') await notify(context, tenant, { approvals: [approval], thread: voided.thread });
}

function endedOf({ state, decidedBy, reason, decidedAt, replacedBy }: Approval): Ended {
  return { state, by: decidedBy, reason, at: decidedAt, replacedBy };
}
