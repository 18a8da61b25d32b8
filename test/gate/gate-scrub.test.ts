import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOTS, scrub, scrubRaw, scrubSoFar } from '../../core/gate/secrets.ts';

describe('scrubbing', () => {
  it('leaves nothing of any secret of four characters or more, as text, as JSON or as Slack writes it', () => {
    const word = fc
      .string({ unit: 'binary', minLength: 4 })
      .filter((one) => one.trim().length >= 4 && !DOTS.includes(one));
    fc.assert(
      fc.property(word, fc.string(), fc.string(), (one, before, after) => {
        const slack = one.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        for (const form of [one, JSON.stringify(one).slice(1, -1), slack]) {
          expect(scrub(`${before} ${form} ${after}`, [one])).not.toContain(form);
        }
      }),
    );
  });

  it('takes a short one only where it stands alone, and the longest first', () => {
    expect(scrub('pin 12, order 1234', ['12'])).toBe(`pin ${DOTS}, order 1234`);
    expect(scrub('abcdef', ['abcd', 'abcdef'])).toBe(DOTS);
    expect(scrub('$& stays (x+y)*', ['(x+y)*'])).toBe(`$& stays ${DOTS}`);
  });
});

describe('scrubbing what is kept or streamed', () => {
  it('leaves arguments JSON with the same keys and numbers', () => {
    expect(scrubRaw('{ "text": "the text", "n": 1234 }', ['text', '1234'])).toBe(`{"n":1234,"text":"the ${DOTS}"}`);
    expect(scrubRaw('{ "a": 1 }', ['text'])).toBe('{ "a": 1 }');
    expect(scrubRaw('{"text"', ['text'])).toBe(`{"${DOTS}"`);
  });

  it('shows no beginning of a secret while a text grows, and takes nothing back that was shown', () => {
    const [text, secrets] = ['It is hunter2 now, and pin 12 of 123.', ['hunter2', '12']];
    const shown = [...text].map((_, at) => scrubSoFar(text.slice(0, at + 1), secrets));

    for (const [at, one] of shown.entries()) {
      expect(one).not.toMatch(/h$|hu|pin 1/);
      expect(one.startsWith(shown[at - 1] ?? '')).toBe(true);
    }
    expect(shown.at(-1)).toBe(`It is ${DOTS} now, and pin ${DOTS} of 123.`);
  });
});
