import { reasonInWords } from '../approvals/outcome-phrases.ts';
import { writtenTool } from '../mcp/definitions.ts';
import { detailsSchema } from './approvals.ts';
import {
  countOf,
  detailOf,
  durationOf,
  factsOf,
  momentOf,
  shortHash,
  signedOf,
  type TimelineRow,
  type TimelineSource,
  toolOf,
} from './timeline-text.ts';
import type { ApprovalRecord, AuditRecord, CallRecord } from './whole-thread.ts';

const effects: Record<string, string> = {
  read: 'reads only: may be repeated freely',
  keyed: 'changes something: repeated under the same key only',
  once: 'changes something: never repeated by itself',
};

export function callRows(source: TimelineSource): TimelineRow[] {
  return source.calls.flatMap((call) => [
    verdictRow(source, call),
    ...(call.approval ? dispatchRows(source, call) : []),
  ]);
}

/** The row with the gate's verdict on a call. */
function verdictRow(source: TimelineSource, call: CallRecord): TimelineRow {
  return {
    id: `call:${call.id}`,
    at: call.at,
    kind: 'call',
    ...verdictOf(source, call),
    facts: factsOf({
      tool: writtenTool(call.tool),
      arguments: shownArguments(call.arguments),
      rule: call.rule === 'none' ? 'the desk does not list it' : call.rule,
      effect: effects[call.effect],
      definition: call.definitionHash ? shortHash(call.definitionHash) : null,
      key: call.id,
    }),
  };
}

type Verdict = Pick<TimelineRow, 'title' | 'detail' | 'state'>;

function verdictOf({ approvals }: TimelineSource, call: CallRecord): Verdict {
  const tool = toolOf(call.tool);
  if (call.state === 'denied') return refusalOf(tool, call);
  if (call.approval === null) {
    const why = call.effect === 'read' ? 'the desk allows reading' : 'the desk lets it run at once';
    return { title: `The gate let ${tool} run: ${why}`, state: 'ok' };
  }
  const anew = approvals.find(({ id }) => id === call.approval)?.replaces ?? null;
  if (anew !== null) return { title: `The gate checked ${tool} again, as it is now`, state: 'ok' };
  const needs = call.rule === 'confirm' ? 'the requester must confirm first' : 'it needs a signature';
  return { title: `The gate held ${tool}: ${needs}`, state: 'ok' };
}

const refusals: Record<string, string> = {
  limit: 'it would go over a limit of this desk',
  'too many open': 'too many requests of this person are open in this thread',
  rejected: 'it was rejected in this thread, and stays rejected until a person asks again',
};

function refusalOf(tool: string, { reason }: CallRecord): Verdict {
  if (reason === 'waits already') {
    return { title: `The gate asked for no second signature: the same ${tool} waits already`, state: 'ok' };
  }
  const known = refusals[reason ?? ''];
  if (known) return { title: `The gate refused ${tool}: ${known}`, state: 'refused' };
  return { title: `The gate refused ${tool}`, ...detailOf(reason), state: 'refused' };
}

const outcomes: Record<string, { words: string; state: TimelineRow['state'] }> = {
  succeeded: { words: 'is done', state: 'ok' },
  failed: { words: 'was not done', state: 'failed' },
  unknown: { words: 'may or may not have been done: its card asks a person', state: 'unknown' },
  settled: { words: 'was settled: a person said what became of it', state: 'ok' },
};

/** A signed call goes out by a job of its own; its outcome stands on its approval. */
function dispatchRows({ approvals }: TimelineSource, call: CallRecord): TimelineRow[] {
  const { dispatchedAt, endedAt, id } = call;
  const approval = approvals.find((one) => one.id === call.approval);
  if (!dispatchedAt || !approval) return [];
  const tool = toolOf(call.tool);
  const end = outcomes[approval.state];
  const sent: TimelineRow = {
    id: `call:${id}:sent`,
    of: `call:${id}`,
    at: dispatchedAt,
    kind: 'call',
    title: `${tool} was sent off, exactly as it was signed`,
    facts: factsOf({
      'hash of the call': shortHash(approval.callHash),
      'taken up': approval.attempts > 1 ? `${countOf(approval.attempts, 'time')}, under one key` : null,
    }),
    state: end ? 'ok' : 'running',
  };
  if (!end || !endedAt) return [sent];
  return [
    sent,
    {
      id: `call:${id}:end`,
      of: `call:${id}`,
      at: endedAt,
      kind: 'call',
      title: `${tool} ${end.words}`,
      ...detailOf(approval.outcome),
      facts: factsOf({ after: durationOf(dispatchedAt, endedAt) }),
      state: end.state,
    },
  ];
}

/** Writes a sealed secret as `sealed`: the records hold only its seal. */
function shownArguments(args: unknown): string {
  return JSON.stringify(args, (_, value) => (isSeal(value) ? 'sealed' : value)) ?? '';
}

function isSeal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$sealed');
}

