import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isRecord, readJson } from './canonical.ts';
import { PatternFault, patternForAjv } from './patterns.ts';

type Schema = Record<string, unknown>;
export type Checked = { kind: 'ok'; args: Record<string, unknown> } | { kind: 'bad'; args: unknown; text: string };

// Ajv must not keep schemas: servers may send ever new definitions, and use one $id in several.
const options: Options = {
  strict: false,
  validateFormats: false,
  allErrors: true,
  addUsedSchema: false,
  logger: false,
  code: { regExp: patternForAjv },
};
const latest = new Ajv2020(options);
const draft7 = new Ajv(options);
/** `unusable`: ajv cannot compile the schema, and `reason` says why. */
type Validator = { kind: 'ready'; validate: ValidateFunction } | { kind: 'unusable'; reason: string };
const validators = new Map<string, Validator>();
const MOST_VALIDATORS = 2000;

/** Reads the arguments that the model wrote; refuses text that can be read in two ways. */
export function readArguments(raw: string): Checked {
  const read = raw.trim() === '' ? ({ kind: 'ok', value: {} } as const) : readJson(raw);
  if (read.kind === 'bad') {
    return { kind: 'bad', args: read.value, text: `The arguments ${read.problem}. Nothing was done.` };
  }
  const { value } = read;
  if (isRecord(value)) return { kind: 'ok', args: value };
  return { kind: 'bad', args: value, text: 'The arguments must be one JSON object. Nothing was done.' };
}

/** Checks arguments by the tool's own schema; an unusable schema refuses all. */
export function fitArguments(definitionHash: string, schema: Schema, args: Record<string, unknown>): Checked {
  const validator = validatorOf(definitionHash, schema);
  if (validator.kind === 'unusable') {
    return { kind: 'bad', args, text: `This tool cannot be used: ${validator.reason}. Nothing was done.` };
  }
  const { validate } = validator;
  if (validate(args)) return { kind: 'ok', args };
  const problems = (validate.errors ?? []).slice(0, 5).map(problemOf).join('; ');
  return {
    kind: 'bad',
    args,
    text: `The arguments do not fit: ${problems}. Nothing was done; correct them and call again.`,
  };
}

function validatorOf(definitionHash: string, schema: Schema): Validator {
  let validator = validators.get(definitionHash);
  if (!validator) {
    if (validators.size >= MOST_VALIDATORS) validators.clear();
    validator = compile(schema);
    validators.set(definitionHash, validator);
  }
  return validator;
}

function compile({ $schema: draft, $id: _id, ...schema }: Schema): Validator {
  try {
    return { kind: 'ready', validate: (String(draft).includes('draft-07') ? draft7 : latest).compile(schema) };
  } catch (error) {
    return {
      kind: 'unusable',
      reason: error instanceof PatternFault ? error.message : 'its input schema cannot be read',
    };
  }
}

function problemOf({ instancePath, message, params }: ErrorObject): string {
  const { additionalProperty: unknown, allowedValues: known } = params;
  const which = unknown ?? (Array.isArray(known) ? known.slice(0, 20).join(', ') : undefined);
  return `${instancePath || 'arguments'} ${message}${which === undefined ? '' : ` (${which})`}`;
}
