import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      command: z.array(z.string()).default([]),
      environment: z.record(z.string(), z.string()).default({}),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      working_dir: z.string().optional(),
      volumes: z.array(z.string()).default([]),
    }),
  ),
});
export type Service = z.infer<typeof composeSchema>['services'][string];

export function readServices(): Record<string, Service> {
  const source = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
  return composeSchema.parse(parse(source, { merge: true })).services;
}

/** A service's variables, filled in from `.env` as compose does: `${NAME}`, `${NAME:-otherwise}`, `${NAME:?what to do}`. */
export function variablesOf({ environment }: Service, dotEnv: Record<string, string>): Record<string, string> {
  const fill = (_: string, name: string, kind: string | undefined, rest = '') => {
    const given = dotEnv[name];
    if (!given && kind === '?') throw new Error(`${name}: ${rest}`);
    return given || rest;
  };
  const filled = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, fill),
  ]);
  return { ...dotEnv, ...Object.fromEntries(filled) };
}
