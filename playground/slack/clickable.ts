import { isRecord } from './checks.ts';
import type { SlackMessage } from './types.ts';

type Base = { action_id: string; block_id: string };
export type Button = Base & { type: 'button'; value?: string; text: unknown };
export type Option = { value: string; text: unknown };
export type Select = Base & {
  type: 'static_select';
  options: Option[];
  initial_option?: Option;
  placeholder?: unknown;
};
export type Clickable = Button | Select;

/** The buttons that a person sees below a message, each with the block it is in. */
export function buttonsOf({ blocks = [] }: SlackMessage): Button[] {
  return clickablesIn(blocks).filter((one) => one.type === 'button');
}

/** Elements of which the app hears as soon as a person presses or chooses them. */
export function clickablesIn(blocks: unknown): Clickable[] {
  return (Array.isArray(blocks) ? blocks : []).filter(isRecord).flatMap((block) => {
    const block_id = String(block.block_id);
    return elementsOf(block)
      .filter(isClickable)
      .map((element) => ({ ...element, block_id }));
  });
}

/** The app hears of a form's field at the submission, unless the field has `dispatch_action`. */
function elementsOf({ type, elements, accessory, element, dispatch_action }: Record<string, unknown>): unknown[] {
  if (type === 'actions' && Array.isArray(elements)) return elements;
  if (type === 'input') return dispatch_action === true ? [element] : [];
  return [accessory];
}

function isClickable(element: unknown): element is Clickable {
  if (!isRecord(element) || typeof element.action_id !== 'string') return false;
  return element.type === 'button' || (element.type === 'static_select' && Array.isArray(element.options));
}

/** The click's description of the element; undefined if it has no such value. */
export function actionOf(clicked: Clickable, value: string | undefined): Record<string, unknown> | undefined {
  const { type, action_id, block_id } = clicked;
  if (clicked.type === 'button') {
    const { text } = clicked;
    const its = clicked.value === undefined ? {} : { value: clicked.value };
    return value === undefined || value === clicked.value ? { type, action_id, block_id, text, ...its } : undefined;
  }
  const { options, initial_option, placeholder } = clicked;
  const selected_option = options.find((option) => option.value === value);
  const was = { ...(initial_option && { initial_option }), ...(placeholder !== undefined && { placeholder }) };
  return selected_option && { type, action_id, block_id, ...was, selected_option };
}

/** Answers an impossible click with the buttons that the screen does offer. */
export function pick(blocks: unknown, where: string, action_id: string, value: string | undefined) {
  const all = clickablesIn(blocks);
  const named = all.filter((one) => one.action_id === action_id);
  for (const clicked of named) {
    const action = actionOf(clicked, value);
    if (action) return { clicked, action };
  }
  const others = all.map((one) => one.action_id).join(', ') || 'none';
  const values = named.flatMap((one) =>
    one.type === 'static_select' ? one.options.map((option) => option.value) : [],
  );
  const choose = values.length > 0 ? `; choose one of ${values.join(', ')}` : '';
  throw new Error(
    `${where} has no button ${action_id}${value === undefined ? '' : ` for ${value}`}; it has ${others}${choose}.`,
  );
}
