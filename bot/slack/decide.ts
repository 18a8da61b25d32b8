import { z } from 'zod';
import { fitsCard } from '../../channels/slack-card-arguments.ts';
import { deskNamed } from '../../core/desk.ts';
import { entitled } from '../../core/gate/people.ts';
import { ringFor } from '../../core/ring.ts';
import {
  APPROVAL_VERSION,
  type Approval,
  getApproval,
  noteRefusal,
  type Signed,
  sign,
  voidApproval,
} from '../../core/store/approvals.ts';
import { type SettledUnknown, settleUnknown } from '../../core/store/dispatches.ts';
import type { Clicker } from './clicker.ts';
import type { DoorParts } from './parts.ts';
import * as words from './words.ts';

/** `told` is for the eyes of who clicked: why it is not as they wanted. */
export type Answer = { kind: 'done' } | { kind: 'told'; text: string };
export const told = (text: string): Answer => ({ kind: 'told', text });

export type Verdict = { verdict: 'approve' | 'reject'; reason: string | null };

export async function decide(parts: DoorParts, who: Clicker, id: string, given: Verdict): Promise<Answer> {
  const may = await mayDecide(parts, who, id, 'open');
  if (may.kind === 'no') return told(may.text);
  const { approval, own, edited } = may;
  if (given.verdict === 'approve' && !fitsCard(approval)) return told(words.TOO_LONG);
  const text = rejectionText(approval, who, given.reason);
  const signing = {
    ...given,
    approval: id,
    person: who.person,
    account: who.account,
    own,
    edited,
    text,
    inTurn: false,
  };
  const signed = await sign(parts.db, parts.identity.teamId, signing);
  await ringForSigned(parts, id, signed);
  return answerTo(parts, approval, signed);
}

export type May = { kind: 'yes'; approval: Approval; own: boolean; edited: boolean } | { kind: 'no'; text: string };

/** Whether this person may decide on the approval, as it stands now and as the desk says now. */
export async function mayDecide(parts: DoorParts, who: Clicker, id: string, state: 'open' | 'unknown'): Promise<May> {
  const approval = await read(parts, id);
  if (typeof approval === 'string') return { kind: 'no', text: approval };
  if (approval.state !== state) return { kind: 'no', text: await decidedText(parts, approval) };
  const may = await mayOf(parts, who, approval);
  if (may.kind === 'no')
    await noteRefusal(parts.db, parts.identity.teamId, { approval, account: who.account, why: may.text });
  return may;
}

/** People of another company may see a card of ours; that they tried to decide it is on record. */
export async function refuseForeign(parts: DoorParts, account: string, id: string): Promise<Answer> {
  const tenant = parts.identity.teamId;
  // Not `read`: what cannot be read is made void by our own people only.
  const approval = await getApproval(parts.db, tenant, id).catch((error) => {
    if (error instanceof z.ZodError) return null;
    throw error;
  });
  if (approval) await noteRefusal(parts.db, tenant, { approval, account, why: 'not of this workspace' });
  return told(words.FOREIGN);
}

/** Only what another build wrote is unreadable; that it is away is for Slack to show. */
async function read(parts: DoorParts, id: string): Promise<Approval | string> {
  try {
    const approval = await getApproval(parts.db, parts.identity.teamId, id);
    if (approval && approval.version !== APPROVAL_VERSION) return await askAnew(parts, id);
    return approval ?? words.GONE;
  } catch (error) {
    if (error instanceof z.ZodError) return askAnew(parts, id);
    throw error;
  }
}

/** Nobody can sign it any more, so it does not stay open: its thread is told to ask again. */
async function askAnew(parts: DoorParts, approval: string): Promise<string> {
  const tenant = parts.identity.teamId;
  const text =
    'A call that waited for a signature was made by another version of me. Nothing was done; ask for it anew.';
  const voided = await voidApproval(parts.db, tenant, { approval, reason: 'unreadable', text });
  if (voided.kind === 'void') await ringFor(parts, tenant, { approvals: [approval], thread: voided.thread });
  return words.UNREADABLE;
}

export async function mayOf({ desks, groups, log }: DoorParts, who: Clicker, approval: Approval): Promise<May> {
  const desk = deskNamed(desks, approval.desk);
  if (!desk) return { kind: 'no', text: `The desk ${approval.desk} is no more, so nobody can decide this.` };
  let oldestMs = 0;
  const membersOf = async (group: string) => {
    const { users, ageMs } = await groups.members(group).catch((error) => {
      log.warn({ err: error, group }, 'who is in a user group cannot be told');
      throw error;
    });
    oldestMs = Math.max(oldestMs, ageMs);
    return users;
  };
  const may = await entitled(desk, approval, who, membersOf);
  return may.kind === 'yes' ? { ...may, approval } : { kind: 'no', text: may.text + ageText(oldestMs) };
}

