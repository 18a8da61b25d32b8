import { afterAll, describe, expect, it } from 'vitest';
import { openParser } from '../../reading/mail/thread.ts';
import { becomeOf, specimens, squeezed, wantedOf } from './corpus.ts';

const parser = openParser();
afterAll(() => parser.close());

const ofPrograms = /^(gmail|outlook|apple|webmail|forwards)\//;

describe('a mail as programs write it', () => {
  it.each(specimens)('$name', async ({ raw, expected }) => {
    const parsed = await parser.parse(new Uint8Array(raw));
    if (parsed.kind !== 'parsed' && expected.may_refuse) return;
    expect(becomeOf(raw, parsed, expected)).toEqual(wantedOf(expected));
  });

  const inTwoForms = specimens.filter(
    ({ name, raw, expected }) => ofPrograms.test(name) && expected.said && withoutPlain(raw),
  );
  it.each(inTwoForms)('$name says the same in HTML alone', async ({ raw, expected }) => {
    const parsed = await parser.parse(new Uint8Array(withoutPlain(raw) ?? raw));
    expect(parsed.kind === 'parsed' && squeezed(parsed.mail.said)).toBe(squeezed(expected.said));
  });
});

/** The same mail, its plain part made one that nobody reads; null where it has but one form. */
function withoutPlain(raw: Buffer): Buffer | null {
  const text = raw.toString('latin1');
  const start = text.indexOf('\r\n\r\n');
  const parts = text.slice(start).replace('Content-Type: text/plain', 'Content-Type: application/x-none');
  return parts.includes('application/x-none') && parts.includes('Content-Type: text/html')
    ? Buffer.from(text.slice(0, start) + parts, 'latin1')
    : null;
}
