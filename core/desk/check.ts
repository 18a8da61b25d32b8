import type { Rule } from '../records/types.ts';
import type { Keys } from '../yaml-file.ts';
import { quotaId, toolNamed, toolsIn, type Written, type WrittenQuota, type WrittenTool } from './schema.ts';
import type { Condition } from './types.ts';

export type Fault = [Keys, string];

/** Finds faults between the parts of a desk's file, each of which is valid by itself. */
export function faultsIn(written: Written): Fault[] {
  const tools = toolsIn(written);
  const listed = new Map(tools.map((tool) => [tool.name, tool]));
  return [
    ...unknownRoles(written, ['approvals', 'signers'], written.approvals.signers),
    ...unknownRoles(written, ['email', 'colleagues'], written.email.colleagues),
    ...tools.flatMap((tool) => [
      ...signerFaults(written, tool),
      ...deadFaults(tool),
      ...unusedFaults(tool),
      ...(['check', 'probe'] as const).flatMap((look) =>
        lookFaults(listed, [...tool.keys, look, 'tool'], tool.rule[look]?.tool),
      ),
    ]),
    ...written.quotas.flatMap((quota, at) => quotaFaults(written, listed, quota, ['quotas', at])),
    ...duplicates(written.quotas),
    ...(written.customers === 'principal' ? [] : lookFaults(listed, ['customers', 'tool'], written.customers.tool)),
    ...switchFaults(listed, written.commands.switch),
  ];
}

function unknownRoles({ roles }: Written, keys: Keys, signers: string[] = []): Fault[] {
  return signers.flatMap((name, at): Fault[] =>
    isRole(name) && !Object.hasOwn(roles, name)
      ? [[[...keys, at], `names the role ${name}, which is not under roles; add it there or correct the name`]]
      : [],
  );
}

function isRole(signer: string): boolean {
  return /^[a-z]/.test(signer);
}

function signerFaults(written: Written, tool: WrittenTool): Fault[] {
  const { keys, rule } = tool;
  return [
    ...unknownRoles(written, [...keys, 'signers'], rule.signers),
    ...rule.when.flatMap((one, at) => unknownRoles(written, [...keys, 'when', at, 'signers'], one.signers)),
    ...approvesOf(written, tool).flatMap(({ keys, quorum, people }): Fault[] => {
      if (people === 0) {
        return [[[...keys, 'rule'], 'is approve and nobody may sign; list signers there, or for all under approvals']];
      }
      if (quorum <= people) return [];
      const problem = `asks for ${quorum} signatures and ${people} may sign; list more signers or ask for fewer`;
      return [[[...keys, 'quorum'], problem]];
    }),
  ];
}

/** `others`: how many signers remain when one of them is the requester. */
type Approve = { keys: Keys; quorum: number; people: number; others: number };

/** Finds the rules `approve` of a tool, and how many people may sign each. Only staff sign. */
function approvesOf(written: Written, { keys, rule }: WrittenTool): Approve[] {
  const signers = rule.signers ?? written.approvals.signers;
  const places = [
    { keys, rule: rule.rule, quorum: rule.quorum, signers, own: rule.own },
    ...rule.when.map((one, at) => {
      const own = rule.own || ('askedBy' in one && !one.askedBy.includes('staff'));
      return { quorum: rule.quorum, signers, ...one, own, keys: [...keys, 'when', at] };
    }),
  ];
  return places
    .filter((place) => place.rule === 'approve')
    .map(({ keys, quorum, signers, own }) => {
      const people = peopleIn(written, signers);
      return { keys, quorum, people, others: own ? people : people - 1 };
    });
}

/**
 * Counts a user group, whose members only Slack knows, as many people; also an unknown role, which is a fault of its
 * own.
 */
function peopleIn({ roles }: Written, signers: string[]): number {
  const members = new Set(signers.flatMap((name) => (Object.hasOwn(roles, name) ? (roles[name] ?? []) : [name])));
  return [...members].every((id) => /^[UW]/.test(id)) ? members.size : Number.POSITIVE_INFINITY;
}

/** Finds conditions that never count, because an earlier, looser one fits whatever they fit. */
function deadFaults({ keys, rule }: WrittenTool): Fault[] {
  return rule.when.flatMap((one, at): Fault[] => {
    const before = rule.when.slice(0, at).find((earlier) => covers(earlier, one));
    if (!before) return [];
    const problem = `can never count behind ${asWritten(before)}, for the first that fits does; put it before that, or remove it`;
    return [[[...keys, 'when', at, 'askedBy' in one ? 'asked_by' : one.fits.kind], problem]];
  });
}

function covers(earlier: Condition, later: Condition): boolean {
  if ('askedBy' in earlier || 'askedBy' in later) {
    return 'askedBy' in earlier && 'askedBy' in later && later.askedBy.every((kind) => earlier.askedBy.includes(kind));
  }
  if (earlier.argument !== later.argument) return false;
  const [first, second] = [earlier.fits, later.fits];
  switch (first.kind) {
    case 'over':
      return second.kind === 'over' && first.than <= second.than;
    case 'under':
      return second.kind === 'under' && first.than >= second.than;
    case 'is':
      return false;
    // A value that can be compared is given.
    case 'given':
      return first.given === (second.kind === 'given' ? second.given : true);
  }
}

