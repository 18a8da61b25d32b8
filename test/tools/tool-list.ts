import type { Tool } from '@modelcontextprotocol/sdk/types.js';

type Schema = Record<string, unknown>;

/** A server's list of tools as a person reads it: each word of its schemas, a line for each argument and field. */
export function written(instructions: string | undefined, tools: Tool[]): string {
  return `${[instructions ?? '', ...tools.map(toolText)].join('\n\n')}\n`;
}

function toolText({ name, title, description, annotations, inputSchema, outputSchema }: Tool): string {
  const hints = Object.entries(annotations ?? {}).map(([hint, value]) => `${hint}=${value}`);
  return [
    `## ${name}: ${title}`,
    description ?? '',
    `(${hints.join(', ')})`,
    'takes',
    ...members(inputSchema, 1),
    'gives',
    ...members(outputSchema ?? {}, 1),
  ].join('\n');
}

function members(schema: Schema, depth: number): string[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(asSchema(schema.properties)).flatMap(([name, member]) =>
    lines(required.has(name) ? name : `${name}?`, asSchema(member), depth),
  );
}

function lines(name: string, schema: Schema, depth: number): string[] {
  const { type, description, properties, required, items, anyOf, allOf, ...keywords } = schema;
  const telling = Object.entries(keywords).filter(([, value]) => !isAnyInteger(value));
  const words = [type ?? '', ...telling.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].filter(Boolean);
  const said = description === undefined ? '' : ` — ${description}`;
  const nested = [...listOf(anyOf).map(asChoice('or')), ...listOf(allOf).map(asChoice('and'))];
  return [
    `${'  '.repeat(depth)}${[name, ...words].join(' ')}${said}`,
    ...members({ properties, required }, depth + 1),
    ...(items === undefined ? [] : lines('each', asSchema(items), depth + 1)),
    ...nested.flatMap(([label, choice]) => lines(label, choice, depth + 1)),
  ];
}

/** The bounds that every integer has. */
function isAnyInteger(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
}

function asChoice(label: string) {
  return (choice: unknown): [string, Schema] => [label, asSchema(choice)];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
