import { leavesOf } from '../approvals/leaves.ts';
import type { ToolText } from '../approvals/origins.ts';
import { readArguments } from '../gate/arguments.ts';
import { serverIn } from '../mcp/definitions.ts';
import type { Call, Step } from '../records/types.ts';

/**
 * What the model wrote to tools and what they answered, in order. Leaves out the answers of local tools, which only
 * repeat the conversation.
 */
export function toolTextsIn(steps: readonly Step[]): ToolText[] {
  const textsIn = toolTextsOf(steps);
  return steps.flatMap(textsIn);
}

/** The same step by step. */
export function toolTextsOf(steps: readonly Step[]): (step: Step) => ToolText[] {
  const names = new Map(callsIn(steps).map(({ id, name }) => [id, name]));
  return (step) => {
    if (step.kind === 'model') return step.content.calls.map((call) => ({ tool: null, text: argumentsText(call) }));
    const tool = step.kind === 'tool' ? names.get(step.content.call) : undefined;
    return step.kind === 'tool' && tool && serverIn(tool) ? [{ tool, text: step.content.text }] : [];
  };
}

function callsIn(steps: readonly Step[]): Call[] {
  return steps.flatMap((step) => (step.kind === 'model' ? step.content.calls : []));
}

/** The values themselves: in JSON a model can write one with escapes. */
function argumentsText({ arguments: raw }: Call): string {
  const read = readArguments(raw);
  return read.kind === 'ok' ? leavesOf(read.args).join('\n') : raw;
}
