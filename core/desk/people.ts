import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { Principal } from '../records/types.ts';
import { readText, readYaml } from '../yaml-file.ts';

/** Says which human an account belongs to: 'slack:U0LISA' and 'email:lisa@shop.example' may be one. */
export type People = {
  personOf(account: string): string;
  /** All accounts of the same person, in the form in which accounts are compared. */
  accountsOf(account: string): string[];
};
export type ReadPeople = { kind: 'ok'; people: People } | { kind: 'broken'; lines: string[] };

// No colon, so that a person's name is never an account.
const personName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'is no name for a person; use lower-case letters, such as lisa');
const account = z
  .string()
  .trim()
  .regex(/^[a-z]+:\S+$/, 'is no account, such as slack:U0123ABCD or email:lisa@shop.example; correct it')
  .transform(folded);
const peopleSchema = z.record(personName, z.array(account).min(1));

/** Reads people.yaml. Each account that it does not name is a person of its own. */
export function readPeople(path: string): ReadPeople {
  if (!existsSync(path)) return { kind: 'ok', people: everyoneAlone };
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
  const personOf = (written: string) => owners.get(folded(written)) ?? folded(written);
  return {
    personOf,
    accountsOf(written) {
      const theirs = [...owners].filter(([, owner]) => owner === personOf(written)).map(([account]) => account);
      return theirs.length > 0 ? theirs : [folded(written)];
    },
  };
}

/** The accounts that count as one requester. Anybody can fake an address, so an anonymous sender shares nobody's. */
export function accountsOf(people: People, { kind, id }: Principal): string[] {
  return kind === 'anonymous' ? [`anonymous:${id}`] : people.accountsOf(id);
}

/** Each account is a person of its own. */
export const everyoneAlone = peopleWith(new Map());

/** Ignores the case of mail addresses, and the workspace in a Slack account. */
function folded(account: string): string {
  return account.startsWith('email:') ? account.toLowerCase() : account.replace(/^slack:T[A-Z0-9]+:/, 'slack:');
}
