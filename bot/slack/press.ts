import type { RespondFn } from '@slack/bolt';
import type { Answer } from './answer.ts';
import type { SlackContext } from './context.ts';
import type { Modal } from './forms.ts';
import type { Actor, Click } from './interaction.ts';

export type Pressed = { context: SlackContext; who: Actor; click: Click; respond: RespondFn };
export type Button = (pressed: Pressed) => Promise<Answer>;

/** Answers the person who clicked, visible to nobody else. */
export async function answerPrivately(
  { api }: SlackContext,
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

/** Runs in the background: Slack may open a form slowly, and waits for the acknowledgement meanwhile. */
export async function openForm(context: SlackContext, click: Click, respond: RespondFn, view: Modal): Promise<void> {
  const opened = await context.api('views.open', { trigger_id: click.trigger, view });
  if (opened.kind === 'ok') return;
  context.log.warn({ outcome: opened, about: click.about }, 'a form was not opened');
  await answerPrivately(context, click, respond, 'Slack did not open the form. Please click again.');
}
