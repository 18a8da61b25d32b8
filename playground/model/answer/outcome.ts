import { NOTHING } from './focus.ts';
import { actionName } from './names.ts';
import { proseText } from './prose.ts';
import { blocksOf } from './read.ts';
import { afterwards } from './wishes.ts';

/** What the system tells of a call that was signed, answered or is over. */
export function outcomeText(told: string, instructions: string): string {
  const [, tool = '', how = '', result] = /^`(\w+)` was (\w+) and is done\. Its result:\n([\s\S]*)$/.exec(told) ?? [];
  if (result === undefined)
    return told.replace(/`?\b(\w+__\w+)\b`?/g, (_, name) => `**${actionName(name)}**`).replace(/:\n/g, ': ');
  const then = afterwards(instructions, tool);
  return [`**${actionName(tool)}** was ${how} and is done. ${resultText(result)}`, ...then].join(' ');
}

/** The person who decided, as the product mentions them; whoever else is mentioned there was mentioned by somebody. */
export function deciderIn(told: string): string[] {
  return /^`?\w+`? was rejected by <@[A-Z0-9]+>|^<@[A-Z0-9]+> says that /.exec(told.trim())?.slice(0, 1) ?? [];
}

function resultText(result: string): string {
  const said = blocksOf(result.trim()).map((block) =>
    block.kind === 'sentence' ? block.text : `${block.head}: ${block.rows.join('; ')}.`,
  );
  return proseText(said, NOTHING);
}
