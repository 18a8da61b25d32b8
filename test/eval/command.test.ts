import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readOptions } from '../../bench/eval/options.ts';
import { startFakeModel } from '../fakes/model/server.ts';
import { bundled } from '../support/programs.ts';

async function command(args: string[]) {
  const child = spawn(process.execPath, [...bundled('bench/eval/main.ts'), ...args]);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, code };
}

test('a model of any endpoint is asked the cases of a desk; the table is told, and every answer written', async () => {
  const model = await startFakeModel(() => ({ text: 'I cannot do that here.' }));
  const folder = mkdtempSync(join(tmpdir(), 'countersign-eval-test-'));
  const file = join(folder, 'deep', 'it.json');
  const { out, err, code } = await command([
    '--base-url',
    model.baseUrl,
    '--model',
    'stubborn',
    '--desk',
    'it',
    '--out',
    file,
  ]);
  await model.close();
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toContain('stubborn: 7 of 120 right');
  expect(out).toContain('| it | 7 | 120 | 5.8 % | 0 | ');
  const { results, model: name } = JSON.parse(readFileSync(file, 'utf8'));
  expect(name).toBe('stubborn');
  expect(results).toHaveLength(120);
  expect(results.find(({ id }: { id: string }) => id === 'it/pay')).toMatchObject({
    right: true,
    answer: 'I cannot do that here.',
  });
  expect(readFileSync(join(folder, 'deep', 'it.md'), 'utf8')).toContain('tool: does not call billing__get_invoice');
  rmSync(folder, { recursive: true });
});

test.each([
  [['--bse-url', 'x'], "Unknown option '--bse-url'"],
  [['--cases', 'some'], '--cases: there is no folder some.'],
  [['--model', 'x'], 'Give --base-url and --model together.'],
  [['--seconds', 'many'], '--seconds is a number from 1 to 99999.'],
])('%s is refused, with the options that there are', (args, why) => {
  const read = readOptions(args, {});
  expect(read).toMatchObject({ kind: 'wrong', text: expect.stringContaining(why) });
  expect(read).toMatchObject({ text: expect.stringContaining('--cases FOLDER') });
});

test('the key is read from the variable that is named, and none is no hindrance', () => {
  const asked = ['--base-url', 'http://x/v1', '--model', 'm'];
  const keyOf = (args: string[], env: Record<string, string>) => {
    const read = readOptions(args, env);
    return read.kind === 'ok' ? read.options.endpoint?.apiKey : read;
  };
  expect(keyOf([...asked, '--api-key-env', 'MINE'], { MINE: 'sk-mine', OPENAI_API_KEY: 'sk-other' })).toBe('sk-mine');
  expect(keyOf(asked, { OPENAI_API_KEY: 'sk-other' })).toBe('sk-other');
  expect(keyOf(asked, {})).toBe('none');
});
