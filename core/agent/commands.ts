import type { Desk } from '../desk/types.ts';
import { fieldOf, recordOf } from '../gate/tool-access.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { Divider, Principal, Step } from '../records/types.ts';
import { shorten } from '../text.ts';
import { runCalls } from './calls.ts';
import { inputOf, lastDivider } from './divider.ts';
import { acceptOutput } from './record-output.ts';
import { ownWords } from './transcript.ts';
import type { TurnContext } from './types.ts';

export type Command = { kind: 'reset' } | { kind: 'switch'; to: string };

/** `none`: the model answers the rest. */
type Obeyed = { kind: 'none' } | { kind: 'answered'; text: string } | { kind: 'revised' | 'lost' | 'stopped' };

/** Reads a command only from a message that holds nothing else; no model guesses. */
export function commandIn({ commands }: Desk, text: string): Command | null {
  const words = text
    .normalize('NFC')
    .trim()
    .replace(/[.!]+$/, '')
    .split(/\s+/);
  const [first = '', second, ...more] = words;
  const word = first.toLowerCase();
  if (second === undefined) return word === commands.reset ? { kind: 'reset' } : null;
  const to = second.replace(/^["'`]|["'`]$/g, '');
  if (!commands.switch || more.length > 0 || word !== commands.switch.word || !commands.switch.like.test(to))
    return null;
  return { kind: 'switch', to };
}

/**
 * Obeys the commands among the messages of a turn, in order. Each records a divider, and the model answers what follows
 * it in the same turn. Commands need no model.
 */
export async function obeyCommands(turn: TakenTurn, context: TurnContext): Promise<Obeyed> {
  const { steps } = context.transcript;
  const said = inputOf(steps);
  const made = steps.findLast((step) => step.kind === 'divider');
  // An earlier worker got this far.
  if (made && made.content.after === said.length) return { kind: 'answered', text: made.content.told };
  for (let from = made?.content.after ?? 0; ; ) {
    const at = said.findIndex(
      ({ text, outcome }, i) => i >= from && !outcome && commandIn(context.desk, text) !== null,
    );
    const entry = said[at];
    const command = entry && commandIn(context.desk, entry.text);
    if (!command) return { kind: 'none' };
    const found = await find(turn, context, command);
    if (found.kind !== 'found' && found.kind !== 'refused') return found;
    const isLast = at + 1 === said.length;
    const outcomes = said.slice(from, at).flatMap(({ outcome, text }) => (outcome ? [text] : []));
    const answer =
      found.kind === 'found' ? doneText(context.desk, command, turn, found.name) : refusedText(found.why, isLast);
    const reply = [...outcomes, answer].join('\n\n');
    if (found.kind === 'refused') return { kind: 'answered', text: reply };
    const subject = command.kind === 'switch' ? command.to : null;
    const divider = { after: at + 1, subject, place: entry.place, told: reply };
    const divided = await divide(context, divider, isLast);
    if (divided !== 'ok') return { kind: divided };
    if (isLast) return { kind: 'answered', text: reply };
    from = at + 1;
  }
}

type RecordLookup =
  | { kind: 'found'; name: string | null }
  | { kind: 'refused'; why: string }
  | Exclude<Obeyed, { kind: 'none' | 'answered' }>;

/** Looks up whom the conversation should be about, by a call like any other: the gate decides, and it is on record. */
async function find(turn: TakenTurn, context: TurnContext, command: Command): Promise<RecordLookup> {
  const { principal } = turn.turn;
  if (principal.kind === 'anonymous' || principal.kind === 'guest')
    return { kind: 'refused', why: 'Only colleagues can do that here.' };
  const changing = context.desk.commands.switch;
  if (command.kind === 'reset' || !changing) return { kind: 'found', name: null };
  if (!choosesWhom(principal)) {
    const why = 'Only colleagues choose whom a conversation is about; you reach your own records.';
    return { kind: 'refused', why };
  }
  const { tool, argument, name } = changing;
  // Finish a call that an earlier worker left open.
  const left = await runCalls(turn, context);
  if (left !== 'ok') return { kind: left };
  const call = { id: '', name: tool, arguments: JSON.stringify({ [argument]: command.to }) };
  const accepted = await acceptOutput(turn, context, { text: '', calls: [call], tokens: 0 });
  if (accepted.kind === 'revised' || accepted.kind === 'lost') return accepted;
  let record: unknown;
  const ran = await runCalls(turn, context, (_call, outcome) => {
    if (outcome.kind === 'ok') record = recordOf(outcome);
  });
  if (ran !== 'ok') return { kind: ran };
  const result = context.transcript.steps.findLast((step) => step.kind === 'tool');
  if (result?.content.status !== 'ok') return { kind: 'refused', why: result?.content.text ?? '' };
  const known = name === undefined ? undefined : fieldOf(record, name);
  return { kind: 'found', name: typeof known === 'string' ? shorten(known.replace(/\s+/g, ' '), LONGEST_NAME) : null };
}

const LONGEST_NAME = 100;

function choosesWhom({ kind }: Principal): boolean {
  return kind === 'staff' || kind === 'service';
}

function divide({ transcript }: TurnContext, divider: Divider, isLast: boolean): Promise<'ok' | 'revised' | 'lost'> {
  const words = isLast ? [] : [ownWords(divider.told)];
  return transcript.record([...words, { kind: 'divider', content: divider }]);
}

function doneText(desk: Desk, command: Command, turn: TakenTurn, name: string | null): string {
  const waiting = waitingText(turn.approvals.filter(({ state }) => state === 'open').length);
  const { switch: changing } = desk.commands;
  if (command.kind === 'switch') {
    const who = name === null ? command.to : `${name} (${command.to})`;
    return `✓ Switched to ${changing?.word}: ${command.to}\n\nFrom here on this conversation is about ${who}, and nothing that was said before counts.${waiting}`;
  }
  const about = changing?.start ? ` It is about ${changing.start} again.` : '';
  return `✓ Conversation reset\n\nNothing that was said before counts any more.${about}${waiting}`;
}

/**
 * Tells that requests from before the divider can still be signed on their cards; a typed yes no longer reaches them.
 */
function waitingText(open: number): string {
  if (open === 0) return '';
  return open === 1
    ? ' A request from before still waits on its card.'
    : ` ${open} requests from before still wait on their cards.`;
}

function refusedText(why: string, isLast: boolean): string {
  const rest = isLast
    ? ''
    : '\n\nI have not answered what you wrote after it, as it may be meant for that one: please write it again.';
  return `Nothing was changed. ${why}${rest}`;
}

/** Tells the model whom "my" means, by id only: a name is text that others write, and could hold instructions. */
export function subjectText(turn: TakenTurn, { commands: { switch: changing } }: Desk, steps: readonly Step[]): string {
  if (!changing || !choosesWhom(turn.turn.principal)) return '';
  const id = lastDivider(turn, steps)?.subject ?? changing.start;
  if (id === undefined) return '';
  const { word, argument } = changing;
  return `\n\nThis conversation is about the ${word} ${id}: "I" and "my" mean ${argument} ${id}, unless the person names another.`;
}
