import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isRecord, readJson } from './canonical.ts';

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

/** What the model wrote, where it can be read in one way only. */
export function readArguments(raw: string): Checked {
  const read = raw.trim() === '' ? ({ kind: 'ok', value: {} } as const) : readJson(raw);
  if (read.kind === 'bad') {
    return { kind: 'bad', args: read.value, text: `The arguments ${read.problem}. Nothing was done.` };
  }
  const { value } = read;
  if (isRecord(value)) return { kind: 'ok', args: value };
  return { kind: 'bad', args: value, text: 'The arguments must be one JSON object. Nothing was done.' };
}

/** Checks them by the tool's own schema; a schema that cannot be read refuses all. */
export function fitArguments(definitionHash: string, schema: Schema, args: Record<string, unknown>): Checked {
  const validate = validatorOf(definitionHash, schema);
  if (validate === 'unreadable') {
    return {
      kind: 'bad',
      args,
      text: "This tool's input schema cannot be read, so it cannot be used. Nothing was done.",
    };
  }
  if (validate(args)) return { kind: 'ok', args };
  const problems = (validate.errors ?? []).slice(0, 5).map(problemOf).join('; ');
  return {
    kind: 'bad',
    args,
    text: `The arguments do not fit: ${problems}. Nothing was done; correct them and call again.`,
  };
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
