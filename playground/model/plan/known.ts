import type { Conversation } from '../thread/conversation.ts';
import type { Param } from '../tools/params.ts';
import type { Goal } from './goal.ts';

const soFar =
  /\b(?:so far|by now|up to now|until now|established)\b|\bwhat (?:we|you) (?:\w+ )?(?:know|have|found|learned|learnt)\b/i;
const keeps = /\b(?:keep|write|note|put|jot|take|save|make|remember|sum|summari[sz]e)\b/i;

/** "Write down what we know so far", "keep that in your notes". */
export function asksToKeep(text: string): boolean {
  return keeps.test(text) && (soFar.test(text) || /\byour notes?\b|\bnotes? of (?:this|that|it|what)\b/i.test(text));
}

const LONGEST_LINE = 300;
const MOST_LINES = 10;

/** Notes of the conversation hold what was answered in it. */
export function withKnown(goal: Goal, { earlier }: Conversation): Goal {
  const wanted = asksToKeep(goal.part) ? goal.missing.find(takesLines) : undefined;
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
