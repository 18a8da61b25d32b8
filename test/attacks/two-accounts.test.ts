import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type People, readPeople } from '../../core/desk/people.ts';
import { countedFor } from '../../core/gate/quotas.ts';
import { openRate } from '../../core/gate/rate-limit.ts';
import { exceededLimit } from '../../core/records/approvals.ts';
import { recordSteps } from '../../core/records/turns.ts';
import type { Principal } from '../../core/records/types.ts';
import { straight } from '../approvals/approvals-setup.ts';
import { openRecords, output, type Records, say, take, tenant } from '../crash/records.ts';
import { deskWith } from '../gate/gate-setup.ts';

const slack: Principal = { kind: 'staff', id: `slack:${tenant}:U0LISA` };
const mail: Principal = { kind: 'customer', id: 'email:Lisa@shop.example' };
const forger: Principal = { kind: 'anonymous', id: 'email:lisa@shop.example' };
const marco: Principal = { kind: 'staff', id: `slack:${tenant}:U0MARCO` };

let folder: string;
let people: People;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-people-'));
  writeFileSync(join(folder, 'people.yaml'), 'lisa: [slack:U0LISA, email:lisa@shop.example]\n');
  const read = readPeople(join(folder, 'people.yaml'));
  if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
  people = read.people;
});
afterAll(() => rmSync(folder, { recursive: true }));

it('one person with two accounts asks no more often than with one, and nobody asks under their name', async () => {
  const desk = deskWith({}, { rate: { calls: 2, seconds: 60 } });
  const rate = openRate(people);
  await rate.take(tenant, slack, desk);
  await rate.take(tenant, mail, desk);
  expect((await rate.take(tenant, slack, desk)).kind).toBe('over');
  expect((await rate.take(tenant, mail, desk)).kind).toBe('over');
  expect((await rate.take(tenant, forger, desk)).kind).toBe('ok');
  expect((await rate.take(tenant, marco, desk)).kind).toBe('ok');
});

describe('a limit for each who asks', () => {
  let records: Records;
  beforeAll(async () => {
    records = await openRecords();
  });
  afterAll(() => records.close());

  const quota = { id: 'refunds', tools: ['shop__refund'], most: 2, seconds: 3600 };
  const desk = deskWith({}, { name: 'jewelry', quotas: [{ ...quota, of: 'principal', over: { kind: 'deny' } }] });
  const usedBy = async (principal: Principal) => {
    const counted = countedFor({ desk, principal }, people, 'shop__refund', {});
    const asked = { ...counted, limits: counted.limits.map((limit) => ({ ...limit, most: 0 })) };
    return (await exceededLimit(records.db, tenant, asked))?.used;
  };
  const wentOut = async (principal: Principal) => {
    const { db } = records;
    const turn = await take(db, await say(db, { principal }));
    await recordSteps(db, turn, [output(1, 'calls')], { calls: [straight([], {}, {})] });
  };

  it('counts what went out under any account of that person', async () => {
    await wentOut(slack);
    await wentOut(mail);
    await wentOut(forger);
    expect(await usedBy(slack)).toBe(2);
    expect(await usedBy(mail)).toBe(2);
    expect(await usedBy(forger)).toBe(1);
    expect(await usedBy(marco)).toBe(0);
  });
});
