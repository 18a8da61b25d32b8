import { everyoneAlone } from '../../core/desk/people.ts';
import type { Desk, Field, ToolRule } from '../../core/desk/types.ts';
import type { Seals } from '../../core/gate/seals.ts';
import type { Decision, Frozen, GateContext } from '../../core/gate/types.ts';
import type { Approval } from '../../core/records/approvals.ts';
import type { Principal } from '../../core/records/types.ts';

export const lisa: Principal = { kind: 'staff', id: 'U0LISA' };
export const anna: Principal = { kind: 'customer', id: 'CUST-001' };
export const nobody: Principal = { kind: 'anonymous', id: 'x@y.example' };

export function deskWith(tools: Record<string, Partial<ToolRule>>, more: Partial<Desk> = {}): Desk {
  const rule = { effect: 'once', rule: 'allow', when: [], quorum: 1, own: false, edited: true, first: [] } as const;
  return {
    name: 'shop',
    title: 'Shop',
    instructions: 'Help.',
    email: { addresses: [], answers: 'answer', assistant: true, cc: false, handOver: [], colleagues: [] },
    slack: { channels: '*', directMessages: true, followUps: true, bots: [] },
    tools: new Map(Object.entries(tools).map(([name, one]) => [name, { ...rule, when: [], first: [], ...one }])),
    roles: new Map(),
    approvals: { hours: 24, signers: ['U0MAX'] },
    quotas: [],
    customers: { kind: 'principal' },
    examples: [],
    entities: [],
    commands: {},
    limits: { steps: 5, tokens: 1000, seconds: 10, toolSeconds: 5 },
    ...more,
  };
}

export function compared(...paths: string[]): Field[] {
  return paths.map((path) => ({ path, compared: true }));
}

const never = () => {
  throw new Error('there are no secrets in this test');
};
const noSeals: Seals = { close: never, open: never, forget: never };
export const noSecrets: Omit<GateContext, 'tools' | 'permit'> = {
  tenant: 'T1',
  seals: noSeals,
  rate: null,
  people: everyoneAlone,
  exceeded: async () => null,
};

export function frozenOf(decision: Decision): Frozen {
  if (decision.kind !== 'sign') throw new Error(JSON.stringify(decision));
  return decision.frozen;
}

/** The approval that a frozen call becomes, as it is when it is signed. */
export function approvalOf(frozen: Frozen, change: Partial<Approval> = {}): Approval {
  const { tool, rule, effect, definitionHash, canonical, callHash, quorum, about, ruleText, first } = frozen;
  const { secret, sealed, seen, schema } = frozen;
  const asked = { text: 'do it', author: 'Lisa' };
  const details = { about, ruleText, first, secret, sealed, seen, schema };
  return {
    ...{
      id: 'a1',
      version: 1,
      number: 1,
      thread: 1,
      turn: 1,
      call: 'call_1',
      desk: 'shop',
      principal: lisa,
      person: 'slack:U0LISA',
    },
    ...{ tool, rule, effect, definitionHash, canonical, callHash, quorum },
    details: { ...details, expiredText: '', place: {}, asked, remindAt: null, escalateTo: null },
    ...{ state: 'approved', attempts: 1, openedAt: 0, expiresAt: 1, decidedAt: 0, endedAt: null, decidedBy: 'U0MAX' },
    ...{ reason: null, editor: null, replaces: null, replacedBy: null, outcome: null, edit: null, cards: [] },
    ...{ reminded: false, escalated: false, signatures: [] },
    ...change,
  };
}
