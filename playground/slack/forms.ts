import { isRecord } from './checks.ts';
import type { Values } from './interactions.ts';
import type { OpenView } from './types.ts';

/** A person's input, by block: text, a number's digits, an option's value; null leaves a field empty. */
export type Filled = Record<string, string | null>;
type Element = Record<string, unknown> & { type: string; action_id?: string };
type Field = { block: string; label: string; optional: boolean; element: Element };

export function fieldsOf({ view }: Pick<OpenView, 'view'>): Field[] {
  const blocks = (Array.isArray(view.blocks) ? view.blocks : []).filter(isRecord);
  return blocks
    .filter((block) => block.type === 'input')
    .map(({ block_id, label, optional, element }) => ({
      block: String(block_id),
      label: String((label as { text: string }).text),
      optional: optional === true,
      element: element as Element,
    }));
}

/** The form's state as Slack sends it, with initial values for untouched fields; throws if Slack would not let the person send it. */
export function fillIn(open: OpenView, filled: Filled): Values {
  const fields = fieldsOf(open);
  const strange = Object.keys(filled).find((name) => !fields.some(({ block }) => block === name));
  if (strange !== undefined) throw new Error(`The form has no field ${strange}; it has ${names(fields)}.`);
  return Object.fromEntries(
    fields.map((field) => {
      const given = filled[field.block];
      const value = given === undefined ? initialOf(field.element) : given || null;
      const fault = value === null ? emptyFault(field) : faultOf(field, value);
      if (fault) throw new Error(`"${field.label}": ${fault}`);
      return [field.block, { [String(field.element.action_id)]: stateOf(field.element, value) }];
    }),
  );
}

/** The values in a form's fields before it is sent, even if Slack would not let the person send it. */
export function filledSoFar(open: Pick<OpenView, 'view'>, filled: Filled): Values {
  return Object.fromEntries(
    fieldsOf(open).map(({ block, element }) => {
      const given = filled[block];
      const value = given === undefined ? initialOf(element) : given || null;
      return [block, { [String(element.action_id)]: stateOf(element, value) }];
    }),
  );
}

const names = (fields: Field[]): string => fields.map(({ block }) => block).join(', ') || 'none';

export function initialOf(element: Element): string | null {
  if (typeof element.initial_value === 'string') return element.initial_value || null;
  return isRecord(element.initial_option) ? String(element.initial_option.value) : null;
}

function emptyFault({ optional }: Field): string | undefined {
  return optional ? undefined : 'Please complete this required field.';
}

function faultOf({ element }: Field, value: string): string | undefined {
  if (element.type === 'static_select') {
    return optionOf(element, value) ? undefined : `there is no option ${value} to choose.`;
  }
  if (element.type === 'number_input') {
    const number = element.is_decimal_allowed ? /^-?\d+([.,]\d+)?$/ : /^-?\d+$/;
    return number.test(value) ? undefined : 'Please enter a valid number.';
  }
  const longest = typeof element.max_length === 'number' ? element.max_length : 3000;
  if (value.length > longest) return `Please enter at most ${longest} characters.`;
  return element.multiline === true || !value.includes('\n') ? undefined : 'one line only.';
}

function optionOf(element: Element, value: string): unknown {
  return (element.options as { value: string }[]).find((option) => option.value === value);
}

function stateOf(element: Element, value: string | null): Record<string, unknown> {
  if (element.type !== 'static_select') return { type: element.type, value };
  return { type: element.type, selected_option: value === null ? null : optionOf(element, value) };
}
