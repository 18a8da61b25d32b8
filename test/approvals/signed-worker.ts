import { decide } from '../../core/approvals/decide.ts';
import { settle } from '../../core/approvals/settle.ts';
import type { ApprovalContext } from '../../core/approvals/types.ts';
import { systemClock } from '../../core/clock.ts';
import type { Directory } from '../../core/desk/types.ts';
import type { Gate } from '../../core/gate/types.ts';
import { createLog } from '../../core/log.ts';
import type { ToolOutcome } from '../../core/mcp/types.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { dispatch } from '../../workers/dispatch.ts';
import { type Records, tenant } from '../crash/records.ts';
import { desk } from './approvals-desk.ts';
import { people } from './approvals-setup.ts';

const rule = {
  effect: 'once' as const,
  rule: 'approve' as const,
  when: [],
  quorum: 1,
  own: false,
  edited: false,
  first: [],
};

type Made = {
  signers: string[] | 'unknown';
  /** The directory does not answer about this account. */
  unreadable?: string;
  /** What the tool answers, one after the other. */
  answers?: ToolOutcome[];
};

/** A worker for whom these accounts may sign, and whose gate lets every call through. */
export function worker({ db }: Records, { signers, unreadable, answers = [] }: Made) {
  const sent: string[] = [];
  const directory: Directory = {
    async compare(_signer, account) {
      if (signers === 'unknown' || account === unreadable) throw new Error('Slack does not answer');
      return { match: signers.includes(account) ? 'user' : 'none', ageMs: 0 };
    },
    mention: (account) => account,
  };
  const permit = { tool: { name: 'shop__refund' }, args: {}, effect: 'once' };
  const gate = {
    review: async () => ({ kind: 'ready', permit, counted: { limits: [], amounts: {} } }),
    probe: async () => null,
    async execute() {
      sent.push('refund');
      return answers.shift() ?? { kind: 'ok', text: 'refunded' };
    },
  } as unknown as Gate;
  const context = {
    ...{ db, clock: systemClock, people, directory, channels: {}, redact: (text: string) => text },
    jobs: { ping: async () => {}, add: () => {}, close: async () => {} },
    log: createLog({ level: 'fatal' }),
    desks: [{ ...desk, tools: new Map([['shop__refund', rule]]) }],
    gateOf: () => gate,
  } as unknown as WorkerContext;
  const deciding = { ...context, tenant } as ApprovalContext;
  const staff = (id: string) => ({ kind: 'staff', id }) as const;
  return {
    sent,
    run: (approval: string) => dispatch(context, { tenant, approval }, new AbortController().signal),
    reject: (approval: string, id: string) =>
      decide(deciding, staff(id), approval, { verdict: 'reject', reason: null }, { showsAll: () => true }),
    sendAgain: (approval: string, id: string) => settle(deciding, staff(id), approval, 'again'),
  };
}
