import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everyoneAlone } from '../../core/desk/people.ts';
import { openGate } from '../../core/gate/gate.ts';
import { openSeals, sealKey } from '../../core/gate/seals.ts';
import { DOTS, mayBeSecret, rawGuessed, rawShown, secretPaths, secretsIn } from '../../core/gate/secrets.ts';
import type { Caller, Decision } from '../../core/gate/types.ts';
import { type Database, openDatabase } from '../../core/records/database.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { plainServer } from '../fakes/mcp/plain-server.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { approvalOf, deskWith, frozenOf, lisa } from './gate-setup.ts';

const secret = { type: 'string', writeOnly: true };
const schema = { properties: { user: { type: 'string' }, password: secret, note: { type: 'string' } } };
const literal = 'hunter2 & "co"';
const args = { user: 'lisa', password: literal };
const execution = { signal: new AbortController().signal, idempotencyKey: 'k' };

describe('a secret argument', () => {
  let home: TestDatabase;
  let db: Database;
  const key = randomBytes(32);
  beforeAll(async () => {
    home = await freshDatabase();
    db = openDatabase(home.url);
  });
  afterEach(async () => {
    await db.read('T1', (tx) => tx.$executeRaw`delete from countersign.sealed`);
    await closeAll();
  });
  afterAll(async () => {
    await db.close();
    await home.drop();
  });

  const desk = deskWith({ shop__reset: {}, shop__ask: { rule: 'approve' } });
  const caller: Caller = { desk, principal: lisa };
  function start(seals = openSeals(db, 'T1', key)) {
    const echo = { schema, run: ({ password }: Record<string, unknown>) => ({ said: `set to ${password}`, password }) };
    const server = plainServer({ reset: echo, ask: echo });
    return {
      server,
      gate: openGate(open({ shop: server.entry }), [], {
        tenant: 'T1',
        seals,
        rate: null,
        people: everyoneAlone,
        exceeded: async () => null,
      }),
    };
  }
  const sealedRows = () =>
    db.read('T1', (tx) => tx.$queryRaw<{ id: string; box: Uint8Array }[]>`select id, box from countersign.sealed`);
  function dispatched(decision: Decision) {
    if (decision.kind !== 'dispatch') throw new Error(JSON.stringify(decision));
    return decision;
  }

  it('of a call that runs is in nothing that is recorded, reaches the tool, and is gone then', async () => {
    const { gate, server } = start();
    const decided = dispatched(await gate.decide(caller, { name: 'shop__reset', arguments: JSON.stringify(args) }));

    expect(decided.secrets).toEqual([literal]);
    expect(JSON.stringify([decided.permit, decided.raw])).not.toContain('hunter2');
    const [row] = await sealedRows();
    expect(decided.permit.args).toEqual({ user: 'lisa', password: { $sealed: row?.id } });
    expect(Buffer.from(row!.box).toString('latin1')).not.toContain('hunter2');

    const outcome = await gate.execute(decided.permit, execution);
    expect(server.ledger).toEqual([{ tool: 'reset', args }]);
    expect(outcome).toMatchObject({ kind: 'ok', structured: { said: `set to ${DOTS}`, password: DOTS } });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    expect(await sealedRows()).toEqual([]);
  });

  it('is found again by the worker that takes the recorded call up, and by nobody else', async () => {
    const first = dispatched(
      await start().gate.decide(caller, { name: 'shop__reset', arguments: JSON.stringify(args) }),
    );
    const { gate, server } = start();
    const recorded = { name: 'shop__reset', arguments: first.raw };

    expect(await gate.decide(caller, recorded)).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('sealed'),
    });
    const again = dispatched(await gate.decide(caller, { ...recorded, recorded: true }));
    expect(again.permit).toEqual(first.permit);
    await gate.execute(again.permit, execution);
    expect(server.ledger).toEqual([{ tool: 'reset', args }]);
    expect(await gate.decide(caller, { ...recorded, recorded: true })).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('not kept any more'),
    });
  });

  it('does not show in another argument', async () => {
    const { gate, server } = start();
    const first = dispatched(await gate.decide(caller, { name: 'shop__reset', arguments: JSON.stringify(args) }));
    const moved = JSON.stringify({ user: 'lisa', note: first.permit.args.password });

    const decided = await gate.decide(caller, { name: 'shop__reset', arguments: moved, recorded: true });
    expect(decided).toMatchObject({ kind: 'refused', args: { note: DOTS } });
    expect(server.called()).toEqual([]);
  });

  it('of a call that waits is shown as a seal, is the same for the same call, and is kept until it is over', async () => {
    const { gate, server } = start();
    const asked = { name: 'shop__ask', arguments: JSON.stringify(args) };
    const decision = await gate.decide(caller, asked);
    const frozen = frozenOf(decision);
    const other = { ...asked, arguments: JSON.stringify({ ...args, password: 'other' }) };

    expect(JSON.stringify({ ...decision, secrets: [] })).not.toContain('hunter2');
    expect(decision).toMatchObject({ raw: `{"password":"${DOTS}","user":"lisa"}`, secrets: [literal] });
    expect(frozen).toMatchObject({ secret: ['password'], args: { password: { $sealed: frozen.sealed[0] } } });
    expect(frozenOf(await gate.decide(caller, asked)).callHash).toBe(frozen.callHash);
    expect(frozenOf(await gate.decide(caller, other)).callHash).not.toBe(frozen.callHash);

    const reviewed = await gate.review(caller, approvalOf(frozen));
    if (reviewed.kind !== 'ready') throw new Error(JSON.stringify(reviewed));
    expect(JSON.stringify(reviewed)).not.toContain('hunter2');
    await gate.execute(reviewed.permit, execution);
    expect(server.ledger).toEqual([{ tool: 'ask', args }]);
    expect((await sealedRows()).map(({ id }) => id)).toContain(frozen.sealed[0]);
  });

  it('that is gone, or sealed with another key, lets nothing run', async () => {
    const { gate, server } = start();
    const approval = approvalOf(
      frozenOf(await gate.decide(caller, { name: 'shop__ask', arguments: JSON.stringify(args) })),
    );
    const permit = await gate.review(caller, approval);
    const stranger = start(openSeals(db, 'T1', randomBytes(32)));

    expect(await stranger.gate.review(caller, approval)).toMatchObject({
      kind: 'down',
      reason: expect.stringContaining('SEAL_KEY'),
    });
    await openSeals(db, 'T1', key).forget(approval.details.sealed);
    expect(await gate.review(caller, approval)).toMatchObject({
      kind: 'void',
      reason: 'secrets_gone',
    });
    if (permit.kind !== 'ready') throw new Error(permit.kind);
    expect(await gate.execute(permit.permit, execution)).toMatchObject({ kind: 'unreachable' });
    expect([...server.called(), ...stranger.server.called()]).toEqual([]);
  });

  it('stays as it is in an edit, and cannot be put there by one', async () => {
    const { gate } = start();
    const approval = approvalOf(
      frozenOf(await gate.decide(caller, { name: 'shop__ask', arguments: JSON.stringify(args) })),
    );

    for (const password of [DOTS, undefined, 'another', { $sealed: 'forged' }]) {
      const edited = await gate.edit(caller, approval, { user: 'max', password });
      expect(edited).toMatchObject({
        kind: 'sign',
        frozen: { args: { user: 'max', password: JSON.parse(approval.canonical).password } },
      });
    }
    const moved = { user: 'max', note: JSON.parse(approval.canonical).password };
    expect(await gate.edit(caller, approval, moved)).toMatchObject({ kind: 'refused' });
    const plain = approvalOf(frozenOf(await gate.decide(caller, { name: 'shop__ask', arguments: '{"user":"lisa"}' })));
    expect(await gate.edit(caller, plain, { user: 'lisa', password: 'x' })).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('cannot be changed'),
    });
  });

  it('is asked for anew where the model repeats the dots, and is hidden in what is refused', async () => {
    const { gate, server } = start();
    const dots = await gate.decide(caller, {
      name: 'shop__reset',
      arguments: JSON.stringify({ ...args, password: DOTS }),
    });
    const wrong = await gate.decide(caller, { name: 'shop__reset', arguments: JSON.stringify({ ...args, user: 1 }) });

    expect(dots).toMatchObject({ kind: 'refused', text: expect.stringContaining('was not kept') });
    expect(JSON.stringify({ ...wrong, secrets: [] })).not.toContain('hunter2');
    expect(wrong).toMatchObject({ kind: 'refused', args: { user: 1, password: DOTS }, secrets: [literal] });
    expect([server.called(), await sealedRows()]).toEqual([[], []]);
  });

  it('cannot be read by another tenant, nor put under another seal', async () => {
    const one = openSeals(db, 'T1', key);
    const a = await one.close(['a'], 'first');
    const b = await one.close(['b'], 'second');
    await db.read('T1', (tx) => tx.$executeRaw`delete from countersign.sealed where id = ${a}`);
    await db.read(
      'T1',
      (tx) =>
        tx.$executeRaw`insert into countersign.sealed select tenant, ${a}, box from countersign.sealed where id = ${b}`,
    );

    expect(await one.open(b)).toEqual({ kind: 'open', secret: 'second' });
    expect(await one.open(a)).toEqual({ kind: 'locked' });
    expect(await openSeals(db, 'T2', key).open(b)).toEqual({ kind: 'gone' });
  });
});

