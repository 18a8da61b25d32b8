import { type Fields, isFields, stringIn } from '../blocks/read.ts';

export function elementOf(block: Fields): Fields {
  return isFields(block.element) ? block.element : {};
}

export function startValue(block: Fields): string {
  const element = elementOf(block);
  if (isFields(element.initial_option)) return stringIn(element.initial_option.value);
  return stringIn(element.initial_value);
}

export const LONGEST = 3_000;

export function longestOf(element: Fields): number {
  return typeof element.max_length === 'number' ? element.max_length : LONGEST;
}

/** Checks a field as Slack does before the bot gets the form. */
export function complaintOf(block: Fields, value: string): string | null {
  const element = elementOf(block);
  if (value.trim() === '') return block.optional === true ? null : 'Please complete this required field.';
  if (element.type === 'number_input') return numberComplaint(element, value);
  const shortest = typeof element.min_length === 'number' ? element.min_length : 0;
  if (value.length < shortest) return `Please enter at least ${shortest} characters.`;
  const longest = longestOf(element);
  return value.length > longest ? `Please enter at most ${longest} characters.` : null;
}

function numberComplaint({ is_decimal_allowed, min_value, max_value }: Fields, value: string): string | null {
  const isNumber = is_decimal_allowed === true ? /^-?\d+([.,]\d+)?$/ : /^-?\d+$/;
  if (!isNumber.test(value)) return 'Please enter a valid number.';
  const number = Number(value.replace(',', '.'));
  if (typeof min_value === 'string' && number < Number(min_value)) return `Please enter at least ${min_value}.`;
  return typeof max_value === 'string' && number > Number(max_value) ? `Please enter at most ${max_value}.` : null;
}
