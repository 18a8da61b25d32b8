import { createHash } from 'node:crypto';
import { mayAnswerCustomers } from '../approvals/policy.ts';
import { readApproval } from '../approvals/read.ts';
import type { ApprovalContext } from '../approvals/types.ts';
import {
  discardDraft,
  getMatter,
  giveBack,
  type MatterMoved,
  noteMailRefusal,
  sendDraft,
  writeToCustomer,
} from '../records/matters.ts';
import type { Principal } from '../records/types.ts';
import type { Answered, Conversation, Permitted } from './answer-types.ts';
import { discardedText } from './phrases.ts';

/** Finds the conversation of a card, of a matter or of a request for signatures, if this person may answer there. */
export async function permittedTo(context: ApprovalContext, who: Principal, card: string): Promise<Permitted> {
  const conversation = await conversationOf(context, card);
  if (!conversation) return { kind: 'gone' };
  const { desk, thread, matter } = conversation;
  const permission = await mayAnswerCustomers(context, desk, who);
  if (permission.kind === 'no') {
    const { refusal } = permission;
    await noteMailRefusal(context.db, context.tenant, { thread, account: who.id, card, why: refusal.why });
    return { kind: 'refused', refusal };
  }
  if (matter && matter.state !== 'open') return { kind: 'decided', matter };
  return { kind: 'permitted', conversation };
}

async function conversationOf(context: ApprovalContext, card: string): Promise<Conversation | null> {
  const matter = await getMatter(context.db, context.tenant, card);
  if (matter) {
    const { thread, desk, details } = matter;
    return { thread, desk, customer: details.asked.author, verified: details.verified, matter };
  }
  const read = await readApproval(context, card);
  if (read.kind !== 'read') return null;
  const { thread, desk, details } = read.approval;
  const { to, verified } = details.place;
  // Only a mail has these.
  if (to === undefined || verified === undefined) return null;
  return { thread, desk, customer: to, verified: verified === 'yes' ? 'yes' : 'no', matter: null };
}

export type Doing = 'send' | 'discard' | 'give back';

/** A press on the card of a matter. */
export async function act(context: ApprovalContext, who: Principal, id: string, doing: Doing): Promise<Answered> {
  const may = await permittedTo(context, who, id);
  if (may.kind !== 'permitted') return may;
  const { db, tenant } = context;
  const by = byOf(context, who, id);
  const draft = may.conversation.matter?.draft ?? '';
  switch (doing) {
    case 'send':
      return settle(context, await sendDraft(db, tenant, { ...by, matter: id, text: draft }));
    case 'discard':
      return settle(context, await discardDraft(db, tenant, { ...by, matter: id, text: discardedText() }));
    case 'give back':
      return settle(context, await giveBack(db, tenant, { ...by, matter: id }));
  }
}

/** Sends a text to the customer: in place of the draft, where the card is that of one. `form` is sent once. */
export async function write(
  context: ApprovalContext,
  who: Principal,
  { card, form, text }: { card: string; form: string; text: string },
): Promise<Answered> {
  const may = await permittedTo(context, who, card);
  if (may.kind !== 'permitted') return may;
  if (text.trim() === '') return { kind: 'empty' };
  const { db, tenant } = context;
  const { thread, matter } = may.conversation;
  const by = byOf(context, who, form);
  if (matter?.kind === 'draft') return settle(context, await sendDraft(db, tenant, { ...by, matter: card, text }));
  const written = await writeToCustomer(db, tenant, { ...by, thread, text });
  if (written.kind === 'duplicate') return { kind: 'done' };
  return settle(context, written);
}

function byOf({ people }: ApprovalContext, { id: account }: Principal, of: string) {
  const identity = createHash('sha256').update(`colleague\n${of}`).digest('hex');
  return { account, person: people.personOf(account), identity };
}

function settle({ tenant, jobs }: ApprovalContext, moved: MatterMoved): Answered {
  if (moved.kind === 'none') return { kind: 'gone' };
  if (moved.kind === 'decided') return moved;
  if (moved.reply !== null) jobs.add('deliver', { tenant, reply: moved.reply });
  jobs.add('turn', { tenant, thread: moved.thread });
  for (const card of moved.cards) jobs.add('card', { tenant, card });
  return { kind: 'done' };
}
