import { notify } from '../queue/notify.ts';
import { type SettledUnknown, settleUnknown } from '../records/dispatches.ts';
import type { Principal } from '../records/types.ts';
import { settlementText } from './outcome-phrases.ts';
import { permitted } from './read.ts';
import type { ApprovalContext, Settled, Settlement } from './types.ts';

/** A person says what happened to a call of unknown outcome, or sends it again. */
export async function settle(
  context: ApprovalContext,
  who: Principal,
  id: string,
  settlement: Settlement,
): Promise<Settled> {
  const may = await permitted(context, who, id, settlement === 'again' ? 'send_again' : 'settle');
  if (may.kind !== 'permitted') return may;
  const { db, tenant, jobs, people, directory, log } = context;
  const settled = await settleUnknown(db, tenant, {
    approval: id,
    person: people.personOf(who.id),
    account: who.id,
    verdict: settlement,
    text: settlementText(may.approval, directory.mention(who.id), settlement),
  });
  if (settled.kind === 'approved') jobs.add('dispatch', { tenant, approval: id });
  await notify(context, tenant, {
    approvals: [id],
    ...(settled.kind === 'settled' ? { thread: settled.thread } : {}),
  });
  const { desk, tool } = may.approval;
  const ids = { tenant, approval: id, desk, tool, by: who.id };
  log.info({ ...ids, verdict: settlement, outcome: settled.kind }, 'a person said what became of a call');
  return settledOf(settled);
}

function settledOf(settled: SettledUnknown): Settled {
  switch (settled.kind) {
    case 'approved':
      return { kind: 'sent_again' };
    case 'settled':
      return { kind: 'settled' };
    case 'decided':
      return { kind: 'ended', ended: settled };
    case 'none':
      return { kind: 'gone' };
  }
}
