import type { ApprovalState } from '../../core/records/approvals.ts';

export const people = ['Lisa', 'Mia', 'Ben', 'Zoe'] as const;
export type Verdict = 'approve' | 'reject';
export type Outcome = 'succeeded' | 'failed' | 'unknown';
/** `behind`: how many claims ago the worker had it in hand. */
export type Command =
  | { do: 'sign'; person: string; verdict: Verdict }
  | { do: 'wish'; person: string }
  | { do: 'refuse' }
  | { do: 'make' }
  | { do: 'void' }
  | { do: 'late' }
  | { do: 'sweep' }
  | { do: 'claim' }
  | { do: 'lapse' }
  | { do: 'begin' | 'over'; behind: number }
  | { do: 'end'; behind: number; outcome: Outcome }
  | { do: 'settle'; verdict: 'happened' | 'did not happen' | 'again' }
  | { do: 'revise'; deleted: boolean };
type Doing<D extends Command['do']> = Extract<Command, { do: D }>;

/** What the records should say of one approval, kept in the simplest form. */
export type Model = {
  rule: 'confirm' | 'approve';
  state: ApprovalState;
  quorum: number;
  signatures: Map<string, Verdict>;
  editor: string | null;
  edit: string | null;
  isLate: boolean;
  attempts: number;
  isHeld: boolean;
  wentOut: boolean;
  decidedBy: string | null;
  outcomes: string[];
  audit: string[];
  shownAnew: number;
};

export const account = (person: string) => `U0${person.toUpperCase()}`;

export function opened(rule: Model['rule'], quorum: number, editor: string | null): Model {
  return {
    rule,
    state: 'open',
    quorum,
    signatures: new Map(),
    editor,
    edit: null,
    isLate: false,
    attempts: 0,
    isHeld: false,
    wentOut: false,
    decidedBy: null,
    outcomes: [],
    audit: ['call.awaiting'],
    shownAnew: 0,
  };
}

function move(m: Model, state: ApprovalState, audit: string): void {
  m.state = state;
  m.audit.push(audit);
  m.shownAnew += 1;
}

/** Open in the records, and too late by the clock: whoever touches it closes it. */
function closeIfLate(m: Model): boolean {
  if (m.state !== 'open' || !m.isLate) return false;
  move(m, 'expired', 'approval.expired');
  m.outcomes.push('expired');
  return true;
}

function refusal(m: Model, { person, verdict }: Pick<Doing<'sign'>, 'person' | 'verdict'>): string | null {
  if (m.rule === 'confirm') return person === 'Lisa' ? null : 'not_requester';
  if (verdict === 'reject') return null;
  if (person === 'Lisa') return 'own';
  return person === m.editor ? 'edited' : null;
}

function signed(m: Model, { person, verdict }: Doing<'sign'>): string {
  if (m.state !== 'open') return 'ended';
  const refused = refusal(m, { person, verdict });
  if (refused) {
    m.audit.push('approval.refused');
    return refused;
  }
  if (m.signatures.has(person) && verdict === 'approve') return 'signed_already';
  if (closeIfLate(m)) return 'expired';
  if (m.edit) return 'changing';
  if (!m.signatures.has(person)) m.signatures.set(person, verdict);
  const isEnough = [...m.signatures.values()].filter((one) => one === 'approve').length >= m.quorum;
  if (verdict === 'approve' && !isEnough) {
    m.audit.push('approval.signed');
    m.shownAnew += 1;
    return 'signed';
  }
  m.decidedBy = account(person);
  if (verdict === 'reject') m.outcomes.push('rejected');
  const state = verdict === 'approve' ? 'approved' : 'rejected';
  move(m, state, `approval.${state}`);
  return state;
}

function voided(m: Model, by: string | null): string {
  if (closeIfLate(m)) return 'expired';
  if (m.state !== 'open') return 'decided';
  m.decidedBy = by ?? m.decidedBy;
  move(m, 'void', 'approval.void');
  return 'void';
}

/** The answer that the command gets, and the model as it is afterwards. */
export function expected(m: Model, command: Command): string {
  switch (command.do) {
    case 'sign':
      return signed(m, command);
    case 'wish':
      if (closeIfLate(m)) return 'expired';
      if (m.state !== 'open') return 'decided';
      if (m.edit) return 'outdated';
      m.edit = command.person;
      m.audit.push('approval.edit_asked');
      m.shownAnew += 1;
      return 'requested';
    case 'refuse':
      if (!m.edit || m.state !== 'open') return 'none';
      m.edit = null;
      m.audit.push('approval.edit_refused');
      m.shownAnew += 1;
      return 'ok';
    case 'make':
      return m.edit ? voided(m, account(m.edit)) : 'nothing';
    case 'void': {
      const kind = voided(m, null);
      if (kind === 'void') m.outcomes.push('void');
      return kind;
    }
    case 'late':
      m.isLate = true;
      return 'nothing';
    case 'sweep':
      closeIfLate(m);
      return 'nothing';
    case 'lapse':
      m.isHeld = false;
      return 'nothing';
    case 'revise':
      return revised(m, command);
    default:
      return onItsWay(m, command);
  }
}

function revised(m: Model, { deleted }: Doing<'revise'>): string {
  if (m.state !== 'open') return 'answered';
  if (voided(m, null) === 'void' && !deleted) m.outcomes.push('void');
  return 'voided';
}

function onItsWay(m: Model, command: Doing<'claim' | 'begin' | 'over' | 'end' | 'settle'>): string {
  switch (command.do) {
    case 'claim':
      if (m.state !== 'approved' && m.state !== 'dispatching') return 'idle';
      if (m.isHeld) return 'busy';
      m.attempts += 1;
      m.isHeld = true;
      return m.state === 'approved' ? 'ready' : 'left';
    case 'begin':
      if (m.state !== 'approved' || command.behind > 0) return 'lost';
      m.wentOut = true;
      move(m, 'dispatching', 'call.dispatching');
      return 'ok';
    case 'over':
      if (m.state !== 'approved' || command.behind > 0) return 'lost';
      if (m.rule === 'confirm' || m.wentOut) return 'over';
      Object.assign(m, { quorum: m.quorum + 1, decidedBy: null, attempts: m.attempts + 1, isHeld: false });
      move(m, 'open', 'approval.reopened');
      return 'reopened';
    case 'end':
      if (m.state !== 'dispatching' || command.behind > 0) return 'lost';
      move(m, command.outcome, `call.${command.outcome}`);
      m.outcomes.push(command.outcome);
      return 'ok';
    case 'settle':
      return settled(m, command);
  }
}

function settled(m: Model, { verdict }: Doing<'settle'>): string {
  if (m.state !== 'unknown') return 'decided';
  m.decidedBy = account('Zoe');
  if (verdict === 'again') {
    Object.assign(m, { attempts: m.attempts + 1, isHeld: false });
    move(m, 'approved', 'approval.again');
    return 'approved';
  }
  move(m, 'settled', 'approval.settled');
  m.outcomes.push('settled');
  return 'settled';
}
