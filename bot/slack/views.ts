import type { App } from '@slack/bolt';
import { edit } from '../../core/approvals/edit.ts';
import { nothingDonePhrase } from '../../core/approvals/phrases.ts';
import { refuseForeign } from '../../core/approvals/read.ts';
import { wellFormed } from '../../core/text.ts';
import { answerDecision } from './actions.ts';
import { type Answer, answerWith, approvalContext } from './answer.ts';
import { changedArguments } from './edit.ts';
import { EDIT_FORM, REASON, REJECT_FORM, wordView } from './forms.ts';
import type { Homes } from './home.ts';
import { type Clicker, clickerOf, foreignAccount, readSubmission, type Submission } from './interaction.ts';
import type { DoorParts } from './parts.ts';

type Submitted = Answer | { kind: 'faults'; faults: Record<string, string> };
type Submit = (parts: DoorParts, who: Clicker, submission: Submission) => Promise<Submitted>;

const submits: Record<string, Submit> = { [REJECT_FORM]: reject, [EDIT_FORM]: change };

/** Who came too late reads so in the form itself. */
export function listenForForms(app: App, parts: DoorParts, homes: Homes): void {
  for (const [form, submit] of Object.entries(submits)) {
    app.view(form, async ({ body, ack }) => {
      const submission = readSubmission(body);
      const who = await clickerOf(parts, submission.by, submission.team);
      const answer = who ? await submit(parts, who, submission) : await foreign(parts, submission);
      await ack(acknowledgement(answer));
      homes.changed();
    });
  }
}

async function foreign(parts: DoorParts, { by, team, approval }: Submission): Promise<Submitted> {
  const refused = await refuseForeign(approvalContext(parts), foreignAccount(parts, by, team), approval);
  return answerWith(parts, nothingDonePhrase(refused));
}

function reject(parts: DoorParts, who: Clicker, { approval, values }: Submission): Promise<Submitted> {
  const reason = parts.redact(wellFormed(values.get(REASON) ?? '')).trim();
  return answerDecision(parts, who, approval, { verdict: 'reject', reason: reason === '' ? null : reason });
}

async function change(parts: DoorParts, who: Clicker, { approval: id, values }: Submission): Promise<Submitted> {
  const edited = await edit(approvalContext(parts), who.principal, id, (approval) =>
    changedArguments(approval, values),
  );
  switch (edited.kind) {
    case 'requested':
      return { kind: 'done' };
    case 'faults':
      return edited;
    default:
      return answerWith(parts, nothingDonePhrase(edited));
  }
}

function acknowledgement(answer: Submitted) {
  switch (answer.kind) {
    case 'done':
      return undefined;
    case 'faults':
      return { response_action: 'errors' as const, errors: answer.faults };
    case 'say':
      return { response_action: 'update' as const, view: wordView(answer.text) };
  }
}
