import { z } from 'zod';
import type { Desk } from '../../desk/types.ts';
import { isOffered, ruleFor } from '../../gate/rules.ts';
import type { LocalTool } from '../../gate/types.ts';

const input = z.strictObject({
  tool: z.string().describe('The name of the tool that you mean to call, such as jewelryops__refund_order'),
  arguments: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('The arguments that you mean to call it with: what is needed may depend on them, as on an amount'),
});

const meaning = {
  allow: 'It runs at once; no confirmation is needed.',
  confirm: 'The requester must confirm it first.',
  approve: 'Somebody entitled, other than the requester, must approve it first.',
  deny: 'It is not allowed at this desk.',
};

/** Asks the gate's own rules. */
export const checkRequiresConfirmation: LocalTool = {
  name: 'check_requires_confirmation',
  description:
    'Tells whether an action (a refund, a cancellation, an inventory update, a note …) runs at once or needs a confirmation or a signature first.',
  input,
  async run(args, { desk, principal }) {
    const { tool: asked, arguments: given } = input.parse(args);
    const names = meant(desk, asked);
    const [tool = asked] = names;
    // Without arguments, the strictest rule whose condition may fit is the answer.
    const ruled = ruleFor(desk, tool, { by: principal, args: given });
    if (names.length > 1 || ruled.verdict === 'no_rule') return { kind: 'error', text: unclear(desk, asked, names) };
    const { verdict, ruleText } = ruled;
    const mayDepend = given === undefined && ruled.tool.when.some((condition) => 'argument' in condition);
    const hint = mayDepend ? ' Ask with its arguments for the answer to that very call.' : '';
    return {
      kind: 'ok',
      text: `${tool}: ${meaning[verdict]} The rule: ${ruleText}.${hint}`,
      structured: { tool, rule: verdict, requires_confirmation: verdict === 'confirm' || verdict === 'approve' },
    };
  },
};

/** Finds the tool by its full name in either case, else by its name without the server. */
function meant(desk: Desk, asked: string): string[] {
  const names = [...desk.tools.keys()];
  if (names.includes(asked)) return [asked];
  const wanted = asked.toLowerCase();
  const same = names.filter((name) => name.toLowerCase() === wanted);
  return same.length > 0 ? same : names.filter((name) => name.toLowerCase().endsWith(`__${wanted}`));
}

function unclear(desk: Desk, asked: string, names: string[]): string {
  const known = names.length > 0 ? names : [...desk.tools.keys()].filter((name) => isOffered(desk, name));
  const what =
    names.length > 0 ? `"${asked}" may be several tools` : `There is no such tool as "${asked}" at this desk`;
  return `${what}, so whether it needs a confirmation is not known. Ask again with one of: ${known.join(', ')}.`;
}
