import { buttonsOf } from '../../playground/slack/clickable.ts';
import type { SlackMessage } from '../../playground/slack/workspace.ts';
import { peopleAt } from './click-races-plan.ts';
import { isThere, type Played, wordsTo } from './click-races-play.ts';
import { type ApprovalRow, userOf } from './click-races-records.ts';
import { approvals, type RacedCall, type RaceWorld } from './click-races-world.ts';

/** What may be held against us after a round, in sentences. */
export function verdict(world: RaceWorld, played: Played): string[] {
  const { rows } = played;
  return [
    ...judgeChange(played),
    ...rows.flatMap(judgeWinner),
    ...rows.flatMap((row) => judgeSigners(played, row)),
    ...judgeCalls(world.calls, played),
    ...rows.flatMap((row) => judgeCards(world, played, row)),
    ...judgeThread(world, played),
  ];
}

/** Whose request is gone or reads otherwise is not signed any more. */
function judgeChange({ round, raced }: Played): string[] {
  const changed = round.happenings.find(({ what }) => what === 'deletion' || what === 'rewording');
  return changed && raced?.state === 'open' ? [`${raced.id} is open after the ${changed.what} of its request`] : [];
}

const decisions: Record<string, string> = {
  succeeded: 'approval.approved',
  rejected: 'approval.rejected',
  expired: 'approval.expired',
  void: 'approval.void',
};

/** One decision, by those whose signatures it has. */
function judgeWinner({ id, state, call, quorum, signatures, audit, replacedBy, late }: ApprovalRow): string[] {
  const faults: string[] = [];
  const decided = audit.map(({ kind }) => kind).filter((kind) => Object.values(decisions).includes(kind));
  const dispatched = audit.filter(({ kind }) => kind === 'call.dispatching').length;
  const given = signatures.filter((one) => one.verdict === 'approve').length;
  const vetoes = signatures.length - given;
  if (decided.length !== 1 || decided[0] !== decisions[state]) faults.push(`${id} is ${state} after ${decided}`);
  if (call !== state) faults.push(`${id} is ${state}, and its call ${call}`);
  if (dispatched !== (state === 'succeeded' ? 1 : 0)) faults.push(`${id} is ${state}, dispatched ${dispatched} times`);
  if (state === 'succeeded' ? given !== quorum : given >= quorum) faults.push(`${id} is ${state} with ${given} names`);
  if (vetoes !== (state === 'rejected' ? 1 : 0)) faults.push(`${id} is ${state} with ${vetoes} vetoes`);
  if (late) faults.push(`${id} was ${state} after it had expired`);
  if (replacedBy && state !== 'void') faults.push(`${id} is ${state} and replaced`);
  return faults;
}

/** Nobody decided who may not: strangers, askers for themselves, and where the desk says so who changed the call. */
function judgeSigners({ round: { place, tool } }: Played, { id, editor, signatures }: ApprovalRow): string[] {
  const may = tool === 'note' ? [place.asker] : [...place.signers, ...place.closers];
  const barred = tool === 'pay' && editor ? [userOf(editor)] : [];
  const wrong = signatures
    .map(({ account }) => userOf(account))
    .filter((user) => !may.includes(user) || barred.includes(user));
  return wrong.length === 0 ? [] : [`${id} was decided by ${wrong}`];
}

/** What was signed ran once, as it stood on its card, and nothing else. */
function judgeCalls(calls: RacedCall[], { round, rows }: Played): string[] {
  const ran = calls.filter(({ args }) => args.id === round.id).map(({ tool, args }) => `${tool} ${canonical(args)}`);
  const signed = rows
    .filter(({ state }) => state === 'succeeded')
    .map((row) => `${row.tool.slice('race__'.length)} ${row.canonical}`);
  return ran.sort().join() === signed.sort().join() ? [] : [`signed was ${signed}; what ran is ${ran}`];
}

function canonical({ id, text }: RacedCall['args']): string {
  return JSON.stringify({ id, text });
}

export const GONE = 'thread_not_found';

/** Each copy stands, without buttons, and the main one names all who decided. */
function judgeCards(world: RaceWorld, { round, thread }: Played, row: ApprovalRow): string[] {
  const kinds = row.cards.map(({ kind }) => kind).sort();
  const faults =
    kinds.join() === (round.tool === 'note' ? 'asker' : 'pointer,signers') ? [] : [`${row.id} has ${kinds}`];
  for (const { kind, message, failed } of row.cards) {
    // Whose request is deleted before anybody answered has no thread any more.
    if (failed === GONE && kind === 'pointer' && !isThere(world, { channel: round.place.channel, ts: thread }))
      continue;
    const where = kind === 'signers' ? approvals : round.place.channel;
    const shown = world.slack.messages(where).find(({ ts }) => ts === message);
    if (!shown || failed) {
      faults.push(`the ${kind} card of ${row.id} does not stand (${failed}) in ${thread}`);
      continue;
    }
    if (buttonsOf(shown).length > 0) faults.push(`the ${kind} card of ${row.id}, ${row.state}, has buttons`);
    if (kind !== 'pointer') faults.push(...unnamed(shown, row));
  }
  return faults;
}

function unnamed(shown: SlackMessage, row: ApprovalRow): string[] {
  const text = JSON.stringify(shown.blocks);
  const missing = deciders(row).filter((user) => !text.includes(`<@${user}>`));
  return missing.length === 0 ? [] : [`the card of ${row.id}, ${row.state}, does not name ${missing}`];
}

/** Who was not told anything because it went as they wanted. */
function deciders({ signatures, audit }: ApprovalRow): string[] {
  const edits = audit.filter(({ kind }) => kind === 'approval.edit_asked').map(({ by }) => by ?? '');
  return [...signatures.map(({ account }) => account), ...edits].map(userOf);
}

function judgeThread(world: RaceWorld, { round, rows, thread }: Played): string[] {
  const faults: string[] = [];
  for (const { id, state, outcomes, replacedBy } of rows) {
    const most = state === 'void' && replacedBy ? 0 : 1;
    const least = state === 'void' ? 0 : 1;
    if (outcomes < least || outcomes > most) faults.push(`${id} is ${state}, told ${outcomes} times`);
  }
  const place = { channel: round.place.channel, ts: thread };
  const said = world.slack.messages(place.channel, thread).some(({ text }) => text.includes(`Outcome for ${round.id}`));
  const owed = rows.some(({ outcomes }) => outcomes > 0) && isThere(world, place);
  if (owed && !said) faults.push(`the thread of ${round.id} was not told`);
  return faults;
}

/** Who has what they wanted on a card, or a form before them, is told nothing; everyone else is, each time. */
export function toldFaults(world: RaceWorld, all: Played[]): string[] {
  const content = all.flatMap(({ rows, opened }) => [...rows.flatMap(deciders), ...opened]);
  const everybody = new Set(all.flatMap(({ round }) => peopleAt(round.place)));
  return [...everybody].flatMap((user) => {
    const owed = world.relay.brought(user).length - content.filter((one) => one === user).length;
    const told = wordsTo(world, user);
    return told === owed ? [] : [`${user} was told ${told} times instead of ${owed}`];
  });
}
