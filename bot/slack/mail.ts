import { LONGEST_IN_FORM } from '../../channels/slack/card/matter.ts';
import { visible } from '../../channels/slack/text/visible.ts';
import { act, permittedTo, write } from '../../core/mail/answer.ts';
import type { Conversation } from '../../core/mail/answer-types.ts';
import { answeredPhrase, senderText } from '../../core/mail/phrases.ts';
import { wellFormed } from '../../core/text.ts';
import { type Answer, answerWith } from './answer.ts';
import type { SlackContext } from './context.ts';
import { input, type Modal, modal, note } from './forms.ts';
import { inBackground } from './in-background.ts';
import type { Actor, Submission } from './interaction.ts';
import { type Button, openForm } from './press.ts';

export const MAIL_FORM = 'mail.write';
const TEXT = 'text';

const acting =
  (doing: Parameters<typeof act>[3]): Button =>
  async ({ context, who, click }) =>
    answerWith(context, answeredPhrase(await act(context, who.principal, click.about, doing)));

/** The buttons by which colleagues answer customers. */
export const mailButtons: Record<string, Button> = {
  'mail.send': acting('send'),
  'mail.discard': acting('discard'),
  'mail.give_back': acting('give back'),
  'mail.edit': openMailForm,
  'mail.write': openMailForm,
};

async function openMailForm({ context, who, click, respond }: Parameters<Button>[0]): Promise<Answer> {
  const may = await permittedTo(context, who.principal, click.about);
  if (may.kind !== 'permitted') return answerWith(context, answeredPhrase(may));
  inBackground(context, openForm(context, click, respond, mailForm(click.about, may.conversation)));
  return { kind: 'done' };
}

function mailForm(id: string, { customer, verified, matter }: Conversation): Modal {
  const text = matter?.draft ?? '';
  const field = input(
    TEXT,
    'Mail',
    false,
    'It goes to the customer in their conversation, from the address of the desk.',
    {
      type: 'plain_text_input',
      multiline: true,
      max_length: LONGEST_IN_FORM,
      ...(text === '' ? {} : { initial_value: wellFormed(text) }),
    },
  );
  const to = note(`To ${visible(customer)}\nThis address is ${senderText(verified)}.`);
  return modal('Send to customer', [to, field], { id, form: MAIL_FORM, submit: 'Send' });
}

/** A form that is sent twice counts once: Slack names each form that it opens. */
export async function writeMail(
  context: SlackContext,
  who: Actor,
  { about: card, form, values }: Submission,
): Promise<Answer> {
  const text = context.redact(wellFormed(values.get(TEXT) ?? '')).trim();
  return answerWith(context, answeredPhrase(await write(context, who.principal, { card, form, text })));
}
