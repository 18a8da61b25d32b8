import type { App } from '@slack/bolt';
import { fitsCard } from '../../channels/slack/card/arguments.ts';
import { decide } from '../../core/approvals/decide.ts';
import { decidedPhrase, nothingDonePhrase, settledPhrase } from '../../core/approvals/phrases.ts';
import { permittedForm } from '../../core/approvals/read.ts';
import { settle } from '../../core/approvals/settle.ts';
import type { Decision, Settlement } from '../../core/approvals/types.ts';
import { type Answer, answerWith } from './answer.ts';
import type { SlackContext } from './context.ts';
import { editForm, rejectForm } from './forms.ts';
import type { Homes } from './home.ts';
import { inBackground } from './in-background.ts';
import { type Actor, actorOf, readClick } from './interaction.ts';
import { mailButtons } from './mail.ts';
import { answerPrivately, type Button, openForm, type Pressed } from './press.ts';

const deciding =
  (decision: Decision): Button =>
  ({ context, who, click }) =>
    answerDecision(context, who, click.about, decision);
const settling =
  (settlement: Settlement): Button =>
  async ({ context, who, click }) =>
    answerWith(context, settledPhrase(await settle(context, who.principal, click.about, settlement)));

/** Keyed by the action ids of the buttons on cards. */
const buttons: Record<string, Button> = {
  'approval.approve': deciding({ verdict: 'approve' }),
  'approval.reject': openRejection,
  'approval.edit': openEdit,
  'approval.yes': deciding({ verdict: 'approve' }),
  'approval.no': deciding({ verdict: 'reject', reason: null }),
  'approval.happened': settling('happened'),
  'approval.did_not': settling('did not happen'),
  'approval.again': settling('again'),
  ...mailButtons,
};

/** Acknowledges a click once its decision is committed. The private answer to the person who clicked follows later. */
export function listenForClicks(app: App, context: SlackContext, homes: Homes): void {
  for (const [action, press] of Object.entries(buttons)) {
    app.action(action, async ({ body, ack, respond }) => {
      const click = readClick(body);
      const who = await actorOf(context, click.by, click.team);
      const answer = await press({ context, who, click, respond });
      await ack();
      if (answer.kind === 'say') inBackground(context, answerPrivately(context, click, respond, answer.text));
      homes.changed();
    });
  }
}

export async function answerDecision(
  context: SlackContext,
  who: Actor,
  approval: string,
  decision: Decision,
): Promise<Answer> {
  const decided = await decide(context, who.principal, approval, decision, { showsAll: fitsCard });
  return answerWith(context, decidedPhrase(decided));
}

async function openRejection({ context, who, click, respond }: Pressed): Promise<Answer> {
  const may = await permittedForm(context, who.principal, click.about, 'reject');
  if (may.kind !== 'permitted') return answerWith(context, nothingDonePhrase(may));
  inBackground(context, openForm(context, click, respond, rejectForm(may.approval)));
  return { kind: 'done' };
}

async function openEdit({ context, who, click, respond }: Pressed): Promise<Answer> {
  const may = await permittedForm(context, who.principal, click.about, 'edit');
  if (may.kind !== 'permitted') return answerWith(context, nothingDonePhrase(may));
  const form = editForm(may.approval);
  if (form.kind === 'none') return { kind: 'say', text: form.why };
  inBackground(context, openForm(context, click, respond, form.view));
  return { kind: 'done' };
}
