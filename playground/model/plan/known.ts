import type { Conversation } from '../thread/conversation.ts';
import type { Param } from '../tools/params.ts';
import type { Goal } from './goal.ts';

const soFar =
  /\b(?:so far|by now|up to now|until now)\b|\bwhat (?:we|you) (?:know|have|found|established|learned|learnt)\b/i;
const LONGEST_LINE = 300;
const MOST_LINES = 10;

/** "Write down what we know so far" means what was answered in this thread. */
export function withKnown(goal: Goal, { earlier }: Conversation): Goal {
  const wanted = soFar.test(goal.part) ? goal.missing.find(takesLines) : undefined;
  const lines = earlier.flatMap(({ answer }) => linesOf(answer)).slice(-MOST_LINES);
  if (!wanted || lines.length === 0) return goal;
  const value = wanted.type === 'array' ? lines : lines.join('\n');
  return {
    ...goal,
    args: { ...goal.args, [wanted.name]: value },
    missing: goal.missing.filter((param) => param !== wanted),
  };
}

function takesLines({ type, item, role, strict, shape }: Param): boolean {
  if (type === 'array') return item?.type === 'string' && !item.strict && !item.shape;
  return type === 'string' && role === 'text' && !strict && !shape;
}

function linesOf(answer: string): string[] {
  return answer
    .split('\n')
    .map((line) => line.trim().slice(0, LONGEST_LINE))
    .filter((line) => /\p{L}/u.test(line));
}
