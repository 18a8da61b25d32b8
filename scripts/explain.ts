import type { People } from '../core/desk/people.ts';
import type { Check, Condition, Desk, Field, Lookup, Quota, ToolRule } from '../core/desk/types.ts';
import { unknownText } from '../core/desk/unknown-tools.ts';
import { countedFor } from '../core/gate/quotas.ts';
import { conditionText, expanded, fitOf, type Ruled, type RuleInput, ruleFor } from '../core/gate/rules.ts';
import { serverIn } from '../core/mcp/definitions.ts';
import type { Effect, Principal } from '../core/records/types.ts';
import type { Existence } from './known-tools.ts';

type Args = Record<string, unknown>;
export type HypotheticalCall = {
  /** By the name that the model sees. */
  tool: string;
  args: Args;
  /** An account, such as slack:U0LISA. */
  account: string;
  /** The customer's id, if a customer asks. */
  customer?: string;
};
type KnownRule = Exclude<Ruled, { verdict: 'no_rule' }>;

export function conditionRule(desk: Desk, tool: ToolRule, condition: Condition): string {
  return `${condition.rule}: ${conditionText(desk, tool, condition)}`;
}

const periods: Record<number, string> = { 3600: 'hour', 86400: 'day', 604800: 'week' };

export function quotaText({ tools, sum, most, seconds, of }: Quota): string {
  const which = tools.toSorted().join(' and ');
  const each = of === 'principal' ? ' for each requester' : '';
  const within = `per ${periods[seconds] ?? `${seconds} seconds`}${each}`;
  if (sum === undefined) return `at most ${most} calls of ${which} ${within}`;
  return `the ${sum} of ${which} comes to at most ${most} ${within}`;
}

export function beyond(over: Quota['over']): string {
  return `a call beyond it ${over.kind === 'deny' ? 'does not run' : `needs ${over.quorum} signatures`}`;
}

/** Says what would happen to a call, and why, by the desk's file and the servers' tools. */
export function explain(desk: Desk, people: People, asked: HypotheticalCall, existence: Existence): string[] {
  const { tool, customer } = asked;
  const who = customer === undefined ? asked.account : `the customer ${customer} (${asked.account})`;
  const person = people.personOf(asked.account);
  const known = person === asked.account ? '' : `, who is ${person}`;
  const head = `${tool} at the desk ${desk.name}, asked by ${who}${known}`;
  const rule = desk.tools.get(tool);
  if (!rule) return [head, 'Verdict: refused. The desk does not list this tool, so the model does not even see it.'];
  if (existence.kind === 'missing') return [head, `Verdict: refused. ${unknownText(desk, existence)}`];
  const scope = scopeOf(rule, asked);
  if (scope.kind === 'refused') return [head, 'Verdict: refused, whatever the rule.', scope.line];
  const asking = { by: principalOf(asked), args: scope.args };
  const ruled = ruleFor(desk, tool, asking);
  if (ruled.verdict === 'no_rule') return [head];
  const counts = ruled.verdict === 'deny' ? [] : countsOf(desk, people, tool, asking);
  const final = underQuotas(ruled, counts);
  const signed = final.verdict === 'approve' || final.verdict === 'confirm';
  return [
    head,
    `Verdict: ${final.verdict}. ${meaningOf(final)}`,
    `Rule: ${ruled.ruleText}.`,
    ...rule.when.map((condition) => conditionLine(desk, rule, condition, asking)),
    scope.line,
    ...(final.verdict === 'approve' ? signerLines(desk, people, final, asked.account) : []),
    ...(signed ? lookLines(rule, scope.args) : []),
    ...counts.map(quotaLine),
    ...(existence.kind === 'unknown' ? [`Not known: whether this tool exists (${existence.reason}).`] : []),
    ...(final.verdict === 'deny' ? [] : [`Effect: ${rule.effect}. ${repeats[rule.effect]}`]),
    "Not looked at here: whether the arguments fit the tool's own schema, and how much of a quota is used.",
  ];
}

function principalOf({ account, customer }: HypotheticalCall): Principal {
  if (customer !== undefined) return { kind: 'customer', id: customer };
  return { kind: isBot(account) ? 'service' : 'staff', id: account };
}

function isBot(account: string): boolean {
  return /^slack:(?:T\w+:)?B/.test(account);
}

type Scope = { kind: 'refused'; line: string } | { kind: 'within'; line: string; args: Args };

function scopeOf({ customer: bound }: ToolRule, { tool, args, account, customer }: HypotheticalCall): Scope {
  if (customer === undefined) {
    return { kind: 'within', line: `Scope: ${isBot(account) ? 'a service' : 'staff'}, any record.`, args };
  }
  if (serverIn(tool) === undefined) return { kind: 'within', line: 'Scope: a tool of our own, without records.', args };
  if (bound === undefined) {
    return { kind: 'refused', line: 'Scope: no argument binds this tool to a customer, so no customer may call it.' };
  }
  const given = args[bound] ?? '';
  if (given !== '' && String(given).trim().toLowerCase() !== customer.toLowerCase()) {
    return { kind: 'refused', line: `Scope: ${bound} names the records of others.` };
  }
  const line = `Scope: only with ${bound} ${customer}, whatever the model writes.`;
  return { kind: 'within', line, args: { ...args, [bound]: customer } };
}

