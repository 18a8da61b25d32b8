import type { App } from '@slack/bolt';
import { edit } from '../../core/approvals/edit.ts';
import { nothingDonePhrase } from '../../core/approvals/phrases.ts';
import { wellFormed } from '../../core/text.ts';
import { answerDecision } from './actions.ts';
import { type Answer, answerWith } from './answer.ts';
import type { SlackContext } from './context.ts';
import { changedArguments } from './edit.ts';
import { EDIT_FORM, noticeView, REASON, REJECT_FORM } from './forms.ts';
import type { Homes } from './home.ts';
import { type Actor, actorOf, readSubmission, type Submission } from './interaction.ts';
import { MAIL_FORM, writeMail } from './mail.ts';

type Submitted = Answer | { kind: 'faults'; faults: Record<string, string> };
type Submit = (context: SlackContext, who: Actor, submission: Submission) => Promise<Submitted>;

const submits: Record<string, Submit> = { [REJECT_FORM]: reject, [EDIT_FORM]: change, [MAIL_FORM]: writeMail };

/** Answers submitted forms. A person who comes too late reads that in the form. */
export function listenForForms(app: App, context: SlackContext, homes: Homes): void {
  for (const [form, submit] of Object.entries(submits)) {
    app.view(form, async ({ body, ack }) => {
      const submission = readSubmission(body);
      const who = await actorOf(context, submission.by, submission.team);
      const answer = await submit(context, who, submission);
      await ack(acknowledgement(answer));
      homes.changed();
    });
  }
}

function reject(context: SlackContext, who: Actor, { about: approval, values }: Submission): Promise<Submitted> {
  const reason = context.redact(wellFormed(values.get(REASON) ?? '')).trim();
  return answerDecision(context, who, approval, { verdict: 'reject', reason: reason === '' ? null : reason });
}

async function change(context: SlackContext, who: Actor, { about: id, values }: Submission): Promise<Submitted> {
  const edited = await edit(context, who.principal, id, (approval) => changedArguments(approval, values));
  switch (edited.kind) {
    case 'requested':
      return { kind: 'done' };
    case 'faults':
      return edited;
    default:
      return answerWith(context, nothingDonePhrase(edited));
  }
}

function acknowledgement(answer: Submitted) {
  switch (answer.kind) {
    case 'done':
      return undefined;
    case 'faults':
      return { response_action: 'errors' as const, errors: answer.faults };
    case 'say':
      return { response_action: 'update' as const, view: noticeView(answer.text) };
  }
}
