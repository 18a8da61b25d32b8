import type { Condition, Desk, OnArgument, OnAsker, Signers, ToolRule } from '../desk/types.ts';
import type { Effect, Principal, Rule } from '../records/types.ts';
import { withArticle } from '../text.ts';

export type Verdict = Rule | 'no_rule';

export type Ruled =
  | { verdict: 'no_rule' }
  | {
      verdict: Rule;
      effect: Effect;
      signers: Signers;
      quorum: number;
      own: boolean;
      edited: boolean;
      /** The rule as a sentence. */
      ruleText: string;
      tool: ToolRule;
    };

/**
 * What conditions look at. `by` is the principal in the records, whatever the arguments claim. Without `args`, conditions
 * on arguments stay undecided.
 */
export type RuleInput = { by: Principal; args?: Record<string, unknown> };

/**
 * The desk's rule for a call, or, without `asking`, for a call that no condition fits. Tools without a rule do not
 * exist.
 */
export function ruleFor(desk: Desk, tool: string, asking?: RuleInput): Ruled {
  const rule = desk.tools.get(tool);
  if (!rule) return { verdict: 'no_rule' };
  const need = asking ? needOf(desk, rule, asking) : defaultNeed(desk, rule, 'any other call');
  const { effect, own, edited } = rule;
  const { verdict, signers } = need;
  const quorum = verdict === 'approve' ? need.quorum : 1;
  return { verdict, effect, signers, quorum, own, edited, ruleText: sentence(need), tool: rule };
}

/** What a call needs under this condition, as a sentence. */
export function conditionText(desk: Desk, tool: ToolRule, condition: Condition): string {
  return sentence(needUnder(desk, tool, condition));
}

/** Is some call of this tool permitted? */
export function isOffered(desk: Desk, tool: string): boolean {
  const rule = desk.tools.get(tool);
  return rule !== undefined && [rule, ...rule.when].some((one) => one.rule !== 'deny');
}

type Need = { of: string; verdict: Rule; signers: Signers; quorum: number };

// An undecided condition may be the one that counts, or any one after it may be: so the strictest of them all
// decides.
function needOf(desk: Desk, tool: ToolRule, asking: RuleInput): Need {
  const judged = tool.when.map((condition) => ({ condition, fit: fitOf(condition, asking) }));
  const at = judged.findIndex(({ fit }) => fit === 'fits');
  const fitting = judged[at]?.condition;
  const otherwise = asking.args ? 'this call' : 'any other call';
  const sure = fitting ? needUnder(desk, tool, fitting) : defaultNeed(desk, tool, otherwise);
  return judged
    .slice(0, at < 0 ? undefined : at)
    .filter(({ fit }) => fit === 'unreadable')
    .map(({ condition }) => needUnder(desk, tool, condition, doubtOf(condition)))
    .reduce((need, doubtful) => stricter(desk, need, doubtful), sure);
}

export type Fit = 'fits' | 'differs' | 'unreadable';

export function fitOf(condition: Condition, { by, args }: RuleInput): Fit {
  if ('askedBy' in condition) return condition.askedBy.includes(by.kind) ? 'fits' : 'differs';
  return args ? fitOfArgument(condition, args) : 'unreadable';
}

function fitOfArgument({ argument, fits }: OnArgument, args: Record<string, unknown>): Fit {
  const value = Object.hasOwn(args, argument) ? args[argument] : undefined;
  if (fits.kind === 'given') return (value !== undefined && value !== null) === fits.given ? 'fits' : 'differs';
  if (fits.kind === 'is') {
    if (fits.oneOf.some((one) => one === value)) return 'fits';
    return fits.oneOf.some((one) => typeof one === typeof value) ? 'differs' : 'unreadable';
  }
  if (typeof value !== 'number' || Number.isNaN(value)) return 'unreadable';
  return (fits.kind === 'over' ? value > fits.than : value < fits.than) ? 'fits' : 'differs';
}

function doubtOf(condition: Condition): string {
  return 'askedBy' in condition ? '' : ` (${condition.argument} cannot be judged here)`;
}

function needUnder(desk: Desk, tool: ToolRule, condition: Condition, doubt = ''): Need {
  return {
    of: `${fitText(condition)}${doubt}`,
    verdict: condition.rule,
    signers: condition.signers ?? tool.signers ?? desk.approvals.signers,
    quorum: condition.quorum ?? tool.quorum,
  };
}

/** `otherwise` names the calls that no condition fits. */
function defaultNeed(desk: Desk, tool: ToolRule, otherwise: string): Need {
  const of = tool.when.length > 0 ? otherwise : 'every call';
  return { of, verdict: tool.rule, signers: tool.signers ?? desk.approvals.signers, quorum: tool.quorum };
}

const strictness: Rule[] = ['allow', 'confirm', 'approve', 'deny'];

/** Of two approvals: only people who may sign both may sign, and the higher quorum counts. */
function stricter(desk: Desk, sure: Need, doubtful: Need): Need {
  const by = strictness.indexOf(doubtful.verdict) - strictness.indexOf(sure.verdict);
  if (by !== 0 || sure.verdict !== 'approve') return by > 0 ? doubtful : sure;
  const quorum = Math.max(sure.quorum, doubtful.quorum);
  const entitled = expanded(desk, doubtful.signers);
  if (expanded(desk, sure.signers).every((id) => entitled.includes(id))) return { ...sure, quorum };
  const signers = expanded(desk, sure.signers).filter((id) => entitled.includes(id));
  return { of: doubtful.of, verdict: signers.length > 0 ? 'approve' : 'deny', signers, quorum };
}

/** Ids of users and user groups, with roles replaced by their members. */
export function expanded(desk: Desk, signers: Signers): string[] {
  return [...new Set(signers.flatMap((name) => desk.roles.get(name) ?? [name]))];
}

function fitText(condition: OnArgument | OnAsker): string {
  if ('askedBy' in condition)
    return `a call asked by ${condition.askedBy.map((kind) => principalWords[kind]).join(' or ')}`;
  const { argument, fits } = condition;
  switch (fits.kind) {
    case 'given':
      return `a call with ${argument} ${fits.given ? 'given' : 'not given'}`;
    case 'is':
      return `a call with ${argument} ${fits.oneOf.join(' or ')}`;
    default:
      return `a call with ${argument} ${fits.kind} ${fits.than}`;
  }
}

const principalWords: Record<Principal['kind'], string> = {
  staff: 'staff',
  guest: 'a guest',
  customer: 'a customer',
  service: 'a service',
  anonymous: 'someone unknown',
};

function sentence({ of, verdict, signers, quorum }: Need): string {
  switch (verdict) {
    case 'allow':
      return `${of} runs at once`;
    case 'confirm':
      return `the requester must confirm ${of}`;
    case 'approve':
      return `${quorum === 1 ? oneOf(signers) : `${quorum} people (${signers.join(' or ')})`} must approve ${of}`;
    case 'deny':
      return of === 'every call' ? 'it is never allowed' : `${of} is not allowed`;
  }
}

function oneOf(signers: Signers): string {
  return signers.map(withArticle).join(' or ') || 'nobody';
}
