import type { Check, Desk, Lookup, ToolRule } from '../core/desk/types.ts';
import { ruleFor } from '../core/gate/rules.ts';
import { beyond, conditionRule, fieldText, quotaText } from './explain.ts';

/** Each of a desk's tools with its effect and rules, and everything else that decides about a call. */
export function listDesk(desk: Desk): string[] {
  const width = Math.max(...[...desk.tools.keys()].map((name) => name.length), 0);
  const tools = [...desk.tools].flatMap(([name, tool]) =>
    [...rulesOf(desk, name, tool), ...termsOf(tool)].map((line, at) => {
      const [head, effect] = at === 0 ? [name, tool.effect] : ['', ''];
      return `  ${head.padEnd(width)}  ${effect.padEnd(5)}  ${line}`;
    }),
  );
  return [`${desk.name}: ${desk.title}`, ...tools, ...limitsOf(desk), ...peopleOf(desk)];
}

/** "Any other call" means other than the conditions before it. */
function rulesOf(desk: Desk, name: string, tool: ToolRule): string[] {
  const ruled = ruleFor(desk, name);
  const rest = ruled.verdict === 'no_rule' ? [] : [`${ruled.verdict}: ${ruled.ruleText}`];
  return [...tool.when.map((condition) => conditionRule(desk, tool, condition)), ...rest];
}

function termsOf({ own, edited, check, probe, customer }: ToolRule): string[] {
  return [
    ...(own ? ['who asks may sign, too'] : []),
    ...(edited ? [] : ['the editor may not sign the changed call']),
    ...(check ? checkLines(check) : []),
    ...(probe ? [`if the outcome is not known: ${lookText(probe)}`] : []),
    ...(customer === undefined ? [] : [`a customer reaches only their own ${customer}`]),
  ];
}

function checkLines(check: Check): string[] {
  const compared = check.fields.filter((field) => field.compared).map(fieldText);
  const shown = check.fields.filter((field) => !field.compared).map(fieldText);
  return [
    `checked first: ${lookText(check)}`,
    ...(compared.length > 0 ? [`a change stops it: ${compared.join(', ')}`] : []),
    ...(shown.length > 0 ? [`only shown: ${shown.join(', ')}`] : []),
  ];
}

function lookText({ tool, arguments: names }: Lookup): string {
  const given = Object.entries(names).map(([to, from]) => (to === from ? to : `${to} from ${from}`));
  return `${tool}${given.length > 0 ? ` with ${given.join(', ')}` : ''}`;
}

function limitsOf({ quotas, rate }: Desk): string[] {
  return [
    ...quotas.map((quota) => `  ${quotaText(quota)}; ${beyond(quota.over)}`),
    ...(rate ? [`  at most ${rate.calls} calls in ${rate.seconds} seconds for each requester`] : []),
  ];
}

function peopleOf({ tools, roles, approvals, customers }: Desk): string[] {
  const { channel, hours, escalateTo } = approvals;
  const isSigned = [...tools.values()].some(({ rule, when }) =>
    [{ rule }, ...when].some((one) => one.rule === 'approve'),
  );
  const signing = [
    `  a request waits ${hours} hours for signatures${channel ? ` in ${channel}` : ''}`,
    ...(escalateTo ? [`, and ${escalateTo} is told after three quarters of them`] : []),
  ];
  return [
    ...[...roles].map(([role, ids]) => `  ${role}: ${ids.join(', ')}`),
    ...(isSigned ? [signing.join('')] : []),
    ...(customers.kind === 'lookup'
      ? [`  a customer is known by ${customers.tool}: their ${customers.argument} gives the ${customers.field}`]
      : []),
  ];
}
