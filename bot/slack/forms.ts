import type { types } from '@slack/bolt';
import { visible, visibleLines } from '../../channels/slack/text/visible.ts';
import type { Approval } from '../../core/records/approvals.ts';
import { shorten, wellFormed } from '../../core/text.ts';
import { chosen, type Field, fieldsOf, jsonText, optionText } from './fields.ts';

export const REJECT_FORM = 'approval.reject';
export const EDIT_FORM = 'approval.edit';
export const REASON = 'reason';

export type Modal = ReturnType<typeof modal>;
type Block = Record<string, unknown>;

/** Slack takes no more. */
const MOST_BLOCKS = 100;
const LONGEST_REASON = 1_000;

export function rejectForm({ id, tool }: Approval): Modal {
  const reason = input(REASON, 'Reason', true, 'It is posted in the thread. You may leave it empty.', {
    type: 'plain_text_input',
    multiline: true,
    max_length: LONGEST_REASON,
  });
  return modal('Reject this request?', [note(visible(tool)), reason], { id, form: REJECT_FORM, submit: 'Reject' });
}

export type EditForm = { kind: 'form'; view: Modal } | { kind: 'none'; why: string };

export function editForm(approval: Approval): EditForm {
  const fields = fieldsOf(approval);
  if (fields.every(({ input }) => input.kind === 'fixed')) {
    return { kind: 'none', why: 'Nothing in this request can be changed here. Reject it, and ask for it again.' };
  }
  const head = note(`${visible(approval.tool)}\nYour changes make a new request, with a new card to sign.`);
  const blocks = [head, ...fields.map(blockOf)];
  if (blocks.length > MOST_BLOCKS)
    return { kind: 'none', why: 'This request has too many arguments to be changed here.' };
  return {
    kind: 'form',
    view: modal('Change the request', blocks, { id: approval.id, form: EDIT_FORM, submit: 'Submit changes' }),
  };
}

function blockOf(field: Field): Block {
  const { block, about, required, current } = field;
  const name = shorten(visible(field.name), 150);
  if (field.input.kind === 'fixed') return note(`${name} stays as it is (${field.input.why}).`);
  const hint = shorten(visibleLines(about), 300);
  // Slack refuses an empty required field, so one that is empty now must be optional to stay so.
  const optional = !required || current === '' || current === null;
  return input(block, name, optional, hint, elementOf(field));
}

function elementOf({ input, current }: Field): Block {
  switch (input.kind) {
    case 'text':
      return textElement(typeof current === 'string' ? current : '', input.long);
    case 'number':
      return numberElement(current, input.whole);
    case 'choice':
      return choiceElement(input.options, current);
    default:
      return textElement(current === undefined ? '' : jsonText(current), true);
  }
}

function textElement(text: string, multiline: boolean): Block {
  return {
    type: 'plain_text_input',
    multiline,
    max_length: 3_000,
    ...(text === '' ? {} : { initial_value: wellFormed(text) }),
  };
}

/** Uses a text field for numbers that JavaScript writes with an exponent, which Slack refuses. */
function numberElement(current: unknown, whole: boolean): Block {
  const digits = typeof current === 'number' ? String(current) : '';
  if (!/^(?:-?\d+(?:\.\d+)?)?$/.test(digits)) return textElement(digits, false);
  return { type: 'number_input', is_decimal_allowed: !whole, ...(digits === '' ? {} : { initial_value: digits }) };
}

function choiceElement(all: unknown[], current: unknown): Block {
  const options = all.map((option, at) => ({
    text: plain(visible(optionText(option)).slice(0, 75)),
    value: String(at),
  }));
  const initial = options[chosen(all, current)];
  return { type: 'static_select', options, ...(initial ? { initial_option: initial } : {}) };
}

/** Replaces a form that came too late. */
export function noticeView(text: string): types.ModalView {
  return {
    type: 'modal',
    title: plain('Nothing has changed'),
    close: plain('Close'),
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: shorten(text, 3_000) } }],
  };
}

export type Carried = { id: string; form: string; submit: string };

export function modal(title: string, blocks: Block[], { id, form, submit }: Carried) {
  return {
    type: 'modal',
    callback_id: form,
    private_metadata: JSON.stringify({ about: id }),
    title: plain(title),
    submit: plain(submit),
    close: plain('Cancel'),
    blocks,
  };
}

export function input(block: string, label: string, optional: boolean, hint: string, element: Block): Block {
  return {
    type: 'input',
    block_id: block,
    label: plain(label),
    optional,
    ...(hint === '' ? {} : { hint: plain(hint) }),
    element: { ...element, action_id: 'value' },
  };
}

export function note(text: string): Block {
  return { type: 'section', text: plain(shorten(text, 3_000)) };
}

function plain(text: string) {
  return { type: 'plain_text' as const, text: text === '' ? '(no name)' : text, emoji: false };
}
