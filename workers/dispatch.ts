import {
  type Ending,
  endingOf,
  lostEnding,
  notRunText,
  notSentAgainText,
  overLimitReason,
  VOID_REASONS,
} from '../core/approvals/outcome-phrases.ts';
import { enoughSigned } from '../core/approvals/policy.ts';
import { reopen } from '../core/approvals/reopen.ts';
import { crashPoint } from '../core/crash-points.ts';
import { deskNamed } from '../core/desk/desks.ts';
import type { Permit, Reviewed } from '../core/gate/types.ts';
import { notify } from '../core/queue/notify.ts';
import type { JobData } from '../core/queue/queue.ts';
import { type Approval, voidApproval } from '../core/records/approvals.ts';
import {
  beginDispatch,
  type ClaimedApproval,
  claimDispatch,
  endDispatch,
  type Held,
  holdDispatch,
} from '../core/records/dispatches.ts';
import type { WorkerContext } from './context.ts';
import { DISPATCH_MS } from './times.ts';

/** How often a call that may be repeated is sent again while its outcome stays unknown. */
const MAX_REPEATS = 5;
/** How often a signed call waits for its tool to come back, each time for the length of a hold. */
const MAX_WAITS = 60;

/** Sends a signed call once, as it was shown to the signers. No model takes part. */
export async function dispatch(
  context: WorkerContext,
  { tenant, approval: id }: JobData<'dispatch'>,
  stopping: AbortSignal,
): Promise<void> {
  const claim = await claimDispatch(context.db, tenant, id, DISPATCH_MS);
  crashPoint('dispatch.claimed');
  switch (claim.kind) {
    case 'idle':
    case 'busy':
      return;
    case 'unreadable':
      return leaveUnreadable(context, tenant, claim.held);
    case 'ready':
      return whileDispatchHeld(context, tenant, claim.approval, () =>
        runSigned(context, tenant, claim.approval, stopping),
      );
    case 'left':
      return whileDispatchHeld(context, tenant, claim.approval, () =>
        recoverLost(context, tenant, claim.approval, stopping),
      );
  }
}

/** Renews the hold: the checks and the call may take longer than the hold that protects against a dead worker. */
async function whileDispatchHeld(
  context: WorkerContext,
  tenant: string,
  held: Held,
  work: () => Promise<void>,
): Promise<void> {
  const holding = setInterval(() => {
    holdDispatch(context.db, tenant, held, DISPATCH_MS).catch((error) =>
      context.log.warn({ err: error, approval: held.id }, 'a signed call could not be held'),
    );
  }, DISPATCH_MS / 3);
  await work().finally(() => clearInterval(holding));
}

/** Refuses to run a call that another build wrote in a form unknown to us. */
async function leaveUnreadable(context: WorkerContext, tenant: string, held: Held): Promise<void> {
  context.log.error({ tenant, approval: held.id }, 'a signed call cannot be read by this build, and is not run');
  if (held.state === 'dispatching') return recordEnding(context, tenant, held, lostEnding('a tool'));
  await abandon(context, tenant, { ...held, tool: 'A signed call' }, VOID_REASONS.unreadable);
}

async function runSigned(
  context: WorkerContext,
  tenant: string,
  approval: ClaimedApproval,
  stopping: AbortSignal,
): Promise<void> {
  if (approval.attempts > MAX_WAITS) {
    return abandon(context, tenant, approval, VOID_REASONS.too_many_tries);
  }
  const reviewed = await review(context, tenant, approval);
  crashPoint('dispatch.reviewed');
  switch (reviewed.kind) {
    case 'down':
      return context.log.warn({ approval: approval.id, reason: reviewed.reason }, 'a signed call waits for its tool');
    case 'void':
      return abandon(context, tenant, approval, VOID_REASONS[reviewed.reason], reviewed.detail);
    case 'changed': {
      if (approval.sentBefore) return abandon(context, tenant, approval, VOID_REASONS.values_changed);
      const next = reopen(context, approval, reviewed.frozen, { editor: approval.editor, replaces: approval.id });
      const given = { approval: approval.id, attempts: approval.attempts, reason: VOID_REASONS.values_changed, next };
      const { kind } = await voidApproval(context.db, tenant, given);
      // The same call, with the new values, already waits: drop this one.
      if (kind === 'waits_already') {
        return abandon(context, tenant, approval, VOID_REASONS.waits_already);
      }
      const also = kind === 'void' ? [next.approval.id] : [];
      return notify(context, tenant, { approvals: [approval.id, ...also] });
    }
    case 'ready':
      return beginCall(context, tenant, approval, reviewed, stopping);
  }
}

