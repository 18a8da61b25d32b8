import { isRecord } from '../slack/checks.ts';
import { fieldsOf, initialOf } from '../slack/forms.ts';
import type { OpenView } from '../slack/workspace.ts';
import { type NameOf, readable } from './readable.ts';

type Part = Record<string, unknown>;

/** The words of these blocks in order; each button is followed by the name that a click needs. */
export function linesOf(blocks: unknown, nameOf: NameOf): string[] {
  return partsIn(blocks).flatMap((block) => blockLines(block, nameOf));
}

function blockLines({ type, text, fields, elements, accessory }: Part, nameOf: NameOf): string[] {
  if (type === 'divider') return [];
  const texts = [
    ...textsOf(text, nameOf),
    ...partsIn(fields)
      .flatMap((field) => textsOf(field, nameOf))
      .map(inOneLine),
    ...[...partsIn(elements), accessory].flatMap((element) => textsOf(element, nameOf)),
  ];
  return texts.length > 0 ? texts.flatMap((each) => each.split('\n')) : [`(${type})`];
}

/** A field is a name with its value below. */
function inOneLine(field: string): string {
  return field.replace('\n', ': ');
}

function textsOf(part: unknown, nameOf: NameOf): string[] {
  if (typeof part === 'string') return [part];
  if (!isRecord(part)) return [];
  const { type, text, alt_text, action_id } = part;
  const words = wordsOf(isRecord(text) ? text : part, nameOf) ?? String(alt_text ?? `(${type})`);
  return [action_id === undefined ? words : `[${words}] ${action_id}`];
}

/** Plain text is shown as it is: on a card it must never become markup. */
function wordsOf({ type, text }: Part, nameOf: NameOf): string | undefined {
  if (typeof text !== 'string') return undefined;
  return type === 'mrkdwn' ? readable(text, nameOf) : text;
}

/** A form on a screen; each label is followed by the name that filling it in needs. */
export function formLines(open: OpenView, nameOf: NameOf): string[] {
  const { title, submit, blocks } = open.view;
  const fields = new Map(fieldsOf(open).map((field) => [field.block, field]));
  const lines = partsIn(blocks).flatMap((block) => {
    const field = fields.get(String(block.block_id));
    return field ? fieldLines(field, open.errors[field.block], nameOf) : blockLines(block, nameOf);
  });
  return [...textsOf(title, nameOf), ...lines, ...textsOf(submit, nameOf).map((words) => `[${words}]`)];
}

function fieldLines(
  { block, label, element }: ReturnType<typeof fieldsOf>[number],
  complaint: string | undefined,
  nameOf: NameOf,
): string[] {
  const choices = partsIn(element.options).map(({ text, value }) => `  ${value}: ${textsOf(text, nameOf)}`);
  const filled = `${label} [${block}]: ${initialOf(element) ?? ''}`;
  return [filled.trimEnd(), ...choices, ...(complaint === undefined ? [] : [`  ⚠ ${complaint}`])];
}

function partsIn(value: unknown): Part[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
