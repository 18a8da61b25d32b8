import type { App } from '@slack/bolt';
import { wellFormed } from '../../core/text.ts';
import { type Clicker, clickerOf, foreignAccount, readSubmission, type Submission } from './clicker.ts';
import { decide, refuseForeign } from './decide.ts';
import { type Edited, edit } from './edit.ts';
import { EDIT_FORM, REASON, REJECT_FORM, wordView } from './forms.ts';
import type { Homes } from './home.ts';
import type { DoorParts } from './parts.ts';

type Submit = (parts: DoorParts, who: Clicker, submission: Submission) => Promise<Edited>;

const submits: Record<string, Submit> = { [REJECT_FORM]: reject, [EDIT_FORM]: edit };

/** Who came too late reads so in the form itself. */
export function listenForForms(app: App, parts: DoorParts, homes: Homes): void {
  for (const [form, submit] of Object.entries(submits)) {
    app.view(form, async ({ body, ack }) => {
      const submission = readSubmission(body);
      const who = clickerOf(parts, submission.by, submission.team);
      const answer = who ? await submit(parts, who, submission) : await foreign(parts, submission);
      await ack(acknowledgement(answer));
      homes.changed();
    });
  }
}

function foreign(parts: DoorParts, { by, team, approval }: Submission) {
  return refuseForeign(parts, foreignAccount(parts, by, team), approval);
}

function reject(parts: DoorParts, who: Clicker, { approval, values }: Submission) {
  const reason = parts.redact(wellFormed(values.get(REASON) ?? '')).trim();
  return decide(parts, who, approval, { verdict: 'reject', reason: reason === '' ? null : reason });
}

function acknowledgement(answer: Edited) {
  switch (answer.kind) {
    case 'done':
      return undefined;
    case 'faults':
      return { response_action: 'errors' as const, errors: answer.faults };
    case 'told':
      return { response_action: 'update' as const, view: wordView(answer.text) };
  }
}
