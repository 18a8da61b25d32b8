import { notify } from '../queue/notify.ts';
import { type Approval, type Signed, sign } from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import { rejectionText } from './outcome-phrases.ts';
import { countSigners, type SignerCount } from './policy.ts';
import { permitted, refuse } from './read.ts';
import type { ApprovalContext, Decided, Decision, Shown } from './types.ts';

/** Decides on a request for a person, and logs each try in one line. */
export async function decide(
  context: ApprovalContext,
  who: Principal,
  id: string,
  decision: Decision,
  shown: Shown,
): Promise<Decided> {
  const began = performance.now();
  const { approval, decided } = await tryToDecide(context, who, id, decision, shown);
  const ids = { tenant: context.tenant, approval: id, desk: approval?.desk, tool: approval?.tool, by: who.id };
  const came = { verdict: decision.verdict, outcome: decided.kind, ms: Math.round(performance.now() - began) };
  context.log.info({ ...ids, ...came }, 'a person decided on an approval');
  return decided;
}

/** Tries again where others signed at the same time. */
async function tryToDecide(
  context: ApprovalContext,
  who: Principal,
  id: string,
  decision: Decision,
  shown: Shown,
): Promise<{ decided: Decided; approval?: Approval }> {
  for (;;) {
    const may = await permitted(context, who, id, decision.verdict);
    if (may.kind !== 'permitted') return { decided: may };
    const { approval } = may;
    if (decision.verdict === 'approve' && !shown.showsAll(approval)) return { approval, decided: { kind: 'too_long' } };
    // One rejection is enough, however many signed before.
    const before = decision.verdict === 'reject' ? NOBODY : await countSigners(context, approval);
    if (before.kind === 'away') {
      return { approval, decided: await refuse(context, approval, who, { why: 'directory_away' }) };
    }
    const signed = await sign(context.db, context.tenant, {
      approval: id,
      person: context.people.personOf(who.id),
      account: who.id,
      ...(decision.verdict === 'reject'
        ? { ...decision, text: rejectionText(approval, context.directory.mention(who.id), decision.reason) }
        : { ...decision, reason: null, text: '' }),
      seen: approval.signatures.map(({ account }) => account),
      signatures: before.persons + 1,
      quorum: approval.quorum,
      inTurn: shown.turn !== undefined,
      ...shown.turn,
    });
    if (signed.kind === 'changed') continue;
    await addJobs(context, id, signed, shown);
    return { approval, decided: decidedOf(signed) };
  }
}

const NOBODY: SignerCount = { kind: 'counted', persons: 0 };

async function addJobs(context: ApprovalContext, approval: string, signed: Signed, { turn }: Shown): Promise<void> {
  const { tenant, jobs } = context;
  if (signed.kind === 'lost' || signed.kind === 'revised') return;
  if (signed.kind === 'approved') jobs.add('dispatch', { tenant, approval });
  const tells = !turn && (signed.kind === 'rejected' || signed.kind === 'expired');
  await notify(context, tenant, { approvals: [approval], ...(tells ? { thread: signed.thread } : {}) });
}

function decidedOf(signed: Exclude<Signed, { kind: 'changed' }>): Decided {
  switch (signed.kind) {
    case 'approved':
    case 'rejected':
    case 'expired':
    case 'lost':
    case 'revised':
      return { kind: signed.kind };
    case 'signed':
      return signed;
    case 'decided':
      return { kind: 'ended', ended: signed };
    case 'outdated':
      return { kind: 'changing' };
    case 'signed_already':
      return { kind: 'refused', refusal: { why: 'signed_already' } };
    case 'none':
      return { kind: 'gone' };
  }
}
