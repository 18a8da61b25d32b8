import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { openMeaning } from '../../playground/model/meaning/meaning.ts';
import { wordLikeness } from '../../playground/model/meaning/words.ts';

const folder = mkdtempSync(join(tmpdir(), 'meaning-'));
const file = join(folder, 'stand-in', 'vectors.bin');
const tools = [
  'Gets the balance of a bank account',
  'Deactivates a payment card for good',
  'Changes the postal address of a customer',
  'Lists the invoices of a company',
];
const warnings: string[] = [];
const log = { warn: (_: object, line: string) => void warnings.push(line) };
const opened: { close(): Promise<void> }[] = [];

beforeEach(() => {
  warnings.length = 0;
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function open(make = openMeaning, dataDir = folder) {
  const meaning = make({ dataDir, log });
  opened.push(meaning);
  return meaning;
}

it.each([
  ['how much money is on it?', 0],
  ['my card was stolen, block it!', 1],
  ['I moved to 12 Elm street', 2],
])('takes "%s" for what means the same in other words', async (said, most) => {
  const likeness = await open().likeness(said, tools);
  expect(likeness.indexOf(Math.max(...likeness))).toBe(most);
  expect(warnings).toEqual([]);
});

it('gives one number for each text, empty and strange ones too', async () => {
  const strange = ['', ' ', 'x'.repeat(100_000), '\u0000\ud800', '😀'];
  const meaning = open();
  for (const said of strange) {
    const likeness = await meaning.likeness(said, [...tools, ...strange]);
    expect(likeness).toHaveLength(tools.length + strange.length);
    expect(likeness.every(Number.isFinite)).toBe(true);
  }
  expect(warnings).toEqual([]);
});

it('keeps the vectors of tools, and makes them anew only where the file is damaged', async () => {
  const first = await open().likeness('my card was stolen', tools);
  const written = readFileSync(file);
  const { mtimeMs } = statSync(file);

  expect(await open().likeness('my card was stolen', tools)).toEqual(first);
  expect(statSync(file).mtimeMs).toBe(mtimeMs);

  const flipped = Buffer.from(written);
  flipped[500] = (flipped[500] ?? 0) ^ 1;
  for (const damage of [
    () => writeFileSync(file, flipped),
    () => truncateSync(file, 999),
    () => writeFileSync(file, ''),
  ]) {
    damage();
    expect(await open().likeness('my card was stolen', tools)).toEqual(first);
    // What was asked for is there again; what else the file held comes back when it is needed.
    expect(statSync(file).size).toBeGreaterThan(4 * 2_000);
  }
  expect(warnings).toEqual([]);
});

it('keeps no word of what people said', async () => {
  await open().likeness('my secret is ruby-tuesday', tools);
  const before = statSync(file).size;
  await open().likeness('my secret is another one', tools);
  expect(statSync(file).size).toBe(before);
});

it('answers though its folder cannot be written, and says so', async () => {
  const taken = join(folder, 'taken');
  writeFileSync(taken, '');
  const likeness = await open(openMeaning, taken).likeness('my card was stolen', tools);
  expect(likeness.indexOf(Math.max(...likeness))).toBe(1);
  expect(warnings).toEqual([expect.stringContaining('could not be written')]);
});

/** The same code in a folder where no package is installed, or with another thread. */
async function elsewhere(thread?: string): Promise<typeof openMeaning> {
  const apart = mkdtempSync(join(folder, 'apart-'));
  cpSync(new URL('../../playground/model/meaning', import.meta.url), apart, { recursive: true });
  if (thread !== undefined) writeFileSync(join(apart, 'embedder.mjs'), thread);
  return (await import(join(apart, 'meaning.ts'))).openMeaning;
}

it('goes by the words where the package is not installed, and says so once', async () => {
  const meaning = open(await elsewhere(), mkdtempSync(join(folder, 'data-')));
  const said = 'deactivate my card';
  for (let times = 0; times < 3; times++) {
    expect(await meaning.likeness(said, tools)).toEqual(wordLikeness(said, tools));
  }
  expect(Math.max(...wordLikeness(said, tools))).toBe(wordLikeness(said, tools)[1]);
  expect(warnings).toEqual([expect.stringContaining('are not installed')]);
});

it('goes by the words while its thread dies, and gives up on it after three times', async () => {
  const dying = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('no'); });`;
  const meaning = open(await elsewhere(dying), mkdtempSync(join(folder, 'data-')));
  for (let times = 0; times < 5; times++) {
    const said = `deactivate card ${times}`;
    expect(await meaning.likeness(said, tools)).toEqual(wordLikeness(said, tools));
  }
  expect(warnings).toHaveLength(3);
  expect(warnings.at(-1)).toContain('by words alone from now on');
});
