import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { mayBeSecret } from '../../core/gate/secrets.ts';
import type { Approval } from '../../core/records/approvals.ts';

type Schema = Record<string, unknown>;

/** How an argument can be changed in a form: by its type in the tool's schema, else as JSON. */
export type Input =
  | { kind: 'text'; long: boolean }
  | { kind: 'number'; whole: boolean }
  | { kind: 'choice'; options: unknown[] }
  | { kind: 'json' }
  | { kind: 'fixed'; why: string };

/** `current` is undefined where the call does not have the argument. */
export type Field = {
  name: string;
  block: string;
  about: string;
  schema: Schema;
  required: boolean;
  current: unknown;
  input: Input;
};

const record = z.record(z.string(), z.unknown());

/**
 * The fields of the edit form in the order of the card: important ones first, then by name. The order gives the blocks
 * their names.
 */
export function fieldsOf({ canonical, details }: Approval): Field[] {
  const args = record.parse(JSON.parse(canonical));
  const properties = record.catch({}).parse(details.schema.properties);
  const required = z.array(z.string()).catch([]).parse(details.schema.required);
  const known = [...new Set([...Object.keys(properties), ...Object.keys(args)])].sort();
  const first = details.first.filter((name) => known.includes(name));
  const names = [...first, ...known.filter((name) => !first.includes(name))];
  return names.map((name, at) => {
    const schema = Object.hasOwn(properties, name) ? record.catch({}).parse(properties[name]) : undefined;
    const current = Object.hasOwn(args, name) ? args[name] : undefined;
    return {
      name,
      block: `argument.${at}`,
      about: typeof schema?.description === 'string' ? schema.description : '',
      schema: schema ?? {},
      required: required.includes(name),
      current,
      input: hiddenInput(details, name) ?? inputFor(schema, current),
    };
  });
}

/** Keeps secrets out of the form: nobody seals what people type there. */
function hiddenInput({ secret, schema }: Approval['details'], name: string): Input | null {
  if (isSecret(secret, name)) return { kind: 'fixed', why: 'sealed' };
  return mayBeSecret(schema, name) ? { kind: 'fixed', why: 'it may hold a secret' } : null;
}

/** Also true where a secret lies inside the argument. */
function isSecret(secret: string[], name: string): boolean {
  return secret.some((path) => path === name || path.startsWith(`${name}.`));
}

/** Slack's limits. */
const LONGEST = 3_000;
const MOST_OPTIONS = 100;
const LONGEST_OPTION = 75;
const ONE_LINE = 80;
const ROOMY = 200;

function inputFor(schema: Schema | undefined, current: unknown): Input {
  if (!schema) return { kind: 'fixed', why: 'the tool does not describe it' };
  const choices = choicesIn(schema);
  if (choices) return { kind: 'choice', options: choices };
  const type = typeIn(schema);
  if (
    (type === 'number' || type === 'integer') &&
    (current === undefined || current === null || typeof current === 'number')
  ) {
    return { kind: 'number', whole: type === 'integer' };
  }
  if (type === 'string' && (current === undefined || current === null || typeof current === 'string'))
    return textInput(schema, current ?? '');
  if (current !== undefined && jsonText(current).length > LONGEST) return TOO_LONG;
  return { kind: 'json' };
}

const TOO_LONG: Input = { kind: 'fixed', why: 'too long to be changed here' };

function textInput({ maxLength }: Schema, current: string): Input {
  if (current.length > LONGEST) return TOO_LONG;
  const long =
    current.length > ONE_LINE || /[\r\n]/.test(current) || (typeof maxLength === 'number' && maxLength > ROOMY);
  return { kind: 'text', long };
}

/** The only type of the schema beside null. */
function typeIn({ type }: Schema): unknown {
  const types = (Array.isArray(type) ? type : [type]).filter((one) => one !== 'null');
  return types.length === 1 ? types[0] : undefined;
}

function choicesIn(schema: Schema): unknown[] | null {
  if (typeIn(schema) === 'boolean' && !Array.isArray(schema.enum)) return [true, false];
  if (!Array.isArray(schema.enum) || schema.enum.length === 0 || schema.enum.length > MOST_OPTIONS) return null;
  return schema.enum.every((option) => optionText(option).length <= LONGEST_OPTION) ? schema.enum : null;
}

export function optionText(option: unknown): string {
  return typeof option === 'string' && option.trim() !== '' ? option : JSON.stringify(option);
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** What a person entered in a field, as JSON. */
export type Entered = { kind: 'value'; json: string } | { kind: 'absent' } | { kind: 'bad'; text: string };

/** `said` is what stands in the field; what was not touched stays to the letter. */
export function enteredIn(field: Field, said: string | null): Entered {
  const { input, current } = field;
  if (input.kind === 'fixed') return kept(current);
  if (said === null || said === '') return emptied(field);
  switch (input.kind) {
    case 'text':
      return said === current || said === String(current ?? '').trim() ? kept(current) : value(said);
    case 'number':
      return NUMBER.test(said.trim())
        ? { kind: 'value', json: said.trim() }
        : { kind: 'bad', text: 'Write a number in digits, such as 12.5.' };
    case 'choice': {
      const option = input.options[Number(said)];
      return option === undefined ? { kind: 'bad', text: 'Choose one of the options.' } : value(option);
    }
    case 'json':
      return isJson(said) ? { kind: 'value', json: said } : { kind: 'bad', text: 'This is not valid JSON.' };
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Slack cannot tell an empty text from none. */
function emptied({ current }: Field): Entered {
  return current === '' || current === null ? value(current) : { kind: 'absent' };
}

function kept(current: unknown): Entered {
  return current === undefined ? { kind: 'absent' } : value(current);
}

function value(entered: unknown): Entered {
  return { kind: 'value', json: JSON.stringify(entered) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function chosen(options: unknown[], current: unknown): number {
  return options.findIndex((option) => isDeepStrictEqual(option, current));
}
