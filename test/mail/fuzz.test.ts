import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import { wellFormed } from '../../core/text.ts';
import { openParser } from '../../reading/mail/thread.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import { announce, firstSeed, long } from '../support/seeds.ts';
import { entryOf, type Specimen, specimens } from './corpus.ts';
import { type Mutant, mutantOf } from './mutate.ts';

const MUTANTS = long ? 10_000 : 300;
const LONGEST_STALL_MS = 200;
/** A busy machine stalls anything now and then; what a mail does, it does each time. */
const TRIES = 4;
const MOST_MEMORY_MB = 700;

const parser = openParser();
afterAll(() => parser.close());
announce('mutated mails', 'mail/fuzz.test.ts');

describe('mails that are like none that any program writes', () => {
  it(`are read without a crash, a stall or much memory (${MUTANTS} of them)`, { timeout: 3_600_000 }, async () => {
    const became = { entry: 0, passed: 0, unreadable: 0, given_up: 0 };
    const before = process.memoryUsage().rss;
    let most = 0;
    for (let number = 0; number < MUTANTS; number += 1) {
      const mutant = mutantOf(specimens, firstSeed, number, () => 0);
      became[await becomes(mutant, `mutant ${number} of ${mutant.of}`)] += 1;
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    process.stdout.write(
      `mutated mails: ${JSON.stringify(became)}, ${Math.round(most / 1024 / 1024)} MB more memory at most\n`,
    );
    expect(became.entry).toBeGreaterThan(MUTANTS / 10);
    expect(most / 1024 / 1024).toBeLessThan(MOST_MEMORY_MB);
  });

  it('are not believed whatever they say below what our receiver wrote', { timeout: 3_600_000 }, async () => {
    const forged = specimens.filter(({ raw }) => traceEnd(raw) > 0).map(forgedOf);
    let entries = 0;
    for (let number = 0; number < MUTANTS / 2; number += 1) {
      const mutant = mutantOf(forged, firstSeed, number, traceEnd);
      const parsed = await parser.parse(new Uint8Array(mutant.raw));
      const come = parsed.kind === 'parsed' ? entryOf(mutant.raw, parsed.mail) : parsed;
      if (come.kind !== 'entry') continue;
      entries += 1;
      expect(come.entry.principal.kind, `mutant ${number} of ${mutant.of}`).toBe('anonymous');
    }
    expect(entries).toBeGreaterThan(MUTANTS / 20);
  });
});

/** Gives what became of it, and fails where it stalls this process each time that it is read. */
async function becomes({ raw }: Mutant, name: string): Promise<'entry' | 'passed' | 'unreadable' | 'given_up'> {
  for (let attempt = 1; ; attempt += 1) {
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    const parsed = await parser.parse(new Uint8Array(raw));
    const kind = parsed.kind === 'parsed' ? entryOf(raw, parsed.mail).kind : parsed.kind;
    await new Promise((resolve) => setImmediate(resolve));
    lag.disable();
    if (parsed.kind === 'parsed') expect(faultsOf(parsed.mail), name).toEqual([]);
    if (lag.max / 1e6 < LONGEST_STALL_MS) return kind;
    if (attempt === TRIES) throw new Error(`${name} stalls us for ${Math.round(lag.max / 1e6)} ms`);
  }
}

/** What Postgres would not store, and what goes beyond the limits. */
function faultsOf(mail: ParsedMail): string[] {
  const texts = [mail.text, mail.said, mail.subject, ...mail.attachments.map(({ name }) => name)];
  return [
    ...(texts.every((text) => wellFormed(text) === text && !text.includes('\0')) ? [] : ['half a character, or NUL']),
    ...(mail.said.length <= mail.text.length ? [] : ['more said than written']),
    ...(mail.text.length <= 200_000 && mail.headers.length <= 200 ? [] : ['too long']),
    ...(mail.attachments.every(({ name }) => !/[/\\\u202e\n]/.test(name)) ? [] : ['a file name that deceives']),
  ];
}

/** Where what our receiver wrote ends, and what anybody can write begins. */
function traceEnd(raw: Buffer): number {
  const head = raw.subarray(0, 8_000).toString('latin1');
  const found = /^Authentication-Results: mx\.google\.com;.*\n(?:[ \t].*\n)*/m.exec(head);
  return found ? found.index + found[0].length : 0;
}

/** The same mail where our receiver does not vouch for it, and its sender says that it does. */
function forgedOf(specimen: Specimen): Specimen {
  const { raw } = specimen;
  const trace = raw.subarray(0, traceEnd(raw)).toString('latin1').replaceAll('dmarc=pass', 'dmarc=fail');
  const domain = /^From:.*@([\w.-]+)/im.exec(raw.toString('latin1'))?.[1] ?? '';
  const results = `Authentication-Results: mx.google.com; dmarc=pass header.from=${domain}\r\n`;
  return { ...specimen, raw: Buffer.concat([Buffer.from(trace + results, 'latin1'), raw.subarray(traceEnd(raw))]) };
}
