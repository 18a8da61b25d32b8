import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide } from '../../core/approvals/decide.ts';
import type { ApprovalContext } from '../../core/approvals/types.ts';
import { systemClock } from '../../core/clock.ts';
import type { Directory } from '../../core/desk/types.ts';
import type { Gate } from '../../core/gate/types.ts';
import { createLog } from '../../core/log.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { dispatch } from '../../workers/dispatch.ts';
import { openRecords, type Records, tenant } from '../crash/records.ts';
import { desk } from './approvals-desk.ts';
import { approve, approved, askAndEnd, look, people } from './approvals-setup.ts';

let records: Records;
beforeAll(async () => {
  records = await openRecords();
});
afterAll(() => records.close());

const rule = {
  effect: 'once' as const,
  rule: 'approve' as const,
  when: [],
  quorum: 1,
  own: false,
  edited: false,
  first: [],
};

/** A worker for whom these accounts may sign, and whose gate lets every call through. */
function worker(signers: string[] | 'unknown', unreadable?: string) {
  const sent: string[] = [];
  const directory: Directory = {
    async includes(_signer, account) {
      if (signers === 'unknown' || account === unreadable) throw new Error('Slack does not answer');
      return { found: signers.includes(account), ageMs: 0 };
    },
    mention: (account) => account,
  };
  const permit = { tool: { name: 'shop__refund' }, args: {}, effect: 'once' };
  const gate = {
    review: async () => ({ kind: 'ready', permit, counted: { limits: [], amounts: {} } }),
    async execute() {
      sent.push('refund');
      return { kind: 'ok', text: 'refunded' };
    },
  } as unknown as Gate;
  const parts = {
    ...{ db: records.db, clock: systemClock, people, directory, channels: {}, redact: (text: string) => text },
    jobs: { ping: async () => {}, add: () => {}, close: async () => {} },
    log: createLog({ level: 'fatal' }),
    desks: [{ ...desk, tools: new Map([['shop__refund', rule]]) }],
    gateOf: () => gate,
  } as unknown as WorkerContext;
  const reject = (approval: string, id: string) =>
    decide(
      { ...parts, tenant } as ApprovalContext,
      { kind: 'staff', id },
      approval,
      { verdict: 'reject', reason: null },
      { showsAll: () => true },
    );
  return {
    sent,
    reject,
    run: (approval: string) => dispatch(parts, { tenant, approval }, new AbortController().signal),
  };
}

it('a call that was signed goes out while its signer may sign', async () => {
  const asked = await approved(records.db);
  const { run, sent } = worker(['U0MIA']);
  await run(asked.id);
  expect(sent).toEqual(['refund']);
  expect((await look(records, asked.id)).state).toBe('succeeded');
});

it('a call does not go out once its signer has lost the role, and its thread is told', async () => {
  const asked = await approved(records.db);
  const { run, sent } = worker(['U0BEN']);
  await run(asked.id);
  expect(sent).toEqual([]);
  expect(await look(records, asked.id)).toMatchObject({ state: 'void', outcomes: ['void'] });
});

it('a call does not go out once one of two signers has lost the role', async () => {
  const asked = await askAndEnd(records.db, { quorum: 2 });
  await approve(records.db, asked.id, 'Mia');
  await approve(records.db, asked.id, 'Ben');
  const { run, sent } = worker(['U0BEN']);
  await run(asked.id);
  expect(sent).toEqual([]);
  expect((await look(records, asked.id)).state).toBe('void');
});

it('a call waits while nobody can say who may sign', async () => {
  const asked = await approved(records.db);
  const { run, sent } = worker('unknown');
  await run(asked.id);
  expect(sent).toEqual([]);
  expect((await look(records, asked.id)).state).toBe('approved');
});

it('a rejection does not wait until somebody can say whether an earlier signer may still sign', async () => {
  const asked = await askAndEnd(records.db, { quorum: 2 });
  await approve(records.db, asked.id, 'Mia');
  const { reject } = worker(['U0BEN'], 'U0MIA');
  expect(await reject(asked.id, 'U0BEN')).toEqual({ kind: 'rejected' });
});
