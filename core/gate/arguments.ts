import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Definition = { definitionHash: string; inputSchema: Record<string, unknown> };
export type Checked = { kind: 'ok'; args: Record<string, unknown> } | { kind: 'bad'; args: unknown; text: string };

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const validators = new Map<string, ValidateFunction>();

/** Parses what the model wrote and checks it by the tool's own schema; a schema that cannot be read refuses all. */
export function checkArguments(definition: Definition, raw: string): Checked {
  const parsed = parseObject(raw);
  if (parsed.kind === 'bad') return parsed;
  let validate: ValidateFunction;
  try {
    validate = validatorOf(definition);
  } catch {
    return {
      kind: 'bad',
      args: parsed.args,
      text: "This tool's input schema cannot be read, so it cannot be used. Nothing was done.",
    };
  }
  if (validate(parsed.args)) return parsed;
  const problems = (validate.errors ?? []).slice(0, 5).map((e) => `${e.instancePath || 'arguments'} ${e.message}`);
  return {
    kind: 'bad',
    args: parsed.args,
    text: `The arguments do not fit: ${problems.join('; ')}. Nothing was done; correct them and call again.`,
  };
}

function parseObject(raw: string): Checked {
  let args: unknown;
  try {
    args = raw.trim() === '' ? {} : JSON.parse(raw);
  } catch {
    return {
      kind: 'bad',
      args: raw,
      text: 'The arguments are not valid JSON. Nothing was done; send them as one JSON object.',
    };
  }
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    return { kind: 'bad', args, text: 'The arguments must be one JSON object. Nothing was done.' };
  }
  return { kind: 'ok', args: args as Record<string, unknown> };
}

function validatorOf({ definitionHash, inputSchema }: Definition): ValidateFunction {
  let validate = validators.get(definitionHash);
  if (!validate) {
    // Tools declare different drafts; what they use is read alike by all.
    const { $schema: _draft, $id: _id, ...schema } = inputSchema;
    validate = ajv.compile(schema);
    validators.set(definitionHash, validate);
  }
  return validate;
}
