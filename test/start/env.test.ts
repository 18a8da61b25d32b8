import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Env, readEnv, variables } from '../../core/env.ts';
import { createLog, secretsOf } from '../../core/log.ts';

const http = { SLACK_BOT_TOKEN: 'xoxb-bot', SLACK_SIGNING_SECRET: 'signing-secret' };
const example = parseEnv(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));

describe('the environment', () => {
  test('with nothing set, everything runs on what comes along', () => {
    expect(read({})).toEqual({
      slack: { kind: 'none' },
      model: { kind: 'none' },
      vision: false,
      database: { kind: 'embedded', dataDir: '.data' },
      queue: { kind: 'postgres' },
      port: 3000,
      host: '127.0.0.1',
      logLevel: 'info',
      contextSize: 5,
      toolCacheSeconds: 300,
      confirmationSeconds: 300,
      mailSend: 'on',
      playground: false,
      dataDir: '.data',
    });
  });

  test('an empty or blank variable is an unset one', () => {
    expect(read({ DATABASE_URL: '', PORT: ' ', OPENAI_API_KEY: '', SLACK_APP_TOKEN: '' })).toEqual(read({}));
  });

  test('each real part replaces its stand-in on its own', () => {
    const database = 'postgresql://me:pw@db:5432/app';
    expect(read({ DATABASE_URL: database })).toEqual({ ...read({}), database: { kind: 'url', url: database } });
    expect(read({ REDIS_URL: 'redis://r:6379' }).queue).toEqual({ kind: 'redis', url: 'redis://r:6379' });
    expect(read(http).slack).toEqual({ kind: 'http', botToken: 'xoxb-bot', signingSecret: 'signing-secret' });
    expect(read({ ...http, SLACK_APP_TOKEN: 'xapp-app', SLACK_API_URL: 'http://127.0.0.1:9/api/' }).slack).toEqual({
      kind: 'socket',
      botToken: 'xoxb-bot',
      appToken: 'xapp-app',
      apiUrl: 'http://127.0.0.1:9/api/',
    });
  });

  test('a model needs a key or a base URL, and its name goes by two variables', () => {
    expect(read({ AGENT_MODEL: 'small' }).model).toEqual({ kind: 'none' });
    expect(read({ OPENAI_API_KEY: 'k', AGENT_MODEL: 'small' }).model).toMatchObject({ apiKey: 'k', model: 'small' });
    expect(read({ OPENAI_API_KEY: 'k', AGENT_MODEL: 'small', OPENAI_MODEL: 'large' }).model).toMatchObject({
      model: 'large',
    });
    expect(read({ OPENAI_BASE_URL: 'http://localhost:11434/v1', OPENAI_MODEL: 'local' }).model).toEqual({
      kind: 'openai',
      apiKey: 'none',
      baseUrl: 'http://localhost:11434/v1',
      model: 'local',
    });
  });

  test('words and numbers are read as people write them', () => {
    expect(read({ LOG_LEVEL: 'DEBUG', PORT: ' 8080 ', MCP_TOOL_CACHE_TTL_SECONDS: '0' })).toMatchObject({
      logLevel: 'debug',
      port: 8080,
      toolCacheSeconds: 0,
    });
  });

  test('where signatures are asked for, and how long for a yes', () => {
    const source = { APPROVALS_CHANNEL: ' C0APPROVALS ', AGENT_CONFIRMATION_TIMEOUT_SECONDS: '10' };
    expect(read(source)).toMatchObject({ approvalsChannel: 'C0APPROVALS', confirmationSeconds: 10 });
  });
});

describe('a mailbox at Gmail', () => {
  const grant = { GMAIL_CLIENT_ID: 'id', GMAIL_CLIENT_SECRET: 'client-secret', GMAIL_REFRESH_TOKEN: 'refresh-token' };
  const user = { GMAIL_USER: 'support@example.com' };

  test('is let into by its owner, or as a service account', () => {
    expect(read({ ...user, ...grant }).gmail).toEqual({
      user: 'support@example.com',
      grant: { kind: 'refresh_token', clientId: 'id', clientSecret: 'client-secret', refreshToken: 'refresh-token' },
    });
    const service = { ...user, GMAIL_SERVICE_ACCOUNT_FILE: 'key.json', GMAIL_API_URL: 'http://127.0.0.1:9' };
    expect(read(service).gmail).toEqual({
      user: 'support@example.com',
      grant: { kind: 'service_account', keyFile: 'key.json' },
      apiUrl: 'http://127.0.0.1:9',
    });
  });

  test('has its secrets kept out of the log', () => {
    expect(secretsOf(read({ ...user, ...grant }))).toEqual(expect.arrayContaining(['client-secret', 'refresh-token']));
  });

  test.each([
    [
      { ...user },
      /^GMAIL_USER needs GMAIL_CLIENT_ID, GMAIL_CLIENT_SECRET, GMAIL_REFRESH_TOKEN as well, or GMAIL_SERVICE/,
    ],
    [{ ...user, ...grant, GMAIL_REFRESH_TOKEN: '' }, /^GMAIL_USER needs GMAIL_REFRESH_TOKEN as well/],
    [
      { GMAIL_CLIENT_ID: 'id' },
      /^GMAIL_CLIENT_ID does nothing without GMAIL_USER, the mailbox's address: set that too/,
    ],
    [
      { ...user, ...grant, GMAIL_SERVICE_ACCOUNT_FILE: 'f' },
      /^GMAIL_SERVICE_ACCOUNT_FILE takes the place of .*: unset/,
    ],
    [{ ...user, ...grant, GMAIL_USER: 'support' }, /^GMAIL_USER must be the address of a mailbox/],
    [{ ...user, ...grant, SMTP_URL: 'smtp://localhost' }, /^SMTP_URL belongs to the mock mailbox/],
    [{ ...user, ...grant, SMTP_PORT: '2525' }, /^SMTP_PORT belongs to the mock mailbox, which GMAIL_USER replaces/],
  ])('is asked for in one line where something is amiss: %o', (source, line) => {
    expect(readEnv(source)).toEqual({ kind: 'broken', lines: [expect.stringMatching(line)] });
  });
});