const MINUTE_MS = 60_000;

function ageText(ageMs: number): string {
  const minutes = Math.floor(ageMs / MINUTE_MS);
  return minutes < 1 ? '' : ` (I asked Slack ${minutes} min ago who is in the user group; that is renewed every 5.)`;
}

/** Goes into the thread, where a turn passes it on. */
function rejectionText({ tool }: Approval, { account }: Clicker, reason: string | null): string {
  return `${tool} was rejected by ${words.nameOf(account)}${reason ? `: ${reason}` : ', without a reason'}. Nothing was done.`;
}

async function ringForSigned(parts: DoorParts, approval: string, signed: Signed): Promise<void> {
  const tenant = parts.identity.teamId;
  if (signed.kind === 'approved') parts.bells.ring('dispatch', { tenant, approval });
  const tells = signed.kind === 'rejected' || signed.kind === 'expired';
  await ringFor(parts, tenant, { approvals: [approval], ...(tells ? { thread: signed.thread } : {}) });
}

async function answerTo(parts: DoorParts, approval: Approval, signed: Signed): Promise<Answer> {
  switch (signed.kind) {
    case 'approved':
    case 'rejected':
    case 'signed':
      return { kind: 'done' };
    case 'decided':
      return told(await decidedText(parts, signed));
    case 'outdated':
      return told(words.CHANGING);
    case 'expired':
      return told(words.EXPIRED);
    case 'signed_already':
      return told(words.SIGNED_ALREADY);
    case 'not_yours':
      return told(approval.rule === 'confirm' ? words.NOT_YOURS : words.OWN);
    case 'own':
      return told(words.OWN);
    case 'edited':
      return told(words.EDITED);
    case 'none':
    case 'lost':
    case 'revised':
      return told(words.GONE);
  }
}

type Ended = { state: Approval['state']; replacedBy: string | null; reason: string | null } & (
  | { by: string | null; at: number | null }
  | { decidedBy: string | null; decidedAt: number | null }
);

export async function decidedText(parts: DoorParts, ended: Ended): Promise<string> {
  const { state, reason, replacedBy } = ended;
  const [by, at] = 'by' in ended ? [ended.by, ended.at] : [ended.decidedBy, ended.decidedAt];
  const next = replacedBy === null ? null : await read(parts, replacedBy);
  const where = next === null || typeof next === 'string' ? null : words.whereIs(parts.identity, next);
  return words.decidedText({ state, reason, by, at }, where);
}

export type Settlement = 'happened' | 'did not happen' | 'again';

/** Says what became of a call whose outcome is not known. */
export async function settle(parts: DoorParts, who: Clicker, id: string, verdict: Settlement): Promise<Answer> {
  const may = await mayDecide(parts, who, id, 'unknown');
  if (may.kind === 'no') return told(may.text);
  const { approval, own, edited } = may;
  const tenant = parts.identity.teamId;
  const isOwn = approval.rule === 'approve' && approval.person === who.person && !own;
  const isEdited = approval.rule === 'approve' && approval.editor === who.person && !edited;
  if (isOwn || isEdited) {
    await noteRefusal(parts.db, tenant, { approval, account: who.account, why: isOwn ? 'own' : 'edited' });
    return told(isOwn ? words.OWN : words.EDITED);
  }
  const text = `${words.nameOf(who.account)} says that ${approval.tool} ${verdict === 'happened' ? 'took effect' : 'did not take effect'}.`;
  const given = { approval: id, person: who.person, account: who.account, verdict, text };
  const settled = await settleUnknown(parts.db, tenant, given);
  if (settled.kind === 'approved') parts.bells.ring('dispatch', { tenant, approval: id });
  await ringFor(parts, tenant, { approvals: [id], ...(settled.kind === 'settled' ? { thread: settled.thread } : {}) });
  return answerToSettled(parts, settled);
}

async function answerToSettled(parts: DoorParts, settled: SettledUnknown): Promise<Answer> {
  if (settled.kind === 'decided') return told(await decidedText(parts, settled));
  if (settled.kind === 'needs_more') return told(words.needsMoreText(settled.quorum));
  return settled.kind === 'none' ? told(words.GONE) : { kind: 'done' };
}
