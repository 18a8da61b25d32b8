import { VOID_REASONS } from '../core/approvals/outcome-phrases.ts';
import { reopen } from '../core/approvals/reopen.ts';
import { crashPoint } from '../core/crash-points.ts';
import { deskNamed } from '../core/desk/desks.ts';
import { notify } from '../core/queue/notify.ts';
import type { JobData } from '../core/queue/queue.ts';
import { type Approval, getApproval, refuseEdit, voidApproval } from '../core/records/approvals.ts';
import type { WorkerContext } from './context.ts';

/** Replaces a request by a new one with the arguments that a person changed on its card. */
export async function edit(context: WorkerContext, { tenant, approval: id }: JobData<'edit'>): Promise<void> {
  const approval = await getApproval(context.db, tenant, id);
  if (approval?.state !== 'open' || !approval.edit) return;
  const { account } = approval.edit;
  const edited = await editedCall(context, tenant, approval, approval.edit);
  if (edited.kind === 'refused') {
    await refuseEdit(context.db, tenant, id, edited.text);
    return notify(context, tenant, { approvals: [id] });
  }
  const { next } = edited;
  const voided = await voidApproval(context.db, tenant, {
    approval: id,
    reason: VOID_REASONS.edited,
    by: account,
    next,
  });
  crashPoint('edit.made');
  if (voided.kind === 'waits_already') await refuseEdit(context.db, tenant, id, 'The same call waits already.');
  await notify(context, tenant, { approvals: [id, next.approval.id] });
}

async function editedCall(
  context: WorkerContext,
  tenant: string,
  approval: Approval,
  { arguments: args, account }: NonNullable<Approval['edit']>,
) {
  const desk = deskNamed(context.desks, approval.desk);
  if (!desk) return { kind: 'refused', text: `The desk ${approval.desk} is no longer set up.` } as const;
  const edited = await context.gateOf(tenant).edit({ desk, principal: approval.principal }, approval, args);
  if (edited.kind === 'refused') return edited;
  const next = reopen(context, approval, edited.frozen, { editor: account, replaces: approval.id });
  return { kind: 'made', next } as const;
}
