import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readDeskFile } from '../../core/desk/file.ts';
import { variables } from '../../core/env.ts';
import { readServers } from '../../core/mcp/servers.ts';
import { variables as toolVariables } from '../../mcp-servers/environment.ts';

const root = new URL('../..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Those of one command only stand behind a #. */
const examples = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);

test('.env.example has every variable that anything reads, once, and no other', () => {
  const composed = [...read('docker-compose.yml').matchAll(/\$\{([A-Z0-9_]+)\b/g)].map(([, name = '']) => name);
  const known = new Set([...Object.keys(variables.shape), ...Object.keys(toolVariables.shape), ...composed]);

  expect(examples.toSorted()).toEqual([...known].filter((name) => name !== 'NAME').sort());
});

test('the README has a row for every variable', () => {
  const rows =
    read('README.md')
      .match(/^\| `.*$/gm)
      ?.join('\n') ?? '';
  expect(examples.filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
});

const documents = [
  'README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test.each(documents)('%s links to nothing that is not there', (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
  const broken = links.filter((path) => !existsSync(new URL(path, new URL(document, root))));
  expect(broken).toEqual([]);
});

test('every point at which a process may die is answered for', () => {
  const points = [...read('core/crash-points.ts').matchAll(/^ +\| '([\w.]+)'/gm)].map(([, point = '']) => point);
  const answers = read('docs/what-if-it-fails.md');
  expect(points.length).toBeGreaterThan(12);
  expect(points.filter((point) => !answers.includes(`| \`${point}\` |`))).toEqual([]);
});

test('the example of an mcp.json is one', () => {
  const path = fileURLToPath(new URL('mcp.json.example', root));
  expect(readServers(path, { CRM_API_KEY: 'key' })).toMatchObject({
    kind: 'ok',
    servers: { files: { kind: 'stdio' }, crm: { kind: 'http', headers: { Authorization: 'Bearer key' } } },
  });
});

describe('the desk of docs/approvals.md', () => {
  const document = read('docs/approvals.md');
  const example = /```yaml\n(.*?)```/s.exec(document)?.[1] ?? '';

  test('is one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-documents-'));
    writeFileSync(join(folder, 'refunds.yaml'), example);
    writeFileSync(join(folder, 'jewelry.md'), read('desks/jewelry.md'));
    const desk = readDeskFile(folder, 'refunds.yaml');
    rmSync(folder, { recursive: true });
    expect(desk).toMatchObject({ kind: 'ok', file: { desk: { title: 'Refunds' } } });
  });

  test('is explained with every word that a rule can have', () => {
    const words = [
      'over',
      'under',
      'is',
      'given',
      'asked_by',
      'signers',
      'quorum',
      'own',
      'edited',
      'first',
      'check',
      'fields',
      'shown',
      'probe',
      'customer',
    ];
    const more = ['customers', 'escalate_to', 'rate', 'effect', 'sum', 'most'];
    const missing = [...words, ...more].filter(
      (word) => !document.includes(`${word}:`) && !document.includes(`\`${word}`),
    );
    expect(missing).toEqual([]);
    expect(document).toMatch(/of: principal, over: deny/);
  });
});

describe('the Slack manifest', () => {
  const manifest = parse(read('slack-manifest.yaml'));

  test('asks for the events that the door reads, and for the scopes that these need', () => {
    const { bot_events: events, request_url: address } = manifest.settings.event_subscriptions;
    expect(events).toEqual([
      ...['app_home_opened', 'app_mention'],
      ...['message.channels', 'message.groups', 'message.im', 'message.mpim'],
    ]);
    expect(manifest.oauth_config.scopes.bot).toEqual(
      expect.arrayContaining([
        ...['app_mentions:read', 'channels:history', 'groups:history', 'im:history', 'mpim:history'],
        ...['chat:write', 'assistant:write', 'commands', 'files:write', 'usergroups:read'],
      ]),
    );
    expect(address).toBeUndefined();
    expect(manifest.settings.socket_mode_enabled).toBe(true);
  });
});

describe('docker-compose.yml', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true });

  test('runs the programs that there are, on what they need, and tells its health', () => {
    expect(Object.keys(services)).toEqual(['migrate', 'bot', 'workers', 'postgres', 'redis', 'mail']);
    const compiled = JSON.parse(read('tsconfig.image.json')).files;
    for (const name of ['migrate', 'bot', 'workers']) {
      const source = services[name].command[0].replace('/app/', '').replace(/js$/, 'ts');
      expect(existsSync(new URL(source, root))).toBe(true);
      expect(compiled).toContain(source);
    }
    for (const name of ['bot', 'workers'])
      expect(Object.keys(services[name].depends_on)).toEqual(['postgres', 'redis', 'migrate']);
    expect(services.workers.ports).toBeUndefined();
    for (const name of ['bot', 'workers', 'postgres', 'redis']) expect(services[name].healthcheck.test[0]).toBe('CMD');
  });

  test('gives bot and workers all of .env, and sets what must be otherwise in a container', () => {
    for (const name of ['bot', 'workers']) {
      expect(services[name].env_file).toBe('.env');
      expect(services[name].environment).toMatchObject({ HOST: '0.0.0.0', PORT: '3000' });
      expect(services[name].environment.DATABASE_URL).toContain('@postgres:5432/');
    }
    expect(services.bot.ports).toEqual([expect.stringMatching(/:3000$/)]);
  });

  test('has no secret in it: each comes from outside', () => {
    const given = Object.entries({ ...services.bot.environment, ...services.postgres.environment });
    const secrets = given.filter(([name]) => /TOKEN|SECRET|KEY|PASSWORD/.test(name)).map(([, value]) => value);
    expect(secrets.length).toBeGreaterThan(4);
    expect(secrets).toEqual(secrets.map(() => expect.stringMatching(/^\$\{\w+:[?-]/)));
  });
});
