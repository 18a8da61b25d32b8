import { fitOf, type Wanted } from './focus.ts';

const MOST = 3_000;
/** A few sentences in lines are told; more, or what is arranged in columns, is shown as it is. */
const FEW = 5;
const LONG = 300;
const MARKED = /^\[[A-Z]+\] |\S {3,}\S|\t|^[#|>]/;

/** A text of several lines, as servers of other people give it: a list stays a list, anything else stands as it came. */
export function linesText(text: string, wanted: Wanted): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const there = lines.filter((line) => line.trim() !== '');
  const asked = there.filter((line) => FIELD.test(line) && fitOf(FIELD.exec(line)?.[1] ?? '', wanted) > 0);
  const isRecord = there.every((line) => FIELD.test(line)) && there.length <= 30;
  if (isRecord && asked.length > 0 && asked.length <= 3)
    return asked.map((line) => line.replace(FIELD, '$1: **$2**')).join('\n');
  if (isRecord) return there.map((line) => `- ${line.trim()}`).join('\n');
  if (there.every((line) => /^\s*(?:[-*•]|\d+[.)]) /.test(line))) return cut(there.join('\n'));
  const isTold =
    there.length <= FEW &&
    there.every((line) => line.length < LONG && /^[A-Z[].*[ ,:]/.test(line) && !MARKED.test(line));
  return isTold ? there.join('\n\n') : fenced(cut(lines.join('\n').trim()));
}

const FIELD = /^\s*[-*]?\s*([A-Za-z][\w /-]{0,30}):\s+(\S.*)$/;

function cut(text: string): string {
  return text.length <= MOST
    ? text
    : `${text.slice(0, MOST)}\n… (the first ${MOST.toLocaleString('en-US')} of ${text.length.toLocaleString('en-US')} characters)`;
}

/** The fence is longer than any inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