type Checked = Reviewed | { kind: 'void'; reason: 'desk_gone' | 'signature_gone'; detail: string };

/** Checks signers and call once more: roles, people and the current values may have changed. */
async function review(context: WorkerContext, tenant: string, approval: Approval): Promise<Checked> {
  const desk = deskNamed(context.desks, approval.desk);
  if (!desk) return { kind: 'void', reason: 'desk_gone', detail: '' };
  const signed = await enoughSigned(context, approval);
  if (signed === 'away') return { kind: 'down', reason: 'the channel does not tell who is in a user group' };
  if (signed === 'no') return { kind: 'void', reason: 'signature_gone', detail: '' };
  return context.gateOf(tenant).review({ desk, principal: approval.principal }, approval);
}

async function abandon(
  context: WorkerContext,
  tenant: string,
  { id, attempts, thread, tool }: Held & { tool: string },
  reason: string,
  detail = '',
): Promise<void> {
  const text = notRunText(tool, reason, detail);
  const sentBeforeText = notSentAgainText(tool, reason);
  await voidApproval(context.db, tenant, { approval: id, attempts, reason, text, sentBeforeText });
  await notify(context, tenant, { approvals: [id], thread });
}

type Ready = Extract<Reviewed, { kind: 'ready' }>;

async function beginCall(
  context: WorkerContext,
  tenant: string,
  approval: ClaimedApproval,
  { permit, counted }: Ready,
  stopping: AbortSignal,
): Promise<void> {
  const begun = await beginDispatch(context.db, tenant, approval, counted.limits, counted.amounts);
  crashPoint('dispatch.begun');
  switch (begun.kind) {
    case 'lost':
      return;
    case 'over':
      return abandon(context, tenant, approval, overLimitReason(begun.limit));
    case 'reopened':
      return notify(context, tenant, { approvals: [approval.id] });
    case 'ok':
      return send(context, tenant, approval, permit, stopping);
  }
}

/** Another worker sent the call and never recorded its outcome. The desk's file says whether to send it again. */
async function recoverLost(
  context: WorkerContext,
  tenant: string,
  approval: ClaimedApproval,
  stopping: AbortSignal,
): Promise<void> {
  const lost = () => probed(context, tenant, approval, lostEnding(approval.tool));
  if (approval.effect === 'once') return recordEnding(context, tenant, approval, await lost());
  const reviewed = await review(context, tenant, approval);
  if (reviewed.kind === 'ready') return send(context, tenant, approval, reviewed.permit, stopping);
  if (reviewed.kind === 'down' && approval.attempts < MAX_WAITS) return;
  return recordEnding(context, tenant, approval, await lost());
}

async function send(
  context: WorkerContext,
  tenant: string,
  approval: ClaimedApproval,
  permit: Permit,
  stopping: AbortSignal,
): Promise<void> {
  crashPoint('dispatch.calling');
  const idempotencyKey = `${tenant}:${approval.call}`;
  const began = context.clock.now();
  const outcome = await context.gateOf(tenant).execute(permit, { signal: stopping, idempotencyKey });
  crashPoint('dispatch.answered');
  const { id, thread, call, desk, tool } = approval;
  const ids = { tenant, thread, approval: id, call, desk, tool };
  context.log.info(
    { ...ids, verdict: 'signed', outcome: outcome.kind, ms: context.clock.now() - began },
    'a call ended',
  );
  const ending = endingOf(approval, { ...outcome, text: context.redact(outcome.text) });
  if (ending.state !== 'unknown') return recordEnding(context, tenant, approval, ending);
  // When the hold ends, a worker sends it again with the same key.
  if (approval.effect !== 'once' && approval.attempts < MAX_REPEATS) return;
  await recordEnding(context, tenant, approval, await probed(context, tenant, approval, ending));
}

/** Adds the answer of the desk's probe, which helps the person who must say what happened. */
async function probed(context: WorkerContext, tenant: string, approval: Approval, ending: Ending): Promise<Ending> {
  const desk = deskNamed(context.desks, approval.desk);
  if (!desk) return ending;
  const caller = { desk, principal: approval.principal };
  const probe = await context
    .gateOf(tenant)
    .probe(caller, approval)
    .catch(() => null);
  return probe === null ? ending : { ...ending, probe };
}

async function recordEnding(context: WorkerContext, tenant: string, held: Held, ending: Ending): Promise<void> {
  const ended = await endDispatch(context.db, tenant, held, ending);
  crashPoint('dispatch.ended');
  if (ended.kind === 'ok') await notify(context, tenant, { approvals: [held.id], thread: ended.thread });
}