describe('a broken environment is told in one line per variable', () => {
  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, /^SLACK_BOT_TOKEN needs .* SLACK_SIGNING_SECRET .* or SLACK_APP_TOKEN/],
    [{ SLACK_SIGNING_SECRET: 's' }, /^SLACK_SIGNING_SECRET does nothing without SLACK_BOT_TOKEN: set that too/],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, /^SLACK_APP_TOKEN does nothing without SLACK_BOT_TOKEN/],
    [{ SLACK_API_URL: 'http://localhost' }, /^SLACK_API_URL does nothing without SLACK_BOT_TOKEN/],
    [{ ...http, SLACK_BOT_TOKEN: 'xapp-1' }, /^SLACK_BOT_TOKEN holds an app-level token: give the bot token/],
    [{ ...http, SLACK_APP_TOKEN: 'xoxb-1' }, /^SLACK_APP_TOKEN holds a bot or user token: give the app-level/],
    [{ DATABASE_URL: 'mysql://me@db/app' }, /^DATABASE_URL must be a URL that starts with postgresql:\/\//],
    [{ REDIS_URL: 'localhost:6379' }, /^REDIS_URL must be a URL that starts with redis:\/\//],
    [{ OPENAI_BASE_URL: 'localhost' }, /^OPENAI_BASE_URL must be a URL/],
    [{ PORT: '70000' }, /^PORT must be a whole number from 0 to 65535\.$/],
    [{ PORT: '80a' }, /^PORT must be a whole number/],
    [{ SESSION_CONTEXT_SIZE: '0' }, /^SESSION_CONTEXT_SIZE must be a whole number from 1/],
    [{ MCP_TOOL_CACHE_TTL_SECONDS: '-1' }, /^MCP_TOOL_CACHE_TTL_SECONDS must be a whole number from 0/],
    [{ APPROVALS_CHANNEL: '#approvals' }, /^APPROVALS_CHANNEL must be the id of a Slack channel, such as C0123ABCD/],
    [{ AGENT_CONFIRMATION_TIMEOUT_SECONDS: '9' }, /^AGENT_CONFIRMATION_TIMEOUT_SECONDS must .* from 10 to 86400\.$/],
    [{ AGENT_CONFIRMATION_TIMEOUT_SECONDS: '86401' }, /^AGENT_CONFIRMATION_TIMEOUT_SECONDS must/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of trace, debug,/],
  ])('%j', (source, line) => {
    expect(brokenLines(source)).toEqual([expect.stringMatching(line)]);
  });

  test('all faults at once, and no value among them', () => {
    const lines = brokenLines({ DATABASE_URL: 'mysql://me:hush@db', PORT: 'hush', SLACK_SIGNING_SECRET: 'hush' });
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).not.toContain('hush');
    expect(lines.join('\n').split('\n')).toHaveLength(3);
  });
});

describe('.env.example', () => {
  test('lists every variable, and no other', () => {
    expect(Object.keys(example).sort()).toEqual(Object.keys(variables.shape).sort());
  });

  test('changes nothing when it is copied as it is', () => {
    expect(read(example)).toEqual(read({}));
  });
});

describe('the log', () => {
  test.each([
    ['a field', { headers: { Authorization: 'Bearer abcdef123456' }, apiKey: 'plain' }, ['abcdef123456', 'plain']],
    ['a nested field with quotes in it', { a: { b: { client_secret: 'x"y\\z' } } }, ['y', 'z']],
    ['a quoted body', { body: '{"access_token":"hush1","n":1}' }, ['hush1']],
    ['a message', 'sent xoxb-123-abc456 and xapp-1-A0-99 and sk-proj-abcdef', ['abc456', 'A0-99', 'abcdef']],
    ['an error', { err: new Error('connect postgresql://me:hush@db:5432/app failed') }, ['hush']],
    ['a literal of this installation', 'signature made with 8f742231b10e8888abcd', ['8f742231']],
  ])('hides a secret in %s', (_where, what, secrets) => {
    const line = written(what);
    for (const secret of secrets) expect(line).not.toContain(secret);
    expect(line).toContain('[hidden]');
    expect(() => JSON.parse(line)).not.toThrow();
  });

  test('leaves everything else alone', () => {
    const line = written({ thread: 'C1:1700000000.1', tokens: 12, url: 'http://127.0.0.1:3000/a@b', msg: 'turn done' });
    expect(JSON.parse(line)).toMatchObject({ thread: 'C1:1700000000.1', tokens: 12, url: 'http://127.0.0.1:3000/a@b' });
    expect(line).not.toContain('[hidden]');
  });
});

function read(source: Record<string, string | undefined>): Env {
  const reading = readEnv(source);
  if (reading.kind === 'broken') throw new Error(reading.lines.join('\n'));
  return reading.env;
}

function brokenLines(source: Record<string, string | undefined>): string[] {
  const reading = readEnv(source);
  return reading.kind === 'broken' ? reading.lines : [];
}

function written(what: object | string): string {
  const env = read({ ...http, SLACK_SIGNING_SECRET: '8f742231b10e8888abcd' });
  const lines: string[] = [];
  const log = createLog({ level: 'info', secrets: secretsOf(env), write: (line) => lines.push(line) });
  log.info(what);
  return lines.join('');
}
