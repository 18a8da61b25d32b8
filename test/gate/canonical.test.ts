import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callHash, canonical, readJson } from '../../core/gate/canonical.ts';

const key = fc
  .oneof(fc.string({ unit: 'binary' }), fc.string())
  .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name) && !name.includes('\0'));
const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0'));
const exact = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }).filter(isExact));
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, exact, fc.boolean(), fc.constant(null)),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
}));

function isExact(number: number): boolean {
  return !Number.isInteger(number) || Number.isSafeInteger(number);
}

function read(raw: string): unknown {
  const { kind, value } = readJson(raw);
  if (kind === 'bad') throw new Error(raw);
  return value;
}

/** The same value with the members of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, turned(member)] as const)
      .toReversed(),
  );
}

describe('canonical JSON', () => {
  it('is the same however the members are ordered and the text is spaced', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonical(turned(value))).toBe(canonical(value));
        expect(canonical(read(JSON.stringify(turned(value), null, 2)))).toBe(canonical(value));
      }),
    );
  });

  it('says the same as the value, and is its own canonical form', () => {
    fc.assert(
      fc.property(json, (value) => {
        const once = canonical(value);
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(read(once))).toBe(once);
      }),
    );
  });

  it('sorts keys by their UTF-16 units and writes numbers as RFC 8785 does', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 };

    expect(Object.values(JSON.parse(canonical(value)))).toHaveLength(7);
    expect(canonical(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}');
    expect(canonical([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n])('does not exist of %s', (value) => {
    expect(() => canonical({ value })).toThrow(TypeError);
  });
});

describe('arguments that can be read in two ways are refused', () => {
  it.each([
    ['a key twice', '{"amount":1,"amount":5000}', 'hold the key "amount" twice'],
    ['a key twice, once in escapes', '{"amount":1,"\\u0061mount":5000}', 'twice'],
    ['a key twice further down', '{"a":[{"b":1,"c":{},"b":2}]}', 'hold the key "b" twice'],
    ['keys that are the same once halves of characters are gone', '{"\\ud800":1,"\\ud801":2}', 'twice'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'hold the key "__proto__"'],
    ['__proto__ in escapes', '{"\\u005f_proto__":{}}', 'which no tool takes'],
    ['constructor', '{"a":{"constructor":{}}}', 'which no tool takes'],
    ['prototype', '[{"prototype":1}]', 'which no tool takes'],
    ['an integer beyond 2^53', '{"id":9007199254740993}', 'too large to be exact'],
    ['2^53 itself', '{"id":9007199254740992}', 'too large to be exact'],
    ['a large one with an exponent', '{"id":1e21}', 'too large to be exact'],
    ['a number beyond all', '{"id":1e400}', 'cannot be kept exactly'],
    ['a number next to nothing', '{"id":1e-400}', 'cannot be kept exactly'],
    ['more digits than are kept', '{"id":0.1000000000000000055}', 'cannot be kept exactly'],
    ['101 levels', `${'['.repeat(101)}${']'.repeat(101)}`, 'nested deeper than 100'],
    ['a hundred thousand levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested deeper'],
    ['no JSON', '{"a":1,}', 'not valid JSON'],
    ['two values', '{} {}', 'not valid JSON'],
  ])('%s', (_, raw, problem) => {
    expect(readJson(raw)).toMatchObject({ kind: 'bad', problem: expect.stringContaining(problem) });
  });

  it('any key twice, wherever it stands', () => {
    fc.assert(
      fc.property(key, json, json, json, (name, one, other, beside) => {
        const member = (value: unknown) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
        const raw = `[${JSON.stringify(beside)},{${member(one)},${member(other)}}]`;
        expect(readJson(raw).kind).toBe('bad');
      }),
    );
  });

  it('and what cannot be misread is not, strings that look like it included', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(readJson(JSON.stringify({ a: value, b: JSON.stringify(value) })).kind).toBe('ok');
      }),
    );
    const tricky = '{"a":"{\\"a\\":1,\\"a\\":2} 1e400 __proto__","b":"\\\\","c":[1.50,-0,1E2,0.10,100e-2,0e5]}';
    expect(readJson(tricky)).toMatchObject({ kind: 'ok', value: { c: [1.5, -0, 100, 0.1, 1, 0] } });
    expect(readJson(`${'['.repeat(100)}${']'.repeat(100)}`).kind).toBe('ok');
  });

  it('halves of characters and NULs become the replacement character', () => {
    expect(readJson('{"a":"x\\ud83d","b":"\\u0000"}')).toEqual({ kind: 'ok', value: { a: 'x\ufffd', b: '\ufffd' } });
    expect(readJson('{"a":"x\ud83d"}')).toEqual({ kind: 'ok', value: { a: 'x\ufffd' } });
  });
});

it('a call has another hash as soon as anything about it is another', () => {
  const parts: [string, string, string, string] = ['T1', 'shop__pay', 'd', '{"a":1}'];
  const others = parts.map((_, at) =>
    callHash(...(parts.map((part, i) => (i === at ? `${part} ` : part)) as typeof parts)),
  );

  expect(new Set([callHash(...parts), ...others]).size).toBe(5);
  expect(callHash('T1', 's', 'hop', '{}')).not.toBe(callHash('T1', 'sh', 'op', '{}'));
});