export function approvalRows(source: TimelineSource): TimelineRow[] {
  return source.approvals.flatMap((approval) => [
    frozenRow(approval),
    ...signatureRows(source, approval),
    ...decidedRows(source, approval),
  ]);
}

const states: Record<string, TimelineRow['state']> = {
  open: 'waiting',
  approved: 'running',
  dispatching: 'running',
  rejected: 'refused',
  expired: 'refused',
  void: 'refused',
  failed: 'failed',
  unknown: 'unknown',
};

function frozenRow(approval: ApprovalRecord): TimelineRow {
  const details = detailsSchema.safeParse(approval.details).data;
  const tool = toolOf(approval.tool);
  const waits = approval.rule === 'confirm' ? `${tool} waits for the requester's yes` : `${tool} waits for a signature`;
  return {
    id: `approval:${approval.id}`,
    at: approval.openedAt,
    kind: 'approval',
    title: approval.state === 'open' ? waits : `${tool} was frozen exactly as shown`,
    ...detailOf(details && sentence(details.ruleText)),
    facts: factsOf({
      'hash of the call': shortHash(approval.callHash),
      signatures: approval.rule === 'approve' ? `${signedOf(approval)} of ${approval.quorum}` : null,
      until: momentOf(approval.expiresAt),
      'because of the limit': details?.limit && `${details.limit.used} of ${details.limit.most} are used`,
      'not posted yet': details?.unposted,
      'edit refused': details?.refusedEdit,
    }),
    state: states[approval.state] ?? 'ok',
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function signatureRows({ accountName }: TimelineSource, approval: ApprovalRecord): TimelineRow[] {
  const given = approval.rule === 'confirm' ? 'said yes' : 'signed';
  return approval.signatures.map(({ account, verdict, reason, at }) => ({
    id: `signature:${approval.id}:${account}`,
    at,
    kind: 'signature',
    title: `${accountName(account)} ${verdict === 'approve' ? given : 'said no'}`,
    ...detailOf(reason),
    facts: factsOf({ account, 'hash of the signed call': shortHash(approval.callHash) }),
    state: verdict === 'approve' ? 'ok' : 'refused',
  }));
}

/** Only expired and void approvals need a row: signatures have rows of their own. */
function decidedRows({ accountName }: TimelineSource, approval: ApprovalRecord): TimelineRow[] {
  const { id, state, decidedAt, reason, editor, replacedBy } = approval;
  if (!decidedAt || (state !== 'expired' && state !== 'void')) return [];
  const row = { id: `approval:${id}:end`, of: `approval:${id}`, at: decidedAt, kind: 'approval' } as const;
  if (state === 'expired') return [{ ...row, title: 'Nobody signed in time: it expired', facts: [], state: 'refused' }];
  const next = replacedBy ? 'A new card took its place' : null;
  const facts = factsOf({ reason: reason && reasonInWords(reason), next, 'edited by': editor && accountName(editor) });
  return [{ ...row, title: 'It cannot be signed any more', facts, state: 'refused' }];
}

const kinds: Record<string, string> = {
  'call.dispatching': 'the call goes out',
  'call.denied': 'the call was refused',
  'call.awaiting': 'the call waits to be signed',
  'call.repeated': 'the call waits already',
  'call.succeeded': 'the call is done',
  'call.failed': 'the call was not done',
  'call.unknown': 'the outcome is not known',
  'approval.refused': 'someone tried to sign without being allowed to',
  'approval.signed': 'a signature, and more are needed',
  'approval.approved': 'signed',
  'approval.rejected': 'rejected',
  'approval.expired': 'expired',
  'approval.void': 'void',
  'approval.reopened': 'more signatures are needed',
  'approval.again': 'a person sends it again',
  'approval.settled': 'a person said what became of it',
  'approval.reminded': 'reminded',
  'approval.escalated': 'shown to others as well',
  'approval.edit_asked': 'a person changes the arguments',
  'approval.edit_refused': 'the change was refused',
  'thread.divided': 'the conversation before no longer counts',
  'audit.erased': 'content was erased',
};

export function auditRows({ audit, accountName }: TimelineSource): TimelineRow[] {
  return audit.map((line) => ({
    id: `audit:${line.seq}`,
    at: line.at,
    kind: 'audit',
    title: `Line ${line.seq} of the audit: ${kinds[line.kind] ?? line.kind}`,
    ...detailOf(textIn(line, 'why') ?? textIn(line, 'reason')),
    facts: factsOf({
      event: line.kind,
      by: nameOrNull(accountName, textIn(line, 'by')),
      digest: shortHash(line.digest),
      'chain hash': shortHash(line.hash),
      content: line.content === null ? 'erased' : null,
    }),
    state: 'ok',
  }));
}

function nameOrNull(accountName: TimelineSource['accountName'], account: string | null): string | null {
  return account === null ? null : accountName(account);
}

function textIn({ content }: AuditRecord, field: string): string | null {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return null;
  const value = Object.entries(content).find(([name]) => name === field)?.[1];
  return typeof value === 'string' ? value : null;
}
