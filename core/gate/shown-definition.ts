import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Tool } from '../mcp/types.ts';
import { canonical, isRecord } from './canonical.ts';

const definitionSchema = z.object({
  title: z.string().optional(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
});
/** The part of a definition that the model and signers see. */
export type ShownDefinition = z.infer<typeof definitionSchema>;

export function shownDefinition({ title, description, inputSchema }: Tool): { definition: string; hash: string } {
  const shown: ShownDefinition = { ...(title && { title }), description, inputSchema };
  const hash = createHash('sha256').update(canonical(shown)).digest('hex');
  return { definition: JSON.stringify(shown), hash };
}

/** Null where another build wrote it in another form. */
export function readShown(definition: string): ShownDefinition | null {
  return definitionSchema.safeParse(JSON.parse(definition)).data ?? null;
}

export function hasSameSchema(one: Pick<ShownDefinition, 'inputSchema'>, other: Pick<ShownDefinition, 'inputSchema'>) {
  return canonical(one.inputSchema) === canonical(other.inputSchema);
}

/** One or two lines for each difference, for the person who accepts it. They quote the server's texts unchanged. */
export function changesBetween(before: ShownDefinition, after: ShownDefinition): string[] {
  return [
    ...textChange('title', before.title, after.title),
    ...textChange('description', before.description, after.description),
    ...argumentChanges(before.inputSchema, after.inputSchema),
    ...otherChanges(before.inputSchema, after.inputSchema),
  ];
}

function textChange(what: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  return [`${what} before: ${before || '(none)'}`, `${what} now: ${after || '(none)'}`];
}

type Schema = ShownDefinition['inputSchema'];

function argumentChanges(before: Schema, after: Schema): string[] {
  const [old, now] = [argumentsOf(before), argumentsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (!is) return [`argument ${name} is gone`];
    const need = is.isRequired ? 'must be given' : 'may be left out';
    if (!was) return [`argument ${name} is new and ${need}: ${is.schema}`];
    return [
      ...(was.schema === is.schema
        ? []
        : [`argument ${name} before: ${was.schema}`, `argument ${name} now: ${is.schema}`]),
      ...(was.isRequired === is.isRequired ? [] : [`argument ${name} ${need} now`]),
    ];
  });
}

function argumentsOf({ properties, required }: Schema): Map<string, { schema: string; isRequired: boolean }> {
  const needed = new Set(Array.isArray(required) ? required : []);
  const names = Object.entries(isRecord(properties) ? properties : {});
  return new Map(names.map(([name, schema]) => [name, { schema: canonical(schema), isRequired: needed.has(name) }]));
}

/** Changes of the schema outside its arguments. */
function otherChanges(before: Schema, after: Schema): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const known of ['properties', 'required']) keys.delete(known);
  return [...keys].flatMap((key) => {
    const [was, is] = [before, after].map((schema) => (key in schema ? canonical(schema[key]) : '(none)'));
    return was === is ? [] : [`${key} of all arguments before: ${was}`, `${key} of all arguments now: ${is}`];
  });
}
