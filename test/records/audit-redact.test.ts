import { describe, expect, test } from 'vitest';
import { readEnv } from '../../core/env.ts';
import { secretsOf } from '../../core/log.ts';
import { redactor } from '../../core/redact.ts';

const secrets = ['8f742231b10e8888abcd', 'pass"word\\1', 'short'];

describe('stored text', () => {
  test.each([
    ['a known secret', 'made with 8f742231b10e8888abcd!', 'made with [hidden]!'],
    ['one within JSON text', `{"key":${JSON.stringify(secrets[1])}}`, '{"key":"[hidden]"}'],
    ['one with quotes in it', `it is ${secrets[1]}`, 'it is [hidden]'],
    ['Slack tokens', 'xoxb-123-abc456 and xapp-1-A0-99', '[hidden] and [hidden]'],
    ['a model key', 'use sk-proj-Abcdef1234567890', 'use [hidden]'],
    ['a header', 'Authorization: Bearer eyJhbGciOi.J1c2VyIjox', 'Authorization: Bearer [hidden]'],
    ['a URL with a password', 'postgresql://me:hush@db:5432/app', 'postgresql://me:[hidden]@db:5432/app'],
  ])('holds no %s', (_what, text, stored) => {
    expect(redactor(secrets)(text)).toBe(stored);
  });

  test('is looked through to its depth, names too', () => {
    const value = { a: [{ b: 'x 8f742231b10e8888abcd', '8f742231b10e8888abcd': 1 }], n: 1, none: null };

    expect(redactor(secrets)(value)).toEqual({ a: [{ b: 'x [hidden]', '[hidden]': 1 }], n: 1, none: null });
    expect(value.a[0]?.b).toBe('x 8f742231b10e8888abcd');
  });

  test.each([
    'I need basic information about sk-learn-tutorials and the bearer of this ring',
    'SK-100234567890-XL',
    'in short, write to a@b.com or http://127.0.0.1:3000/a@b',
    '{"next_page_token":"abc","password_reset":"sent"}',
  ])('is otherwise what was said: %s', (text) => {
    expect(redactor(secrets)(text)).toBe(text);
  });
});

test("the passwords in an installation's URLs are secrets of it", () => {
  const reading = readEnv({ DATABASE_URL: 'postgresql://me:hush%21hush@db/app', REDIS_URL: 'redis://:quietly1@r' });
  if (reading.kind === 'broken') throw new Error(reading.lines.join('\n'));

  expect(secretsOf(reading.env)).toEqual(['hush!hush', 'quietly1']);
});
