import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';
import { fits, keep } from '../../mcp-servers/bank/passwords.ts';
import { weaknessesOf } from '../../mcp-servers/bank/weaknesses.ts';
import type { ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { query } from '../support/door.ts';
import { bundled } from '../support/programs.ts';
import { sampleOf } from '../support/seeds.ts';
import { describeEffect } from './effects.ts';
import { atOnce, callTool, hostServer } from './kit.ts';
import { tracesOf } from './traces.ts';

const host = hostServer('bank');
const asked = 'newSecurePass123';
const change = (new_password: string, user_id = 'user_001') => ({ user_id, new_password });

const keptOf = ({ prisma, tenant }: ToolDatabase, userId = 'user_001') =>
  prisma.bankPassword.findUniqueOrThrow({ where: { tenant_userId: { tenant, userId } } });

describe('change_password', () => {
  test('says to whoever lists the tools that the password is a secret', async () => {
    const { client } = await host.open('read only');
    const { tools } = await client.listTools();
    const tool = tools.find(({ name }) => name === 'change_password');
    expect(tool?.inputSchema.properties).toMatchObject({
      new_password: { type: 'string', minLength: 12, writeOnly: true, format: 'password' },
    });
  });

  test('keeps a salted scrypt hash that only the new password fits, and tells the days', async () => {
    const { call, db } = await host.open();
    const said = await call('change_password', change(asked));
    const first = await keptOf(db);
    expect(said.data).toMatchObject({
      before: { password_changed_on: '2026-04-22' },
      after: { password_changed_on: first.changedAt.toISOString().slice(0, 10) },
    });
    expect(first).toMatchObject({ costN: 2 ** 15, blockR: 8, parallelP: 3, version: 2 });
    expect([first.salt.length, first.hash.length]).toEqual([16, 32]);
    expect([await fits(asked, first), await fits('newSecurePass124', first)]).toEqual([true, false]);

    await call('change_password', change('four unrelated words'));
    const second = await keptOf(db);
    expect([await fits(asked, second), await fits('four unrelated words', second)]).toEqual([false, true]);
    await call('change_password', change('four unrelated words', 'user_002'));
    expect((await keptOf(db, 'user_002')).hash).not.toEqual(second.hash);
  });

  const refused = [
    ['short1', 'at least 12'],
    ['x'.repeat(129), 'at most 128'],
    ['newSecure\nPass123', 'control characters'],
    ['Password123456', 'everybody tries first'],
    ['QWERTY!!!!!2024', 'everybody tries first'],
    ['12iloveyou3456', 'everybody tries first'],
    ['gaMorganGreen77', 'own name'],
    ['alex-and-the-sea', 'own name'],
    ['for-user_001-only', 'own name'],
    ['aaaaaaaaaaaaaaaa', 'repeats the same'],
    ['Kat7Kat7Kat7Kat7', 'repeats the same'],
    ['1234567890ab', 'everybody tries first'],
    ['zyxwvutsrq99', 'sequence'],
    ['asdfghjkl-poiuyt', 'everybody tries first'],
    ['ｐａｓｓｗｏｒｄ１２３４', 'everybody tries first'],
    ['ａｌｅｘｍｏｒｇａｎ１２３', 'own name'],
  ] as const;
  test.each(sampleOf('refused passwords', refused, 5))('refuses %s: %s', async (password, hint) => {
    const { call, db } = await host.open('read only');
    const said = await call('change_password', change(password));
    expect(said).toMatchObject({ isError: true, text: expect.stringContaining(hint) });
    expect(said.text).not.toContain(password);
    expect((await keptOf(db)).version).toBe(1);
  });

  const owner = {
    id: 'user_001',
    name: 'Alex Morgan',
    email: 'alex.morgan@example.com',
    phone: '+1 503 555 0141',
    street: '418 Alder Street, Apt 6',
    city: 'Portland',
    state: 'Oregon',
    postalCode: '97205',
    country: 'United States',
  };

  const weak = [
    '1q2w3e4r5t6y',
    '1qaz2wsx3edc',
    'P4ssw0rd1234',
    'Pa55word2026!',
    'P@$$w0rd1234',
    'password password',
    'Password!Password1',
    'iloveyou iloveyou',
    'changeme changeme',
    'adminadmin12',
    'thisismypassword',
    '112233445566',
    '147258369147',
    'Summer2026!!',
    'Winter2025!!',
    'drowssap1234',
    '4l3xm0rg4n12',
    'mypassword2026',
    '418 Alder Street, Apt 6',
    '418AlderStreet6',
    'P0rtl4nd!97205',
    'portland-oregon',
    '+1 503 555 0141',
    '503-555-0141!!',
    '5550141Portland',
    'Welcome2026!Welcome',
    'Summer2026!Summer',
    'Tr0ub4dor&3Tr0ub4dor&3',
    'correct horse battery staple',
    'CorrectHorseBatteryStaple1!',
    'thequickbrownfox',
    'May-the-Force-be-with-you!',
  ];
  test.each(sampleOf('weak passwords', weak, 8))('finds %s weak', async (password) => {
    expect(await weaknessesOf(password, owner)).not.toEqual([]);
  });

  test.each([
    asked,
    'correct horse battery',
    'a raven of portland street',
    'Tr0ub4dor&3-again',
    'Tr0ub4dor&3x!kelp',
    '¿dónde está 42?',
    'morg-the-unrelated',
  ])('has nothing against %s', async (password) => {
    expect(await weaknessesOf(password, owner)).toEqual([]);
  });

  test('has nothing against a word that happens to be a short part of where the customer lives', async () => {
    const newYorker = { ...owner, street: '123 Pass Road', city: 'New York', state: 'New York', postalCode: '10023' };
    expect(await weaknessesOf(asked, newYorker)).toEqual([]);
    expect(await weaknessesOf('New York, New York 10023', newYorker)).not.toEqual([]);
  });

  test('leaves threads to the rest of its process', async () => {
    const hashes = Array.from({ length: 6 }, () => keep(asked));
    const first = await Promise.race([...hashes.map((hash) => hash.then(() => 'hash')), stat('.').then(() => 'file')]);
    expect(first).toBe('file');
    await Promise.all(hashes);
  });

  test('takes one password for the same however a keyboard wrote its letters', async () => {
    const { call } = await host.open();
    await call('change_password', change('Crème-brûlée 73'.normalize('NFC')));
    const again = await call('change_password', change('Crème-brûlée 73'.normalize('NFD')));
    expect(again).toMatchObject({ isError: true, text: expect.stringContaining('already') });
  });

  test('refuses the password that is in use, and a user that there is not', async () => {
    const { call, db } = await host.open();
    await call('change_password', change(asked));
    const same = await call('change_password', change(asked));
    expect(same).toMatchObject({ isError: true, text: expect.stringContaining('already') });
    expect((await keptOf(db)).version).toBe(2);
    const nobody = await call('change_password', change(asked, 'user_999'));
    expect(nobody).toMatchObject({ isError: true, text: expect.stringContaining('get_account_details') });
  });

  test('is told as done where its key comes again, whatever has become of the customer since', async () => {
    const { call, db } = await host.open();
    const riverside = change('Riverside Meadow 88');
    await call('change_password', riverside, 'key-1');
    const [street, city, state] = ['Riverside Meadow 88', 'Portland', 'Oregon'];
    const moved = { user_id: 'user_001', street, city, state, postal_code: '97205', country: 'United States' };
    expect(await call('update_address', moved)).toMatchObject({ isError: false });
    const anew = await call('change_password', riverside);
    expect(anew).toMatchObject({ isError: true, text: expect.stringContaining('too weak') });
    const again = await call('change_password', riverside, 'key-1');
    expect(again).toMatchObject({ isError: false, data: { idempotent_replay: true } });

    // Only the owner of the tables can take a customer's password away.
    await query(host.url(), `delete from bank.passwords where tenant = '${db.tenant}' and user_id = 'user_001'`);
    const late = await call('change_password', riverside, 'key-1');
    expect(late).toMatchObject({ isError: false, data: { idempotent_replay: true } });
  });

  test('by two at once changes it once, and says so to the other', async () => {
    const { call, db } = await host.openBusy();
    const said = await atOnce(2, (at) => call('change_password', change(`unrelated words ${at}`)));
    expect(said.filter(({ isError }) => !isError)).toHaveLength(1);
    expect(said.filter(({ text }) => text.includes('at the same moment'))).toHaveLength(1);
    expect((await keptOf(db)).version).toBe(2);
  });
});

describe('a password that was given', () => {
  test('is nowhere: in no table, no answer and no word for the operator; nor is a fast digest of it', async () => {
    const { db } = await host.open();
    const { url, tenant } = { url: host.url(), tenant: db.tenant };
    const { said, heard } = await overStdio(url, tenant, async (call) => [
      await call('change_password', change(asked), 'key-1'),
      await call('change_password', change(asked), 'key-1'),
      await call('change_password', change('anotherSecurePass9'), 'key-1'),
      await call('change_password', change('alexSecurePass123')),
      await call('change_password', { user_id: 7, new_password: asked }),
      await call('change_password', change('7Short')),
    ]);
    expect(said.map(({ isError }) => isError)).toEqual([false, false, true, true, true, true]);
    for (const secret of [asked, 'anotherSecurePass9', 'alexSecurePass123', '7Short']) {
      expect(`${JSON.stringify(said)}${heard}`).not.toContain(secret);
      expect(await tracesOf(url, secret)).toEqual([]);
    }
    const [row] = await db.prisma.effect.findMany();
    const plain = JSON.stringify([
      ['new_password', asked],
      ['user_id', 'user_001'],
    ]);
    expect(row?.argumentsHash).not.toBe(createHash('sha256').update(plain).digest('hex'));
  });

  test('is found by this search where it is kept', async () => {
    const { db } = await host.open();
    const digest = createHash('sha256').update('planted-Secret9').digest('hex');
    await db.prisma.effect.create({
      data: { tenant: db.tenant, key: 'k', server: 'bank', tool: 't', argumentsHash: digest, result: {} },
    });
    expect(await tracesOf(host.url(), 'planted-Secret9')).toEqual(['tools.effects']);
  });
});

type ToolCall = (tool: string, args: object, key?: string) => ReturnType<typeof callTool>;

/** With the server as a process of its own, so that whatever it prints is heard. */
async function overStdio<T>(url: string, tenant: string, work: (call: ToolCall) => Promise<T>) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...bundled('mcp-servers/main.ts'), 'bank'],
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: url, MCP_TENANT: tenant },
    stderr: 'pipe',
  });
  let heard = '';
  transport.stderr?.on('data', (chunk) => {
    heard += chunk;
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const said = await work((tool, args, key) => callTool(client, tool, args, key));
  await client.close();
  return { said, heard };
}

describeEffect('bank', host, 'change_password', {
  args: change(asked),
  others: change('anotherSecurePass9'),
  trace: ({ prisma }) =>
    prisma.bankPassword.findMany({ select: { userId: true, version: true }, orderBy: { userId: 'asc' } }),
});
