import type { Desk } from '../desk.ts';
import type { Effect, Rule } from '../store/records.ts';

export type Verdict = Rule | 'no_rule';

/** What the desk's file says of a tool. Without a rule there is no tool. */
export function ruleFor(desk: Desk, tool: string): { verdict: Rule; effect: Effect } | { verdict: 'no_rule' } {
  const rule = desk.tools.get(tool);
  return rule ? { verdict: rule.rule, effect: rule.effect } : { verdict: 'no_rule' };
}