describe('where secrets stand', () => {
  const inner = { type: 'object', properties: { pin: { format: 'password' }, name: { type: 'string' } } };

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['by x-secret', { properties: { a: { 'x-secret': true } } }, { a: 1, b: 2 }, ['a']],
    [
      'in an object in a list',
      { properties: { a: { items: inner } } },
      { a: [{ pin: 1, name: 'x' }, { pin: 2 }] },
      ['a.0.pin', 'a.1.pin'],
    ],
    [
      'behind a reference',
      { properties: { a: { $ref: '#/$defs/in~1ner' } }, $defs: { 'in/ner': inner } },
      { a: { pin: 1 } },
      ['a.pin'],
    ],
    ['behind one that leads nowhere', { properties: { a: { $ref: '#/$defs/none' } } }, { a: 1, b: 1 }, ['a']],
    ['in one of several', { properties: { a: { anyOf: [{ type: 'null' }, inner] } } }, { a: { pin: 1 } }, ['a.pin']],
    ['under names of a pattern', { patternProperties: { '^p': secret } }, { p1: 'x', q: 'y' }, ['p1']],
    ['in whatever else there is', { properties: { q: {} }, additionalProperties: secret }, { p: 'x', q: 'y' }, ['p']],
    ['everywhere', { 'x-secret': true }, { a: 1, b: 2 }, ['a', 'b']],
    [
      'in a schema of schemas',
      { $ref: '#/$defs/n', $defs: { n: { properties: { pin: secret, next: { $ref: '#/$defs/n' } } } } },
      { pin: 'a', next: { next: { pin: 'b' } } },
      ['pin', 'next.next.pin'],
    ],
    ['not where there is none', { properties: { a: secret, b: secret } }, { a: null, b: '' }, ['b']],
    ['nowhere', { properties: { a: { type: 'string' } } }, { a: 'x' }, []],
  ])('%s', (_, schema, args, expected) => {
    expect(secretPaths(schema, args).map((path) => path.join('.'))).toEqual(expected);
  });

  it('is found in a schema that joins itself over and over', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `d${i}`,
        { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${(i + 2) % 61}` }] },
      ]),
    );
    const looping = { $ref: '#/$defs/d0', $defs: { ...$defs, d60: { properties: { pin: secret } }, d61: {} } };

    expect(secretPaths(looping, { pin: 'x' })).toEqual([['pin']]);
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['where it is marked', { properties: { a: secret } }, true],
    ['within it', { properties: { a: { properties: { b: { items: inner } } } } }, true],
    ['behind a reference', { properties: { a: { $ref: '#/$defs/x' } }, $defs: { x: inner } }, true],
    ['behind one that leads nowhere', { properties: { a: { $ref: '#/$defs/none' } } }, true],
    ['on a condition', { properties: { a: {} }, if: {}, else: { allOf: [{ properties: { a: secret } }] } }, true],
    ['in whatever else there is', { properties: { b: {} }, additionalProperties: inner }, true],
    ['not beside it', { properties: { a: { type: 'string' }, b: secret } }, false],
    [
      'not behind a harmless reference',
      { properties: { a: { $ref: '#/$defs/x' } }, $defs: { x: {}, y: inner } },
      false,
    ],
  ])('may be, whether or not there is a value: %s', (_, schema, expected) => {
    expect(mayBeSecret(schema, 'a')).toBe(expected);
  });

  it('is told of arguments that are refused, as far as they can be read', () => {
    expect(secretsIn('{"password":"x","note":"y"}', schema)).toEqual(['x']);
    expect(secretsIn('{"password":"a\\u0000b","password":"x"}', schema)).toEqual(['x']);
    expect(secretsIn('{"password":"a\\u0000b"}', schema)).toEqual(['a\ufffdb']);
    expect(secretsIn('{"password":"x"', schema)).toEqual([]);
  });

  it('is not shown of what the model wrote, and all is hidden where that cannot be read', () => {
    expect(rawShown('{"password":"x","a":1}', schema)).toBe(`{"a":1,"password":"${DOTS}"}`);
    expect(rawShown('{"password":"x"', schema)).toBe('{}');
    expect(rawShown('{"password":"x","password":"y"}', schema)).toBe('{}');
    expect(rawShown('{ "a":1 }', schema)).toBe('{ "a":1 }');
    expect(rawShown('{"a"', { properties: {} })).toBe('{"a"');
  });

  it('is guessed by its name where the tool is out of reach', () => {
    expect(rawGuessed('{"new_password":"x","in":{"apiKey":["y"]},"id":7}')).toBe(
      `{"id":7,"in":{"apiKey":"${DOTS}"},"new_password":"${DOTS}"}`,
    );
    expect(rawGuessed('{"password":"x"')).toBe('{}');
    expect(rawGuessed('{ "id":7 }')).toBe('{ "id":7 }');
  });
});

describe('the key of seals', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-key-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is made once, for its owner only, and is the same afterwards', () => {
    const data = join(folder, 'data');
    const first = sealKey(undefined, data);

    expect(first.kind).toBe('ok');
    expect(sealKey(undefined, data)).toEqual(first);
    expect(statSync(join(data, 'seal.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(data, 'seal.key'), 'utf8')).toHaveLength(64);
  });

  it('is the one that is given, and a poor one is refused', () => {
    writeFileSync(join(folder, 'seal.key'), 'short');

    expect(sealKey('x'.repeat(32), folder)).toEqual({ kind: 'ok', key: Buffer.from('x'.repeat(32)) });
    expect(sealKey('secret', folder)).toMatchObject({
      kind: 'broken',
      line: expect.stringContaining('SEAL_KEY must hold 32'),
    });
    expect(sealKey(undefined, folder)).toMatchObject({ kind: 'broken', line: expect.stringContaining('seal.key') });
  });
});
