import type { Schema } from '../types.ts';
import { fillers } from '../words/common.ts';
import { stem, wordsIn, wordsOfName } from '../words/stem.ts';
import { type Choice, choicesOf } from './choices.ts';
import { type IdShape, shapeOf } from './id-shape.ts';
import { type Role, roleByDescription, roleByName } from './roles.ts';

export type ParamType = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';

/** One argument as the schema has it, with what its words say. */
export type Param = {
  name: string;
  type: ParamType;
  required: boolean;
  description: string;
  /** Words of the name, in lower case, and their stems. */
  label: string[];
  stems: string[];
  /** Stems of the description's telling words. */
  about: string[];
  role: Role;
  choices: Choice[];
  strict: boolean;
  shape?: IdShape;
  examples: string[];
  fallback?: unknown;
  format?: string;
  /** Its value is kept from whoever reads the conversation later. */
  secret: boolean;
  /** The short form of a text that is wanted beside it. */
  headline?: boolean;
  min?: number;
  max?: number;
  item?: Param;
  fields: Param[];
};

const DEEPEST = 5;
const MOST_PARAMS = 60;

export function paramsOf(schema: Schema, root: Schema = schema, depth = 0): Param[] {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const params = Object.entries(properties)
    .slice(0, MOST_PARAMS)
    .map(([name, one]) => paramOf(name, isRecord(one) ? one : {}, required.includes(name), root, depth));
  return params.map((param) => (isHeadline(param, params) ? { ...param, role: 'text', headline: true } : param));
}

function isHeadline(param: Param, all: Param[]): boolean {
  if (!isFreeText(param) || !param.label.some((word) => /^(?:title|subject|headline|topic|summary)$/.test(word)))
    return false;
  return all.some((other) => other !== param && other.role === 'text' && isFreeText(other));
}

function isFreeText({ type, strict, shape, required }: Param): boolean {
  return type === 'string' && required && !strict && !shape;
}

function paramOf(name: string, given: Schema, required: boolean, root: Schema, depth: number): Param {
  const schema = resolve(given, root);
  const description = String(given.description ?? schema.description ?? '').slice(0, 2_000);
  const label = wordsOfName(name);
  const type = typeOf(schema);
  const examples = examplesOf(schema, description);
  const { choices, strict } = choicesOf({ ...schema, type }, description);
  const byName = roleByName(label);
  const byText = roleByDescription(description);
  const role =
    schema.format === 'date' || schema.format === 'date-time'
      ? 'date'
      : byName === 'other' || (byName === 'title' && byText !== 'other')
        ? byText
        : byName;
  const fields = type === 'object' && depth < DEEPEST ? paramsOf(schema, root, depth + 1) : [];
  const items = isRecord(schema.items) ? schema.items : {};
  const isId = byName === 'id' || label.some((word) => word === 'id' || word === 'ids');
  const shape =
    type === 'string' && !strict && (isId || schema.pattern) ? shapeOf(schema.pattern, examples) : undefined;
  return {
    name,
    type,
    required,
    description,
    label,
    stems: label.map(stem),
    about: wordsIn(withoutExamples(description.slice(0, 300)))
      .filter((word) => !fillers.has(word) && word.length > 1)
      .map(stem),
    role,
    choices,
    strict,
    examples,
    secret: schema.writeOnly === true || schema.format === 'password',
    fields,
    ...(shape && role !== 'date' ? { shape } : {}),
    ...('default' in schema ? { fallback: schema.default } : {}),
    ...(typeof schema.format === 'string' ? { format: schema.format } : {}),
    ...(typeof schema.minimum === 'number' ? { min: schema.minimum } : {}),
    ...(typeof schema.maximum === 'number' ? { max: schema.maximum } : {}),
    ...(type === 'array' && depth < DEEPEST
      ? { item: paramOf(name, { description, ...items }, true, root, depth + 1) }
      : {}),
  };
}

/** Follows a reference, takes the first alternative that is no null, and joins what stands under allOf. */
function resolve(given: Schema, root: Schema): Schema {
  let schema = given;
  for (let turn = 0; turn < DEEPEST; turn += 1) {
    const target = typeof schema.$ref === 'string' ? follow(schema.$ref, root) : undefined;
    const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
    const first = alternatives?.find((one) => isRecord(one) && one.type !== 'null');
    const joined = Array.isArray(schema.allOf) ? Object.assign({}, ...schema.allOf.filter(isRecord)) : undefined;
    const next = target ?? first ?? joined;
    if (!isRecord(next)) break;
    const { $ref: _ref, anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema;
    schema = { ...next, ...rest };
  }
  return schema;
}

function follow(reference: string, root: Schema): unknown {
  if (!reference.startsWith('#/')) return undefined;
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), root);
}

function typeOf(schema: Schema): ParamType {
  const listed = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (['string', 'number', 'integer', 'boolean', 'array', 'object'].includes(listed as string))
    return listed as ParamType;
  if (isRecord(schema.properties)) return 'object';
  if (isRecord(schema.items)) return 'array';
  const sample = Array.isArray(schema.enum) ? schema.enum[0] : schema.default;
  return typeof sample === 'number' ? 'number' : typeof sample === 'boolean' ? 'boolean' : 'string';
}

const exampleCue =
  /(?:for example|for instance|e\.g\.?|example:|examples?:|such as|like|looks? like)[,:]?\s*([^\n]{1,160})/gi;

/** What the schema or its description shows as values. */
function examplesOf(schema: Schema, description: string): string[] {
  const given = [schema.example, ...(Array.isArray(schema.examples) ? schema.examples : [])].filter(
    (one) => typeof one === 'string',
  );
  const said = [...description.matchAll(exampleCue)].flatMap(([, tail = '']) => [
    ...[...tail.matchAll(/["'“]([^"'”]{1,80})["'”]/g)].map((match) => match[1]!),
    ...(/^[^\s"'“,;.)]{2,60}/.exec(tail) ?? []),
  ]);
  return [...new Set([...(given as string[]), ...said])].slice(0, 12);
}

/** What is quoted or given as an example may be said of anything. */
function withoutExamples(description: string): string {
  return description.replace(/"[^"]*"|\b(?:for example|e\.g\.|such as)\s[^.;]*/gi, ' ');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
