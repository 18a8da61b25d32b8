import { notify } from '../queue/notify.ts';
import { type Approval, requestEdit } from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import { permitted } from './read.ts';
import type { ApprovalContext, NothingDone } from './types.ts';

/** The filled form: the changed arguments, or the fault of each bad field. */
export type Filled =
  | { kind: 'filled'; args: Record<string, unknown> }
  | { kind: 'faults'; faults: Record<string, string> };

export type Edited = { kind: 'requested' } | Extract<Filled, { kind: 'faults' }> | NothingDone;

/** Stores the changed arguments; a worker makes a new request of them. */
export async function edit(
  context: ApprovalContext,
  who: Principal,
  id: string,
  fill: (approval: Approval) => Filled,
): Promise<Edited> {
  const may = await permitted(context, who, id, 'edit');
  if (may.kind !== 'permitted') return may;
  const filled = fill(may.approval);
  if (filled.kind === 'faults') return filled;
  const { db, tenant, jobs, people } = context;
  const given = { approval: id, person: people.personOf(who.id), account: who.id, arguments: filled.args };
  const requested = await requestEdit(db, tenant, given);
  switch (requested.kind) {
    case 'requested':
      jobs.add('edit', { tenant, approval: id });
      return { kind: 'requested' };
    case 'outdated':
      return { kind: 'changing' };
    case 'expired':
      await notify(context, tenant, { approvals: [id], thread: requested.thread });
      return { kind: 'expired' };
    case 'decided':
      return { kind: 'ended', ended: requested };
    case 'none':
      return { kind: 'gone' };
  }
}