type Count = { quota: Quota; amount: number };

function countsOf(desk: Desk, people: People, tool: string, { by, args = {} }: RuleInput): Count[] {
  const { amounts } = countedFor({ desk, principal: by }, people, tool, args);
  return desk.quotas.flatMap((quota) => {
    const amount = amounts[quota.id];
    return amount === undefined ? [] : [{ quota, amount }];
  });
}

/** A call alone can be over a quota, whatever was used of it before. */
function underQuotas(ruled: KnownRule, counts: Count[]): KnownRule {
  const exceeded = counts.filter(({ quota, amount }) => amount > quota.most).map(({ quota }) => quota.over);
  if (exceeded.some(({ kind }) => kind === 'deny')) return { ...ruled, verdict: 'deny' };
  const quorums = exceeded.flatMap((over) => (over.kind === 'sign' ? [over.quorum] : []));
  return { ...ruled, quorum: Math.max(ruled.quorum, ...quorums) };
}

function meaningOf({ verdict, quorum }: KnownRule): string {
  switch (verdict) {
    case 'allow':
      return 'It runs at once.';
    case 'confirm':
      return 'It runs once the requester has confirmed it.';
    case 'approve':
      return `It runs after ${quorum} signature${quorum === 1 ? '' : 's'}; one rejection ends it.`;
    case 'deny':
      return 'It does not run.';
  }
}

const fitWords = { fits: 'fits', differs: 'does not fit', unreadable: 'cannot be judged, so the stricter rule counts' };

function conditionLine(desk: Desk, tool: ToolRule, condition: Condition, asking: RuleInput): string {
  return `Condition: ${conditionRule(desk, tool, condition)}: ${fitWords[fitOf(condition, asking)]}.`;
}

function signerLines(desk: Desk, people: People, ruled: KnownRule, account: string): string[] {
  const { signers, own, edited } = ruled;
  const asker = people.personOf(account);
  const named = signers.map((name) => {
    const members = desk.roles.get(name);
    return members ? `${name} (${members.join(', ')})` : name;
  });
  const ids = expanded(desk, signers);
  const asks = ids.filter((id) => people.personOf(`slack:${id}`) === asker);
  return [
    `May sign: ${named.join(', ')}${ids.some(isGroup) ? ' (S… is a user group of Slack)' : ''}.`,
    ...asks.map((id) => `Own call: ${id} asks for it and may ${own ? 'sign it, too' : 'not sign it'}.`),
    ...tooFew(people, ruled, ids, asker),
    `Edited: the editor may ${edited ? '' : 'not '}sign the changed call.`,
  ];
}

/** Only Slack knows the members of a user group. */
function tooFew(people: People, { own, quorum }: KnownRule, ids: string[], asker: string): string[] {
  const able = new Set(ids.map((id) => people.personOf(`slack:${id}`)).filter((person) => own || person !== asker));
  if (ids.some(isGroup) || able.size >= quorum) return [];
  return [`Too few: only ${able.size} of ${quorum} can sign this, so it would wait until it expires.`];
}

function isGroup(signer: string): boolean {
  return signer.startsWith('S');
}

function lookLines({ check, probe }: ToolRule, args: Args): string[] {
  return [
    ...(check ? [checkLine(check, args)] : []),
    ...(probe ? [`If the outcome is not known: ${lookText(probe, args)}.`] : []),
  ];
}

function checkLine(check: Check, args: Args): string {
  const compared = check.fields.filter((field) => field.compared).map(fieldText);
  const shown = check.fields.filter((field) => !field.compared).map(fieldText);
  return [
    `World check: ${lookText(check, args)}${compared.length > 0 ? `, for ${compared.join(', ')}; a change stops it` : ''}.`,
    ...(shown.length > 0 ? [`Only shown: ${shown.join(', ')}; a change does not stop it.`] : []),
  ].join(' ');
}

export function fieldText({ path, words }: Field): string {
  return words === undefined ? path : `${path} ("${words}")`;
}

function lookText({ tool, arguments: wanted }: Lookup, args: Args): string {
  const given = Object.entries(wanted).flatMap(([name, from]) =>
    Object.hasOwn(args, from) ? [`${name} ${JSON.stringify(args[from])}`] : [],
  );
  return `${tool}${given.length > 0 ? ` with ${given.join(', ')}` : ''}`;
}

function quotaLine({ quota, amount }: Count): string {
  return `Quota: ${quotaText(quota)}. This call counts ${amountText(amount, quota.most)}; ${beyond(quota.over)}.`;
}

function amountText(amount: number, most: number): string {
  if (amount === Number.MAX_VALUE) return 'as over the limit, because its amount cannot be read';
  return amount > most ? `${amount}, which alone is over the limit` : String(amount);
}

const repeats: Record<Effect, string> = {
  read: 'After a crash it is read again.',
  keyed: 'After a crash it is sent again with the same idempotency key.',
  once: 'After a crash it is not sent again; a person is asked what happened.',
};
