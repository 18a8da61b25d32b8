import { MOST_OPEN, openApproval } from '../approvals/open.ts';
import { originsOf, type Sources } from '../approvals/origins.ts';
import { crashPoint } from '../crash-points.ts';
import { accountsOf } from '../desk/people.ts';
import type { Desk } from '../desk/types.ts';
import { rawGuessed, scrub, scrubRaw, scrubTexts } from '../gate/secrets.ts';
import type { Decision, Frozen } from '../gate/types.ts';
import { notify } from '../queue/notify.ts';
import type { Origins } from '../records/approvals.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { CallRow } from '../records/turns.ts';
import type { Call, EntryContent, Principal, Step } from '../records/types.ts';
import { hideInFiles } from './files.ts';
import type { ModelOutput } from './model.ts';
import { sourcesOf } from './sources.ts';
import { emptyText, tooManyText } from './texts.ts';
import type { NewStep, TurnContext } from './types.ts';

type WrittenSources = Omit<Sources, 'lookedUp'>;

type Accepted = { kind: 'final'; step: NewStep } | { kind: 'ok' } | { kind: 'revised' } | { kind: 'lost' };

/** Calls of one output that run; the model is told to repeat the rest. */
const MAX_CALLS = 16;
/** Calls of one output that are recorded: endpoints refuse a history with too many calls in one message. */
const MAX_KEPT = 64;

/**
 * Takes an output without calls as the answer. Records one with calls, and the gate's decision on each, before any
 * runs.
 */
export async function acceptOutput(turn: TakenTurn, context: TurnContext, output: ModelOutput): Promise<Accepted> {
  const { transcript } = context;
  const n = transcript.steps.length;
  if (output.calls.length === 0) {
    const text = output.text.trim() === '' ? emptyText() : context.redact(output.text);
    return { kind: 'final', step: { kind: 'model', content: { text, calls: [], tokens: output.tokens } } };
  }
  const caller = { desk: context.desk, principal: turn.turn.principal };
  const decided = await Promise.all(
    output.calls.slice(0, MAX_KEPT).map(async ({ name, arguments: raw }, i) => {
      // Use ids of our own: models repeat theirs, or give none.
      const id = `call_${turn.turn.id}_${n}_${i}`;
      const asked = { name: safeName(name), arguments: raw };
      return {
        id,
        name: asked.name,
        decision: i < MAX_CALLS ? await context.gate.decide(caller, asked) : tooMany(raw),
      };
    }),
  );
  const found = keepOut(
    decided.map(({ decision }) => decision),
    context,
  );
  const sources = decided.some(({ decision }) => decision.kind === 'sign')
    ? await sourcesOf(turn, context)
    : { requester: turn.turn.principal, written: [] };
  // Only now do we know all secrets that the record may not hold.
  const clean = decided.map((one) => ({ ...one, decision: withoutSecrets(one.decision, [...context.secrets]) }));
  const calls = clean.map(({ id, name, decision }) => toCall(id, name, decision));
  const rows = clean.map(({ id, name, decision }) => toRow(id, name, decision, turn, context, sources));
  const step: NewStep = { kind: 'model', content: { text: context.redact(output.text), calls, tokens: output.tokens } };
  const scrubbing = found.length > 0 ? { scrub: found } : {};
  const kind = await transcript.record([step], { calls: rows, ...scrubbing });
  crashPoint('calls.recorded');
  const opened = rows.flatMap(({ approval }) => approval?.id ?? []);
  if (kind === 'ok' && opened.length > 0) void notify(context, turn.tenant, { approvals: opened });
  return { kind };
}

/** Hides the secrets of accepted calls from the model. It still sees those of refused calls, to correct the call. */
function keepOut(decisions: Decision[], { secrets: known, transcript, givenFiles }: TurnContext): string[] {
  const found = decisions.flatMap(({ secrets }) => secrets);
  for (const secret of found) known.add(secret);
  const taken = decisions.flatMap(({ kind, secrets }) => (kind === 'refused' ? [] : secrets));
  if (taken.length > 0) {
    transcript.hide(taken);
    hideInFiles(givenFiles, taken);
  }
  return found;
}

