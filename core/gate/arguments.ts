import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isRecord, readJson } from './canonical.ts';
import { PatternFault, patternForAjv } from './patterns.ts';

type Schema = Record<string, unknown>;
/** `text` is for the model, `problem` for a person at a form. */
export type Checked =
  | { kind: 'ok'; args: Record<string, unknown> }
  | { kind: 'bad'; args: unknown; text: string; problem: string };

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
const MOST_PROBLEMS = 5;

/** Reads the arguments that the model wrote; refuses text that can be read in two ways. */
export function readArguments(raw: string): Checked {
  const read = raw.trim() === '' ? ({ kind: 'ok', value: {} } as const) : readJson(raw);
  if (read.kind === 'bad') return bad(read.value, `The arguments ${read.problem}`);
  const { value } = read;
  if (isRecord(value)) return { kind: 'ok', args: value };
  return bad(value, 'The arguments must be one JSON object');
}

function bad(args: unknown, sentence: string, problem = `${sentence}.`, advice = ''): Checked {
  return { kind: 'bad', args, text: `${sentence}. Nothing was done${advice}.`, problem };
}

/** Checks arguments by the tool's own schema; an unusable schema refuses all. */
export function fitArguments(definitionHash: string, schema: Schema, args: Record<string, unknown>): Checked {
  const validator = validatorOf(definitionHash, schema);
  if (validator.kind === 'unusable') {
    return bad(args, `This tool cannot be used: ${validator.reason}`);
  }
  const { validate } = validator;
  if (validate(args)) return { kind: 'ok', args };
  const problems = (validate.errors ?? []).slice(0, MOST_PROBLEMS);
  const sentence = `The arguments do not fit: ${problems.map(problemOf).join('; ')}`;
  return bad(args, sentence, problems.map(problemForPeople).join(' '), '; correct them and call again');
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

function problemOf(error: ErrorObject): string {
  const { instancePath, message, params } = error;
  const { additionalProperty: unknown } = params;
  const which = unknown ?? choicesOf(error);
  return `${instancePath || 'arguments'} ${message}${which === undefined ? '' : ` (${which})`}`;
}

function choicesOf({ params: { allowedValues } }: ErrorObject): string | undefined {
  return Array.isArray(allowedValues) ? allowedValues.slice(0, 20).join(', ') : undefined;
}

/** "amount must be at least 0." */
function problemForPeople(error: ErrorObject): string {
  const { instancePath, keyword, message, params } = error;
  const name = instancePath.replace(/^\//, '').replaceAll('/', '.') || 'This';
  return `${name} ${plainProblem(keyword, params, choicesOf(error)) ?? message}.`;
}

function plainProblem(keyword: string, params: ErrorObject['params'], choices: string | undefined): string | undefined {
  const characters = (many: number) => `${many} character${many === 1 ? '' : 's'}`;
  switch (keyword) {
    case 'minimum':
      return `must be at least ${params.limit}`;
    case 'maximum':
      return `must be at most ${params.limit}`;
    case 'exclusiveMinimum':
      return `must be more than ${params.limit}`;
    case 'exclusiveMaximum':
      return `must be less than ${params.limit}`;
    case 'minLength':
      return `must have at least ${characters(params.limit)}`;
    case 'maxLength':
      return `must have at most ${characters(params.limit)}`;
    case 'required':
      return `needs ${params.missingProperty}`;
    case 'additionalProperties':
      return `takes no ${params.additionalProperty}`;
    case 'enum':
      return `must be one of ${choices}`;
    case 'pattern':
      return 'does not have the form that the tool asks for';
    default:
      return undefined;
  }
}
