import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { wellFormedJson } from '../text.ts';

type Schema = Record<string, unknown>;
export type Checked = { kind: 'ok'; args: Record<string, unknown> } | { kind: 'bad'; args: unknown; text: string };

// Schemas are not kept by ajv itself: servers may send new definitions for ever, and use one $id in several.
const options: Options = {
  strict: false,
  validateFormats: false,
  allErrors: true,
  addUsedSchema: false,
  logger: false,
};
const latest = new Ajv2020(options);
const draft7 = new Ajv(options);
const validators = new Map<string, ValidateFunction | 'unreadable'>();
const MOST_VALIDATORS = 2000;

/** Parses what the model wrote and checks it by the tool's own schema; a schema that cannot be read refuses all. */
export function checkArguments(definitionHash: string, schema: Schema, raw: string): Checked {
  const parsed = parseObject(raw);
  if (parsed.kind === 'bad') return parsed;
  const { args } = parsed;
  const validate = validatorOf(definitionHash, schema);
  if (validate === 'unreadable') {
    return {
      kind: 'bad',
      args,
      text: "This tool's input schema cannot be read, so it cannot be used. Nothing was done.",
    };
  }
  if (validate(args)) return parsed;
  const problems = (validate.errors ?? []).slice(0, 5).map(problemOf).join('; ');
  return {
    kind: 'bad',
    args,
    text: `The arguments do not fit: ${problems}. Nothing was done; correct them and call again.`,
  };
}

function parseObject(raw: string): Checked {
  let args: unknown;
  try {
    args = raw.trim() === '' ? {} : JSON.parse(raw);
    if (raw.includes('\\u')) args = JSON.parse(wellFormedJson(JSON.stringify(args)));
  } catch {
    return {
      kind: 'bad',
      args: raw,
      text: 'The arguments are not valid JSON. Nothing was done; send them as one JSON object.',
    };
  }
  if (!isObject(args)) {
    return { kind: 'bad', args, text: 'The arguments must be one JSON object. Nothing was done.' };
  }
  return { kind: 'ok', args };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function validatorOf(definitionHash: string, schema: Schema): ValidateFunction | 'unreadable' {
  let validate = validators.get(definitionHash);
  if (!validate) {
    if (validators.size >= MOST_VALIDATORS) validators.clear();
    validate = compile(schema);
    validators.set(definitionHash, validate);
  }
  return validate;
}

function compile({ $schema: draft, $id: _id, ...schema }: Schema): ValidateFunction | 'unreadable' {
  try {
    return (String(draft).includes('draft-07') ? draft7 : latest).compile(schema);
  } catch {
    return 'unreadable';
  }
}

function problemOf({ instancePath, message, params }: ErrorObject): string {
  const { additionalProperty: unknown, allowedValues: known } = params;
  const which = unknown ?? (Array.isArray(known) ? known.slice(0, 20).join(', ') : undefined);
  return `${instancePath || 'arguments'} ${message}${which === undefined ? '' : ` (${which})`}`;
}
