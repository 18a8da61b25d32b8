import { isRecord } from './slack/checks.ts';
import { fieldsOf, initialOf } from './slack/forms.ts';
import type { OpenView } from './slack/workspace.ts';

type Part = Record<string, unknown>;

/** What a person reads in these blocks, in order; behind a button stands what a click on it names. */
export function linesOf(blocks: unknown): string[] {
  return partsIn(blocks).flatMap(blockLines);
}

function blockLines({ type, text, fields, elements, accessory }: Part): string[] {
  if (type === 'divider') return [];
  const texts = [
    ...textsOf(text),
    ...partsIn(fields).flatMap(textsOf).map(inOneLine),
    ...[...partsIn(elements), accessory].flatMap(textsOf),
  ];
  return texts.length > 0 ? texts.flatMap((each) => each.split('\n')) : [`(${type})`];
}

/** A field is a name with its value below. */
function inOneLine(field: string): string {
  return field.replace('\n', ': ');
}

function textsOf(part: unknown): string[] {
  if (typeof part === 'string') return [part];
  if (!isRecord(part)) return [];
  const { type, text, alt_text, action_id } = part;
  const words = isRecord(text) ? text.text : (text ?? alt_text ?? `(${type})`);
  return [action_id === undefined ? String(words) : `[${words}] ${action_id}`];
}

/** A form on a screen; behind the label of a field stands the name by which it is filled in. */
export function formLines(open: OpenView): string[] {
  const { title, submit, blocks } = open.view;
  const fields = new Map(fieldsOf(open).map((field) => [field.block, field]));
  const lines = partsIn(blocks).flatMap((block) => {
    const field = fields.get(String(block.block_id));
    return field ? fieldLines(field, open.errors[field.block]) : blockLines(block);
  });
  return [...textsOf(title), ...lines, ...textsOf(submit).map((words) => `[${words}]`)];
}

function fieldLines({ block, label, element }: ReturnType<typeof fieldsOf>[number], complaint?: string): string[] {
  const choices = partsIn(element.options).map(({ text, value }) => `  ${value}: ${textsOf(text)}`);
  const filled = `${label} [${block}]: ${initialOf(element) ?? ''}`;
  return [filled.trimEnd(), ...choices, ...(complaint === undefined ? [] : [`  ⚠ ${complaint}`])];
}

function partsIn(value: unknown): Part[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
