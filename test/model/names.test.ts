import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const planner = ['plan', 'tools', 'parts', 'arguments', 'lookups', 'mentions', 'thread', 'words'];
const sources = planner.flatMap((folder) =>
  readdirSync(join(root, 'playground/model', folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({
      file: `${folder}/${file}`,
      source: readFileSync(join(root, 'playground/model', folder, file), 'utf8').toLowerCase(),
    })),
);

/** Comments may show an example; code may know no name of ours. */
const code = sources.map(({ file, source }) => ({ file, source: source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '') }));

test('the planner knows no tool, desk or record of ours by its name', () => {
  const lists = join(root, 'test/tools/lists');
  const tools = readdirSync(lists).flatMap((file) =>
    [...readFileSync(join(lists, file), 'utf8').matchAll(/^## (\w+):/gm)].map((match) => match[1]!),
  );
  const desks = readdirSync(join(root, 'desks')).map((file) => file.split('.')[0]!);
  const records = [
    'techcorp',
    'lisa park',
    'acme',
    'jewelryops',
    'ord-1',
    'cust-0',
    'user_001',
    'corner coffee',
    'extract_entities',
    'check_requires_confirmation',
    'summarize_state',
  ];
  const found = code.flatMap(({ file, source }) =>
    [...tools, ...desks.filter((desk) => !['store', 'it', 'bank'].includes(desk)), ...records]
      .filter((name) => source.includes(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(tools.length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
