import { type Case, isWhole, repliesTo } from './kill.ts';
import type { Question } from './questions.ts';
import type { World } from './world.ts';

/** What the outside world may hold against us, in sentences. None is what a sweep is to find. */
export async function verdict(world: World, made: Case): Promise<string[]> {
  const faults: string[] = [];
  for (const turn of made.turns) {
    const replies = repliesTo(world, made, turn);
    const ids = turn.map(({ id }) => id).join(' and ');
    if (replies.length !== 1) faults.push(`${ids} was answered ${replies.length} times`);
    if (!replies.every(isWhole)) faults.push(`${ids} was not answered to the end`);
    faults.push(...judgeTools(world, turn[0]!, replies[0]?.text ?? ''));
  }
  return [...faults, ...judgeThread(world, made), ...(await judgeRecords(world, made))];
}

function judgeTools({ tools: { ledger } }: World, question: Question, reply: string): string[] {
  return question.tools.flatMap((tool) => {
    const calls = ledger.filter((line) => line.tool === tool && line.of === question.id);
    const told = reply.includes(`${tool} says yes-${question.id}`);
    if (tool === 'book') return judgeOnce(question.id, calls.length, told, reply.includes('is not known'));
    const faults = told ? [] : [`what ${tool} said of ${question.id} was lost: ${reply}`];
    const keys = new Set(calls.map(({ key }) => key));
    if (tool === 'note' && (keys.size !== 1 || keys.has(undefined)))
      faults.push(`note of ${question.id} was called with the keys ${[...keys].join(', ')}`);
    return faults;
  });
}

function judgeOnce(id: string, times: number, told: boolean, unknown: boolean): string[] {
  if (times > 1) return [`book of ${id} was called ${times} times`];
  if (told !== (unknown === false)) return [`it was not told whether book of ${id} took effect`];
  return told && times !== 1 ? [`book of ${id} was told but never called`] : [];
}

function judgeThread(world: World, { thread, turns, situation }: Case): string[] {
  const notices = world.replies(thread).filter(({ text }) => text.includes('Your message is kept'));
  const others = world.replies(thread).length - notices.length - turns.length;
  return [
    ...(others === 0 ? [] : [`${others} more messages than answers`]),
    ...(notices.length === (situation.away ? 1 : 0) ? [] : [`${notices.length} notices`]),
  ];
}

type Row = { state: string; tool: string | null; call: string | null };

async function judgeRecords({ sql }: World, { thread, turns }: Case): Promise<string[]> {
  const rows = await sql<Row>(
    `select t.state, c.tool, c.state as call
       from countersign.threads h
       join countersign.turns t on t.thread_id = h.id
       left join countersign.tool_calls c on c.turn_id = t.id
      where h.address like '%' || $1 order by t.number`,
    [thread],
  );
  const open = rows.filter(({ call }) => call === 'dispatching').map(({ tool }) => `${tool} seems to be under way`);
  const states = await sql<{ state: string }>(
    `select t.state from countersign.threads h join countersign.turns t on t.thread_id = h.id
      where h.address like '%' || $1`,
    [thread],
  );
  const wrong = states.length !== turns.length || states.some(({ state }) => state !== 'done');
  return wrong ? [...open, `its turns ended as ${states.map(({ state }) => state).join(', ')}`] : open;
}
