import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import type { Approval } from '../store/approvals.ts';
import { readText, readYaml } from '../yaml-file.ts';
import { expanded, ruleFor } from './rules.ts';

/** Which human an account belongs to: 'slack:U0LISA' and 'email:lisa@shop.example' may be one. */
export type People = { personOf(account: string): string };
export type ReadPeople = { kind: 'ok'; people: People } | { kind: 'broken'; lines: string[] };

// Without a colon, so that no person has the name of an account.
const personName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'is no name for a person; use lower-case letters, such as lisa');
const account = z
  .string()
  .trim()
  .regex(/^[a-z]+:\S+$/, 'is no account, such as slack:U0123ABCD or email:lisa@shop.example; correct it')
  .transform(folded);
const peopleSchema = z.record(personName, z.array(account).min(1));

/** An account that the file does not name, or every one where there is no file, is a person of its own. */
export function readPeople(path: string): ReadPeople {
  if (!existsSync(path)) return { kind: 'ok', people: peopleWith(new Map()) };
  const source = readText(path);
  if (source === undefined) return { kind: 'broken', lines: [`${path}: it cannot be read; make it a readable file`] };
  const shape = 'must list people with their accounts, such as lisa: [slack:U0123ABCD]; write them or remove the file';
  const read = readYaml(path, source, peopleSchema, shape);
  if (read.kind === 'broken') return read;
  const owners = new Map<string, string>();
  const lines: string[] = [];
  for (const [person, accounts] of Object.entries(read.file.written)) {
    for (const [at, one] of accounts.entries()) {
      const owner = owners.get(one);
      if (owner) lines.push(read.file.fault([person, at], `is an account of ${owner} already; remove one of the two`));
      else owners.set(one, person);
    }
  }
  return lines.length > 0 ? { kind: 'broken', lines } : { kind: 'ok', people: peopleWith(owners) };
}

function peopleWith(owners: Map<string, string>): People {
  return { personOf: (written) => owners.get(folded(written)) ?? folded(written) };
}

/** Mail addresses are the same in either case, and a Slack user is one with and without the workspace named. */
function folded(account: string): string {
  return account.startsWith('email:') ? account.toLowerCase() : account.replace(/^slack:T[A-Z0-9]+:/, 'slack:');
}

export type Entitled = { kind: 'yes'; own: boolean; edited: boolean } | { kind: 'no'; text: string };

/** By the rules as they are now; that nobody signs their own call is told apart by `own`, where the records decide. */
export async function entitled(
  desk: Desk,
  approval: Approval,
  clicker: { user: string; person: string; account: string },
  groupMembers: (group: string) => Promise<string[]>,
): Promise<Entitled> {
  const ruled = ruleFor(desk, approval.tool, { by: approval.principal, args: argumentsOf(approval) });
  const isAsker = clicker.person === approval.person || clicker.account === approval.principal.id;
  // What happened has to be said even where the rules have changed since.
  if (approval.state === 'unknown' && approval.rule === 'confirm' && isAsker)
    return { kind: 'yes', own: true, edited: true };
  if (approval.state === 'unknown' && !('signers' in ruled && ruled.signers.length > 0)) {
    return expanded(desk, desk.approvals.signers).includes(clicker.user)
      ? { kind: 'yes', own: false, edited: true }
      : { kind: 'no', text: 'You may not say what became of this. Nothing has changed.' };
  }
  if (ruled.verdict === 'no_rule' || ruled.verdict === 'deny') {
    return { kind: 'no', text: 'The rules of this desk no longer permit this call. Nothing was done.' };
  }
  const { own, edited } = ruled;
  if (approval.rule === 'confirm') {
    if (ruled.verdict === 'approve') {
      return { kind: 'no', text: 'By now this needs a signature and not a yes. Nothing was done; ask for it anew.' };
    }
    if (isAsker) return { kind: 'yes', own, edited };
    return { kind: 'no', text: 'Only the person who asked for this can answer. Nothing was done.' };
  }
  const signers = expanded(desk, ruled.signers);
  if (signers.includes(clicker.user) && !isGroup(clicker.user)) return { kind: 'yes', own, edited };
  const groups = await Promise.allSettled(signers.filter(isGroup).map(groupMembers));
  if (groups.some((group) => group.status === 'fulfilled' && group.value.includes(clicker.user))) {
    return { kind: 'yes', own, edited };
  }
  if (groups.some((group) => group.status === 'rejected')) {
    return { kind: 'no', text: 'Slack does not tell right now who may sign this. Nothing was done; try again soon.' };
  }
  return { kind: 'no', text: `You may not sign this: ${ruled.ruleText}. Nothing was done.` };
}

function argumentsOf({ canonical }: Approval): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(canonical));
}

function isGroup(signer: string): boolean {
  return signer.startsWith('S');
}
