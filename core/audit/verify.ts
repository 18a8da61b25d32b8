import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type Audit,
  type AuditHead,
  auditedTenants,
  auditHeads,
  chainOf,
  type Link,
  unchained,
} from '../records/audit.ts';
import type { SignedHead, SignedHeads } from './heads.ts';

/** `seq` is the first bad row. */
export type Finding =
  | { kind: 'fault'; tenant: string; seq: number; text: string }
  | { kind: 'file'; text: string }
  | { kind: 'checked'; tenant: string; seq: number; erased: number; signed: SignedHead | null };

/**
 * Computes every chain again from the stored rows, and compares it with the heads that were signed outside the database.
 * Read these before: a head that is signed meanwhile is newer than the chains.
 */
export async function* verify(audit: Audit, signed: SignedHeads, only?: string): AsyncGenerator<Finding> {
  for (const text of signed.faults) yield { kind: 'file', text };
  await audit.begin();
  try {
    const heads = new Map((await auditHeads(audit)).map((head) => [head.tenant, head]));
    const known = [...(await auditedTenants(audit)), ...signed.heads.map(({ tenant }) => tenant)];
    const tenants = [...new Set(known)].filter((tenant) => !only || tenant === only);
    for (const tenant of tenants) {
      const marks = signed.heads.filter((head) => head.tenant === tenant);
      yield* verifyChain(audit, tenant, heads.get(tenant), marks);
    }
  } finally {
    await audit.end();
  }
}

/** The state of the walk along one chain. */
type Walk = {
  seq: number;
  hash: Buffer;
  /** Numbers of rows whose content is erased, keyed by the content's id. */
  erased: Map<string, number>;
  /** Ids that some `audit.erased` row names. */
  named: Set<string>;
  rewritten: boolean;
};

async function* verifyChain(
  audit: Audit,
  tenant: string,
  head: AuditHead | undefined,
  marks: SignedHead[],
): AsyncGenerator<Finding> {
  const walk: Walk = { seq: 0, hash: Buffer.alloc(0), erased: new Map(), named: new Set(), rewritten: false };
  const signedHashes = new Map<number, Set<string>>();
  for (const { seq, hash } of marks) signedHashes.set(seq, (signedHashes.get(seq) ?? new Set()).add(hash));
  for await (const link of chainOf(audit, tenant)) {
    for (const { seq, text } of [
      ...linkFaults(tenant, link, walk),
      ...markFaults(link, signedHashes.get(link.seq), walk),
    ]) {
      yield { kind: 'fault', tenant, seq, text };
    }
    walk.seq = link.seq;
    walk.hash = link.hash;
    noteErased(link, walk);
  }
  const last = marks.reduce<SignedHead | null>((far, mark) => (far && far.seq >= mark.seq ? far : mark), null);
  const lone = await unchained(audit, tenant);
  for (const { seq, text } of [...endFaults(walk, head, last), ...erasedFaults(walk), ...loneFaults(lone, walk)]) {
    yield { kind: 'fault', tenant, seq, text };
  }
  yield { kind: 'checked', tenant, seq: walk.seq, erased: walk.erased.size, signed: last };
}

type Fault = { seq: number; text: string };

function linkFaults(tenant: string, link: Link, { seq: former, hash: previous }: Walk): Fault[] {
  const { seq } = link;
  const faults: Fault[] = [];
  // After a gap, take this row as the beginning of the rest.
  if (seq !== former + 1) faults.push({ seq: former + 1, text: missing(former + 1, seq - 1) });
  else if (link.contentKind !== null && !hashOf(previous, tenant, link).equals(link.hash)) {
    faults.push({ seq, text: 'the row was changed, or stands in another place than it was written' });
  }
  if (link.contentKind === null) {
    faults.push({ seq, text: 'its content is gone as a whole, which is not how content is erased' });
  } else if (link.text !== null && !digestOf(link.salt, link.text).equals(link.digest)) {
    faults.push({ seq, text: 'its content was changed' });
  } else if (link.contentKind !== link.kind) faults.push({ seq, text: 'the kind of its content was changed' });
  return faults;
}

function markFaults({ seq, hash }: Link, signed: Set<string> | undefined, walk: Walk): Fault[] {
  if (!signed || walk.rewritten || (signed.size === 1 && signed.has(hash.toString('hex')))) return [];
  walk.rewritten = true;
  return [{ seq, text: 'the chain up to here is not the one whose head was signed: it was rewritten' }];
}

function endFaults({ seq, hash }: Walk, head: AuditHead | undefined, signed: SignedHead | null): Fault[] {
  const faults: Fault[] = [];
  if (head && head.seq > seq) faults.push({ seq: seq + 1, text: missing(seq + 1, head.seq) });
  else if ((head?.seq ?? 0) !== seq || (head && head.hash !== hash.toString('hex'))) {
    faults.push({ seq, text: 'the head row of the database is not the end of the chain' });
  }
  if (signed && signed.seq > seq) {
    faults.push({ seq: seq + 1, text: `${missing(seq + 1, signed.seq)}: the head was signed at ${signed.at}` });
  }
  return faults;
}

const erasing = z.object({ contents: z.array(z.coerce.string()) });

function noteErased({ seq, kind, contentKind, contentId, text }: Link, { erased, named }: Walk): void {
  if (contentKind !== null && text === null) erased.set(contentId, seq);
  if (kind !== 'audit.erased' || text === null) return;
  const said = erasing.safeParse(JSON.parse(text));
  for (const id of said.data?.contents ?? []) named.add(id);
}

function erasedFaults({ erased, named }: Walk): Fault[] {
  const unsaid = [...erased].filter(([id]) => !named.has(id));
  return unsaid.map(([, seq]) => ({ seq, text: 'its content was erased, and no line of the chain says so' }));
}

function loneFaults({ count, first }: { count: number; first: number | null }, { seq }: Walk): Fault[] {
  if (count === 0) return [];
  return [{ seq: seq + 1, text: `${count} of the contents, from number ${first} on, have no row in the chain` }];
}

function missing(from: number, to: number): string {
  return from < to ? `the rows ${from} to ${to} are missing` : `the row ${from} is missing`;
}

/**
 * Repeats countersign.audit_digest and countersign.audit_hash: a changed function of the database must not check
 * itself.
 */
function digestOf(salt: Buffer | null, text: string): Buffer {
  return createHash('sha256')
    .update(salt ?? '')
    .update(text, 'utf8')
    .digest();
}

function hashOf(previous: Buffer, tenant: string, link: Link): Buffer {
  const { seq, micros, kind, contentId, thread, call, approval, digest } = link;
  const names = [call, approval].map((name) => JSON.stringify(name));
  const header = [JSON.stringify(tenant), seq, micros, JSON.stringify(kind), contentId, thread ?? 'null', ...names];
  return createHash('sha256')
    .update(previous)
    .update(`[${header.join(', ')}]`, 'utf8')
    .update(digest)
    .digest();
}