function asWritten(condition: Condition): string {
  if ('askedBy' in condition) return `asked_by: ${condition.askedBy.join(', ')}`;
  const { fits } = condition;
  switch (fits.kind) {
    case 'given':
      return `given: ${fits.given}`;
    case 'is':
      return `is: ${fits.oneOf.join(', ')}`;
    default:
      return `${fits.kind}: ${fits.than}`;
  }
}

function unusedFaults({ keys, rule }: WrittenTool): Fault[] {
  const rules = rulesOf(rule);
  const unsigned = !rules.includes('approve');
  const quiet = unsigned && !rules.includes('confirm');
  const conditions = rule.when.flatMap((one, at): Fault[] =>
    one.rule !== 'approve' && (one.signers || one.quorum)
      ? [[[...keys, 'when', at], `has signers or a quorum and its rule is ${one.rule}; remove them or make it approve`]]
      : [],
  );
  return [
    ...conditions,
    ...(['signers', 'own'] as const).flatMap((key): Fault[] =>
      unsigned && rule[key] ? [[[...keys, key], 'does nothing where no rule is approve; remove it']] : [],
    ),
    ...(unsigned && rule.quorum > 1
      ? ([[[...keys, 'quorum'], 'does nothing where no rule is approve; remove it']] satisfies Fault[])
      : []),
    ...(['check', 'probe'] as const).flatMap((key): Fault[] =>
      quiet && rule[key] ? [[[...keys, key], 'does nothing where no rule is confirm or approve; remove it']] : [],
    ),
  ];
}

function rulesOf({ rule, when }: WrittenTool['rule']): Rule[] {
  return [rule, ...when.map((one) => one.rule)];
}

function lookFaults(listed: Map<string, WrittenTool>, keys: Keys, tool: string | undefined): Fault[] {
  if (tool === undefined) return [];
  const found = listed.get(toolNamed(tool));
  if (!found) return [[keys, notListed(tool)]];
  if (found.rule.effect === 'read') return [];
  return [[keys, `names ${tool}, whose effect is ${found.rule.effect}; name a tool whose effect is read`]];
}

/** A switch looks up at once: its tool must need neither a signature nor a yes. */
function switchFaults(listed: Map<string, WrittenTool>, changing: Written['commands']['switch']): Fault[] {
  if (!changing) return [];
  const keys: Keys = ['commands', 'switch', 'tool'];
  const rule = listed.get(toolNamed(changing.tool))?.rule;
  const signed =
    rule && [rule.rule, ...rule.when.map((one) => one.rule)].find((one) => one === 'confirm' || one === 'approve');
  return [
    ...lookFaults(listed, keys, changing.tool),
    ...(signed
      ? [[keys, `names ${changing.tool}, whose rule is ${signed}; name a tool whose rule is allow`] as Fault]
      : []),
  ];
}

function notListed(tool: string): string {
  return `names ${tool}, which is not among the tools of this desk; add it there or correct the name`;
}

function quotaFaults(written: Written, listed: Map<string, WrittenTool>, quota: WrittenQuota, keys: Keys): Fault[] {
  const { over } = quota;
  return quota.tools.flatMap((name, at): Fault[] => {
    const tool = listed.get(toolNamed(name));
    if (!tool) return [[[...keys, 'tools', at], notListed(name)]];
    if (over === 'deny') return [];
    const problem = signaturesProblem(written, tool, over.signatures);
    return problem ? [[[...keys, 'over', 'signatures'], problem]] : [];
  });
}

/**
 * Checks that a limit which asks for signatures is on a tool whose calls people sign; other calls are refused over it.
 */
function signaturesProblem(written: Written, tool: WrittenTool, signatures: number): string | undefined {
  const approves = approvesOf(written, tool);
  if (approves.length === 0) {
    return `cannot lift what ${tool.written} does by ${tool.rule.rule}; make that approve, or say over: deny`;
  }
  if (approves.some(({ people }) => people > 0 && people < signatures)) {
    return `is more than may sign ${tool.written}; list more signers or ask for fewer`;
  }
  if (approves.some(({ people, others }) => people > 0 && others < signatures)) {
    return `is more than may sign ${tool.written} when one of them asks for it; list more signers, or say own: true there`;
  }
  if (approves.every(({ quorum }) => quorum >= signatures)) {
    return `is no more than ${tool.written} needs anyway; ask for more, or say over: deny`;
  }
  return undefined;
}

function duplicates(quotas: WrittenQuota[]): Fault[] {
  const ids = quotas.map(quotaId);
  return ids.flatMap((id, at): Fault[] => {
    const first = ids.indexOf(id);
    return first < at ? [[['quotas', at], `counts the same as quotas.${first}; remove one of them`]] : [];
  });
}
