import type { Desk } from '../../core/desk/types.ts';

export const desk: Desk = {
  name: 'jewelry',
  title: 'Jewelry',
  instructions: '',
  email: { addresses: [], answers: 'answer', assistant: true, cc: false, handOver: [], colleagues: [] },
  slack: { channels: '*', directMessages: true, followUps: true, bots: [] },
  tools: new Map(),
  roles: new Map(),
  approvals: { hours: 24, signers: ['U0ANYBODY'] },
  quotas: [],
  customers: { kind: 'principal' },
  examples: [],
  entities: [],
  commands: {},
  limits: { steps: 8, tokens: 1000, seconds: 60, toolSeconds: 10 },
};
