import { z } from 'zod';
import type { LocalTool } from '../../gate/local.ts';
import { ruleFor } from '../../gate/rules.ts';

const input = z.strictObject({
  tool: z.string().describe('The exact name of the tool that you mean to call, such as jewelryops__refund_order'),
});

const meaning = {
  allow: 'It runs at once; no confirmation is needed.',
  confirm: 'The person who asks has to confirm it first.',
  approve: 'Someone entitled, other than the person who asks, has to sign it first.',
  deny: 'It is not permitted at this desk.',
  no_rule: 'There is no such tool at this desk.',
};

/** Asks the gate's own rules; there is no second opinion. */
export const checkRequiresConfirmation: LocalTool = {
  name: 'check_requires_confirmation',
  description:
    'Tells whether an action (a refund, a cancellation, an inventory update, a note …) runs at once or needs a confirmation or a signature first.',
  input,
  async run(args, { desk }) {
    const { tool } = input.parse(args);
    const { verdict } = ruleFor(desk, tool);
    const needed = verdict === 'confirm' || verdict === 'approve';
    return {
      kind: 'ok',
      text: `${tool}: ${meaning[verdict]}`,
      structured: { tool, rule: verdict, requires_confirmation: needed },
    };
  },
};
