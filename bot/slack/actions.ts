import type { App, RespondFn } from '@slack/bolt';
import { fitsCard } from '../../channels/slack/card/arguments.ts';
import { decide } from '../../core/approvals/decide.ts';
import { decidedPhrase, nothingDonePhrase, settledPhrase } from '../../core/approvals/phrases.ts';
import { permittedForm, refuseForeign } from '../../core/approvals/read.ts';
import { settle } from '../../core/approvals/settle.ts';
import type { Decision, Settlement } from '../../core/approvals/types.ts';
import { type Answer, answerWith, approvalContext } from './answer.ts';
import { editForm, type Modal, rejectForm } from './forms.ts';
import type { Homes } from './home.ts';
import { later } from './in-background.ts';
import { type Click, type Clicker, clickerOf, foreignAccount, readClick } from './interaction.ts';
import type { DoorParts } from './parts.ts';

type Pressed = { parts: DoorParts; who: Clicker; click: Click; respond: RespondFn };
type Button = (pressed: Pressed) => Promise<Answer>;

const deciding =
  (decision: Decision): Button =>
  ({ parts, who, click }) =>
    answerDecision(parts, who, click.approval, decision);
const settling =
  (settlement: Settlement): Button =>
  async ({ parts, who, click }) =>
    answerWith(parts, settledPhrase(await settle(approvalContext(parts), who.principal, click.approval, settlement)));

/** By what the buttons of cards are called. */
const buttons: Record<string, Button> = {
  'approval.approve': deciding({ verdict: 'approve' }),
  'approval.reject': openRejection,
  'approval.edit': openEdit,
  'approval.yes': deciding({ verdict: 'approve' }),
  'approval.no': deciding({ verdict: 'reject', reason: null }),
  'approval.happened': settling('happened'),
  'approval.did_not': settling('did not happen'),
  'approval.again': settling('again'),
};

/** A click is acknowledged after what it decides is committed; the private word to who clicked does not hold it up. */
export function listenForClicks(app: App, parts: DoorParts, homes: Homes): void {
  for (const [action, press] of Object.entries(buttons)) {
    app.action(action, async ({ body, ack, respond }) => {
      const click = readClick(body);
      const who = await clickerOf(parts, click.by, click.team);
      const answer = who ? await press({ parts, who, click, respond }) : await foreign(parts, click);
      await ack();
      if (answer.kind === 'say') later(parts, sayTo(parts, click, respond, answer.text));
      homes.changed();
    });
  }
}

export async function answerDecision(
  parts: DoorParts,
  who: Clicker,
  approval: string,
  decision: Decision,
): Promise<Answer> {
  const decided = await decide(approvalContext(parts), who.principal, approval, decision, { showsAll: fitsCard });
  return answerWith(parts, decidedPhrase(decided));
}

async function foreign(parts: DoorParts, { by, team, approval }: Click): Promise<Answer> {
  const refused = await refuseForeign(approvalContext(parts), foreignAccount(parts, by, team), approval);
  return answerWith(parts, nothingDonePhrase(refused));
}

/** To the one who clicked, and nobody else. */
async function sayTo(
  { api }: DoorParts,
  { by, channel, thread }: Click,
  respond: RespondFn,
  text: string,
): Promise<void> {
  const there = thread === undefined ? {} : { thread_ts: thread };
  const said = { response_type: 'ephemeral' as const, replace_original: false, text, ...there };
  const sent = await respond(said).then(
    () => true,
    () => false,
  );
  if (sent) return;
  const called = await api('chat.postEphemeral', { channel, user: by.id, text, ...there });
  if (called.kind !== 'ok') throw new Error(`${by.id} could not be told: ${text}`);
}

async function openRejection({ parts, who, click, respond }: Pressed): Promise<Answer> {
  const may = await permittedForm(approvalContext(parts), who.principal, click.approval, 'reject');
  if (may.kind !== 'permitted') return answerWith(parts, nothingDonePhrase(may));
  later(parts, openForm(parts, click, respond, rejectForm(may.approval)));
  return { kind: 'done' };
}

async function openEdit({ parts, who, click, respond }: Pressed): Promise<Answer> {
  const may = await permittedForm(approvalContext(parts), who.principal, click.approval, 'edit');
  if (may.kind !== 'permitted') return answerWith(parts, nothingDonePhrase(may));
  const form = editForm(may.approval);
  if (form.kind === 'none') return { kind: 'say', text: form.why };
  later(parts, openForm(parts, click, respond, form.view));
  return { kind: 'done' };
}

/** Slack may be slow to open it, and waits for the acknowledgement meanwhile. */
async function openForm(parts: DoorParts, click: Click, respond: RespondFn, view: Modal): Promise<void> {
  const opened = await parts.api('views.open', { trigger_id: click.trigger, view });
  if (opened.kind === 'ok') return;
  parts.log.warn({ outcome: opened, approval: click.approval }, 'a form was not opened');
  await sayTo(parts, click, respond, 'Slack did not open the form. Please click again.');
}
