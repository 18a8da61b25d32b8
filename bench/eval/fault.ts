/** The kinds of faults of an answer, the gravest first. */
export const FAULT_KINDS = ['error', 'tool', 'arguments', 'needless call', 'facts', 'claim'] as const;
export type Fault = { kind: (typeof FAULT_KINDS)[number]; what: string };
