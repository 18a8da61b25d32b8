import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readServers } from '../../core/mcp/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-mcp-file-'));

const variable = (name: string) => `\${${name}}`;

describe('mcp.json', () => {
  test('that is missing means no servers', () => {
    expect(readServers(join(folder, 'none.json'), {})).toEqual({ kind: 'ok', servers: {} });
  });

  test('gives stdio and HTTP servers, with variables put in', () => {
    const read = readMcp(
      {
        git: {
          command: 'npx',
          args: ['-y', `git-${variable('USER')}`],
          env: { TOKEN: `x-${variable('GIT_TOKEN')}-y` },
          cwd: `/home/${variable('USER')}`,
        },
        crm: {
          type: 'http',
          url: `https://${variable('HOST')}/mcp?key=${variable('CRM')}`,
          headers: { Authorization: `Bearer ${variable('CRM')}` },
        },
      },
      { GIT_TOKEN: 'g$1', CRM: 'c', USER: 'lisa', HOST: 'crm.example' },
    );
    expect(read).toEqual({
      kind: 'ok',
      servers: {
        git: {
          kind: 'stdio',
          command: 'npx',
          args: ['-y', 'git-lisa'],
          env: { TOKEN: 'x-g$1-y' },
          cwd: '/home/lisa',
          secrets: ['lisa', 'g$1', 'lisa'],
        },
        crm: {
          kind: 'http',
          url: 'https://crm.example/mcp?key=c',
          headers: { Authorization: 'Bearer c' },
          secrets: ['crm.example', 'c', 'c'],
        },
      },
    });
  });

  test.each([
    [
      { crm: { url: 'https://a.b', headers: { A: variable('CRM') } } },
      'server "crm": "headers.A" needs CRM. Set that variable or remove the entry.',
    ],
    [
      { git: { command: 'x', args: ['-y', variable('GIT')] } },
      'server "git": "args.1" needs GIT. Set that variable or remove the entry.',
    ],
    [{ git: { command: variable('BIN') } }, 'server "git": "command" needs BIN.'],
    [{ crm: { url: `https://${variable('CRM_HOST')}` } }, 'server "crm": "url" needs CRM_HOST.'],
    [{ crm: { url: `${variable('WRONG')}://a.b` } }, 'server "crm": "url" is wrong'],
    [
      { my__crm: { url: 'https://a.b' } },
      'server "my__crm": rename it: lower-case letters, digits and hyphens only, 32 at most.',
    ],
    [{ crm: {} }, 'server "crm": give it either "command" (stdio) or "url" (Streamable HTTP).'],
    [{ crm: { url: 'ftp://a.b' } }, 'server "crm": "url" is wrong'],
    [{ crm: { command: 'x', args: 'y' } }, 'server "crm": "args" is wrong'],
    [{ crm: { command: 'x', disabled: true } }, 'server "crm": "disabled" is not known here. Remove it.'],
    [{ crm: { type: 'sse', url: 'https://a.b' } }, 'server "crm": "type": "sse" is not spoken here.'],
    [[], 'expected { "mcpServers"'],
  ])('%j is broken, with one line that says what to do', (servers, message) => {
    const read = readMcp(servers, { WRONG: 'hush' });
    expect(read).toEqual({ kind: 'broken', message: expect.stringContaining(`mcp.json: ${message}`) });
    expect(read.kind === 'broken' && read.message).not.toMatch(/\n|hush/);
  });

  test.each([{}, { servers: { git: { command: 'git' } } }])(
    'that is %j has no servers where they belong',
    (content) => {
      const file = join(folder, 'mcp.json');
      writeFileSync(file, JSON.stringify(content));
      const message = expect.stringMatching(/expected \{ "mcpServers": .* Correct the file or remove it\.$/);
      expect(readServers(file, {})).toEqual({ kind: 'broken', message });
    },
  );

  test('that is no JSON is broken, and what stands in it is not repeated', () => {
    const file = join(folder, 'mcp.json');
    writeFileSync(file, '{ "mcpServers": { "a": { "env": { "T": "secret" } x');
    const message = expect.not.stringContaining('secret');
    expect(readServers(file, {})).toEqual({ kind: 'broken', message });
    expect(readServers(folder, {})).toMatchObject({ kind: 'broken', message: expect.stringContaining('EISDIR') });
  });
});

function readMcp(mcpServers: unknown, environment: Record<string, string>) {
  const file = join(folder, 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers }));
  return readServers(file, environment);
}
