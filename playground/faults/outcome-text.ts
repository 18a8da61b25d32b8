import type { FaultLevel } from '../page/protocol.ts';
import { workerText } from '../story/story.ts';
import type { Claim } from '../story/work.ts';
import type { ToolHit } from './tools.ts';
import type { CallOutcome, SignedCallOutcome, SlackHit, TurnOutcome } from './types.ts';

export type Killed = { pid: number; at: number };
/** A call that changes something; `isDone` is what the tool server's own ledger says. */
export type Changed = CallOutcome & { isDone: boolean };

/** Everything known of a finished turn that went through faults. */
export type TurnEvidence = {
  turn: TurnOutcome;
  claims: readonly Claim[];
  killed: Killed | null;
  changed: Changed[];
  toolHits: ToolHit[];
  slackHits: SlackHit[];
  /** The levels that Slack and the model had during the turn. */
  slack: ReadonlySet<FaultLevel>;
  model: ReadonlySet<FaultLevel>;
  /** How many messages in the thread show the answer. */
  shown: number;
};

/** Says from the records what happened to the turn and which promises held; null if no fault touched it. */
export function turnText(evidence: TurnEvidence): string | null {
  const touched = [...killedText(evidence), ...modelText(evidence), ...toolTexts(evidence), ...slackText(evidence)];
  if (touched.length === 0) return null;
  const { turn } = evidence;
  return [
    `${quoted(turn.question)}, turn ${turn.number}.`,
    ...touched,
    ...changedTexts(evidence.changed),
    answerText(evidence),
  ].join(' ');
}

const LONGEST_QUOTE = 60;

function quoted(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  return `“${line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE - 1).trimEnd()}…` : line}”`;
}

function killedText({ turn, claims, killed }: TurnEvidence): string[] {
  if (!killed) return [];
  const next = claims.find(({ at }) => at > killed.at);
  if (next) {
    const how = next.resumed
      ? `took it up again at step ${next.step}`
      : 'began it, because its job had died with the worker';
    return [`${capital(workerText(next.by))} ${how}, ${secondsText(next.at - killed.at)} after the kill.`];
  }
  if (turn.endedAt !== null && turn.endedAt <= killed.at) {
    return ['It had ended before the kill, and its answer was left in the outbox.'];
  }
  return ['The killed worker was working on it.'];
}

function modelText({ turn, claims, model }: TurnEvidence): string[] {
  const took = turn.endedAt === null ? '' : ` after ${secondsText(turn.endedAt - turn.startedAt)}`;
  if (claims.length > 1 && (model.has('down') || model.has('lossy'))) {
    return [`The model was away: a worker took the turn up ${claims.length} times, and it was answered${took}.`];
  }
  if (model.has('lossy')) return [`The model's answers broke off; it was asked again, and the turn ended${took}.`];
  if (model.has('down')) return [`The model refused its connections; the turn ended${took}.`];
  return model.has('slow') ? [`The model was slow; the turn ended${took}.`] : [];
}

function toolTexts({ toolHits }: TurnEvidence): string[] {
  return toolHits.map(({ tool, kind }) =>
    kind === 'slow' ? `${tool} answered 3 s late.` : `${tool} was carried out, and its answer was lost on the way.`,
  );
}

const LOST = /_after_accepting$/;

function slackText({ slackHits, slack }: TurnEvidence): string[] {
  const lost = slackHits.filter(({ fault }) => LOST.test(fault)).length;
  const refused = slackHits.filter(({ fault }) => fault !== 'slow').length - lost;
  return [
    ...(lost > 0 ? [`Slack took ${times(lost, 'call')}, and the answer to that was lost.`] : []),
    ...(refused > 0 ? [`Slack refused ${times(refused, 'call')}.`] : []),
    ...(lost + refused === 0 && slackHits.length > 0 && slack.has('slow') ? ['Slack was slow.'] : []),
  ];
}

/** The ledger of a tool server has a key once or not at all, so a call in it was done once. */
export function changedTexts(changed: Changed[]): string[] {
  return changed.map(({ tool, state, isDone }) => {
    const name = tool.split('__').at(-1);
    if (isDone) return `${name} was done once: the tool server's own ledger says so.`;
    return state === 'unknown'
      ? `Whether ${name} was done is not known, and it was not repeated.`
      : `${name} ${state}.`;
  });
}

function answerText({ turn, shown, slackHits, killed }: TurnEvidence): string {
  const { reply } = turn;
  if (!reply) return `It ended without an answer (${turn.state}).`;
  if (reply.state !== 'sent' || reply.sentAt === null)
    return `Its answer is not delivered: its state in the outbox is ${reply.state}.`;
  const since = killed ? `${secondsText(reply.sentAt - killed.at)} after the kill` : null;
  const again = reply.attempts > 0 ? `after ${times(reply.attempts, 'look')} at the channel` : null;
  const waited =
    slackHits.length > 0 ? `${secondsText(reply.sentAt - reply.at)} after it was saved in the outbox` : null;
  const how = [since, waited, again].filter((part) => part !== null).join(', ');
  const parts = Math.max(1, reply.messages.length);
  const count = shown === parts ? 'once' : `in ${times(shown, 'message')} instead of ${parts}`;
  return `Its answer stands in the thread ${count}${how === '' ? '' : `, ${how}`}.`;
}

/** Says the same of a signed call, whose dispatch is a job of its own. */
export function signedText(
  signed: SignedCallOutcome,
  changed: Changed[],
  hits: ToolHit[],
  killed: Killed | null,
): string {
  const name = signed.call.tool.split('__').at(-1);
  const end = signed.endedAt !== null && killed ? `, ${secondsText(signed.endedAt - killed.at)} after the kill` : '';
  const lost = hits.filter(({ kind }) => kind === 'lost').length;
  return [
    `The signed ${name}.`,
    ...(killed ? ['The killed worker was working on it.'] : []),
    ...(lost > 0 ? [`It was carried out, and its answer was lost ${times(lost, 'time')}.`] : []),
    ...(signed.attempts > 1 ? [`Workers took it up ${signed.attempts} times, under one key.`] : []),
    ...changedTexts(changed),
    `It ended as ${signed.state}${end}.`,
  ].join(' ');
}

export function deliveredText(times_: number, { entries, turns }: { entries: number; turns: number[] }): string {
  return `${times_} deliveries of one message: ${times(entries, 'entry', 'entries')}, ${times(turns.length, 'turn')}.`;
}

export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function times(count: number, what: string, many = `${what}s`): string {
  return `${count} ${count === 1 ? what : many}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
