import { answersOf, outcomesOf, type SignCase } from './sign-kill.ts';
import type { World } from './world.ts';

/** Where a worker may die with the call sent and nothing recorded of it: cards are brought up to date and turns released beside it. */
const BETWEEN = [
  'dispatch.begun',
  'dispatch.calling',
  'dispatch.answered',
  'card.claimed',
  'card.sending',
  'card.sent',
  'turn.released',
];

/** What the outside world may hold against us, in sentences. */
export async function signVerdict(world: World, made: SignCase): Promise<string[]> {
  const { id, situation } = made;
  const answers = answersOf(world, made);
  // Those that wait together are told together.
  const outcomes = outcomesOf(world, made).flatMap(({ text }) => text.split(/(?=&lt;outcome)/).slice(1));
  const unknown = outcomes.filter((text) => text.includes("don't know whether it worked"));
  const settled = outcomes.filter((text) => /says that/.test(text));
  const faults: string[] = [];
  if (answers.length !== 1) faults.push(`${id} was answered ${answers.length} times`);
  if (outcomes.length !== 1 + unknown.length)
    faults.push(`${outcomes.length} outcomes were told: ${outcomes.join(' / ')}`);
  if (unknown.length !== settled.length)
    faults.push(`unknown ${unknown.length} times, settled ${settled.length} times`);
  if (unknown.length > 0 && !(situation.tool === 'sign_book' && BETWEEN.includes(made.point))) {
    faults.push('its outcome was unknown without need');
  }
  return [...faults, ...judgeCalls(world, made, unknown.length > 0), ...(await judgeRecords(world, made))];
}

function judgeCalls(
  { tools: { ledger } }: World,
  { id, situation: { tool, edit } }: SignCase,
  isUnknown: boolean,
): string[] {
  const of = edit ? `edited-case-${id}` : `case-${id}`;
  const calls = ledger.filter((line) => line.tool === tool && line.of === of);
  const others = ledger.filter((line) => line.of.endsWith(`case-${id}`) && line.of !== of);
  const faults = others.length > 0 ? [`what was not signed ran: ${others.map((line) => line.of)}`] : [];
  if (calls.length === 0 && !isUnknown) faults.push(`${tool} of ${id} was lost`);
  if (tool === 'sign_book' && calls.length > 1) faults.push(`sign_book of ${id} ran ${calls.length} times`);
  const keys = new Set(calls.map(({ key }) => key));
  if (tool === 'sign_note' && (keys.size !== 1 || keys.has(undefined))) {
    faults.push(`sign_note of ${id} was called with the keys ${[...keys].join(', ')}`);
  }
  return faults;
}

type Row = { state: string; call: string; cards: string };

async function judgeRecords({ sql, slack }: World, { id, situation }: SignCase): Promise<string[]> {
  const rows = await sql<Row>(
    `select a.state, c.state as call, (select count(*) from countersign.cards k where k.approval = a.id) as cards
       from countersign.approvals a join countersign.tool_calls c on c.id = a.call_id
      where a.canonical like '%case-' || $1 || '"%' order by a.opened_at`,
    [id],
  );
  const faults = rows.filter(({ state, call }) => state !== call).map(({ state, call }) => `${state} is ${call}`);
  if (rows.length !== (situation.edit ? 2 : 1)) faults.push(`there are ${rows.length} approvals`);
  const shown = slack
    .messages('C0APPROVALS')
    .filter(({ blocks }) => new RegExp(`case-${id}\\b`).test(JSON.stringify(blocks ?? [])));
  if (shown.length !== rows.length) faults.push(`${shown.length} cards stand for ${rows.length} approvals`);
  const open = shown.filter(({ blocks }) => JSON.stringify(blocks).includes('"approval.'));
  if (open.length > 0) faults.push('a card still has buttons');
  return faults;
}
