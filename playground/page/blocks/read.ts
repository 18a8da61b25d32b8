/** Blocks come from the bot unchecked; each reader checks the field that it reads. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

export function stringIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The words of a text object, or of the object that holds one. */
export function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  return isFields(value) ? stringIn(value.text) : '';
}

export type Option = { text: string; value: string; description?: string };

export function optionsIn(value: unknown): Option[] {
  return fieldsIn(value).map(({ text, value: of, description }) => ({
    text: wordsIn(text),
    value: stringIn(of),
    ...(description ? { description: wordsIn(description) } : {}),
  }));
}
