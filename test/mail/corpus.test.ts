import { afterAll, describe, expect, it } from 'vitest';
import { openParser } from '../../mailbox/parse/thread.ts';
import { becomeOf, specimens, wantedOf } from './corpus.ts';

const parser = openParser();
afterAll(() => parser.close());

describe('a mail as programs write it', () => {
  it.each(specimens)('$name', async ({ raw, expected }) => {
    const parsed = await parser.parse(new Uint8Array(raw));
    if (parsed.kind === 'unreadable' && expected.may_refuse) return;
    expect(becomeOf(raw, parsed, expected)).toEqual(wantedOf(expected));
  });
});
