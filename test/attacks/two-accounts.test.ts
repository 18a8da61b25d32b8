import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFor } from '../../core/approvals/list.ts';
import type { ApprovalContext } from '../../core/approvals/types.ts';
import { accountsOf, type People, readPeople } from '../../core/desk/people.ts';
import { countedFor } from '../../core/gate/quotas.ts';
import { openRate } from '../../core/gate/rate-limit.ts';
import { callStates, exceededLimit } from '../../core/records/calls.ts';
import { recordSteps } from '../../core/records/turns.ts';
import type { Principal } from '../../core/records/types.ts';
import { approval, askAndEnd, awaiting, endTurn, straight } from '../approvals/approvals-setup.ts';
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

describe('requests made before people.yaml named the person', () => {
  let records: Records;
  beforeAll(async () => {
    records = await openRecords();
  });
  afterAll(() => records.close());

  const frozen = { person: slack.id, by: slack.id };

  it('are in the list of each account of that person, and in nobody else’s', async () => {
    const asked = await askAndEnd(records.db, frozen);
    const context = { db: records.db, tenant, people, desks: [] } as unknown as ApprovalContext;
    const listOf = async (who: Principal) => (await listFor(context, who)).asked.map(({ id }) => id);
    expect([await listOf(slack), await listOf(mail)]).toEqual([[asked.id], [asked.id]]);
    expect([await listOf(forger), await listOf(marco)]).toEqual([[], []]);
  });

  it('count against the limit of open ones in their thread', async () => {
    const { thread, address } = await askAndEnd(records.db, frozen);
    const reasonFor = async (who: Principal) => {
      await say(records.db, { address });
      const turn = await take(records.db, thread);
      const row = awaiting(approval(), { mostOpen: 1, accounts: accountsOf(people, who) });
      await recordSteps(records.db, turn, [output(turn.steps.length, 'calls')], { calls: [row] });
      await endTurn(records.db, { turn });
      return (await callStates(records.db, tenant, [row.id]))[0]?.reason;
    };
    expect(await reasonFor(mail)).toBe('too many open');
    expect(await reasonFor(marco)).toBeNull();
  });
});