/** Leaves a call that runs at once as it is: another worker may take it up from the record. */
function withoutSecrets(decision: Decision, secrets: string[]): Decision {
  if (secrets.length === 0 || decision.kind === 'dispatch') return decision;
  const raw = scrubRaw(decision.raw, secrets);
  if (decision.kind === 'sign') return { ...decision, raw };
  const { args, text } = decision;
  return { ...decision, raw, args: scrubTexts(args, secrets), text: scrub(text, secrets) };
}

/** Endpoints refuse a history with names that they do not allow. */
function safeName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function tooMany(raw: string): Decision {
  return {
    kind: 'refused',
    rule: 'none',
    args: undefined,
    raw: rawGuessed(raw),
    text: tooManyText(MAX_CALLS),
    secrets: [],
  };
}

/** The call for the records: what the model wrote, without the secrets. */
function toCall(id: string, name: string, decision: Decision): Call {
  return { id, name, arguments: decision.raw, decision: toRecord(decision) };
}

function toRecord(decision: Decision): Call['decision'] {
  switch (decision.kind) {
    case 'refused':
      return { kind: 'refused', text: decision.text };
    case 'sign':
      return { kind: 'sign' };
    case 'dispatch': {
      const { effect, definitionHash } = decision.permit;
      const counted = decision.counted.limits.length > 0;
      return { kind: 'dispatch', effect, definitionHash, ...(counted ? { counted } : {}) };
    }
  }
}

function toRow(
  id: string,
  tool: string,
  decision: Decision,
  turn: TakenTurn,
  context: TurnContext,
  sources: WrittenSources,
): CallRow {
  const row = { id, tool, desk: context.desk.name, reason: null };
  switch (decision.kind) {
    case 'dispatch': {
      const { effect, definitionHash } = decision.permit;
      const { limits, amounts } = decision.counted;
      const counted = limits.length > 0 ? { limits, amounts } : {};
      return {
        ...row,
        arguments: decision.permit.args,
        definitionHash,
        effect,
        rule: 'allow',
        state: 'dispatching',
        ...counted,
      };
    }
    case 'sign': {
      const { frozen } = decision;
      const { principal } = turn.turn;
      const asked = askedBy(context.transcript.steps);
      const said = { ...asked, text: context.redact(asked.text) };
      const { args, definitionHash, effect, rule } = frozen;
      const origins = originsIn(frozen, principal, context.desk, sources);
      const asking = { said, channel: turn.thread.channel, desk: context.desk, origins };
      const approval = openApproval(frozen, asking, context);
      return {
        ...row,
        arguments: args,
        definitionHash,
        effect,
        rule,
        state: 'awaiting',
        approval,
        mostOpen: MOST_OPEN,
        accounts: accountsOf(context.people, principal),
      };
    }
    case 'refused': {
      const { rule, args = null, text: reason } = decision;
      return { ...row, arguments: args, definitionHash: null, effect: 'once', rule, state: 'denied', reason };
    }
  }
}

function originsIn(
  { tool, args, schema, seen }: Frozen,
  { kind }: Principal,
  desk: Desk,
  sources: WrittenSources,
): Origins {
  const { check, customer } = desk.tools.get(tool) ?? {};
  // Nobody writes this one: the gate has bound it to the customer's own records.
  const bound = kind === 'customer' ? customer : undefined;
  const free = Object.fromEntries(Object.entries(args).filter(([name]) => name !== bound));
  const lookedUp = check && seen.length > 0 ? { tool: check.tool, names: Object.values(check.arguments) } : null;
  return originsOf(free, schema, { ...sources, lookedUp });
}

/** The last message of a person; in a turn that only passes on an outcome, that outcome. */
function askedBy(steps: readonly Step[]): EntryContent {
  const said = steps.flatMap((step) => (step.kind === 'input' ? step.content.entries : []));
  const last = said.findLast((entry) => !entry.outcome) ?? said.at(-1);
  if (!last) throw new Error('a turn without input asked for a tool');
  return last;
}
