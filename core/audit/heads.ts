import { createHmac, timingSafeEqual } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { keyFile } from '../key-file.ts';
import type { AuditHead } from '../records/audit.ts';

const signedSchema = z.object({
  tenant: z.string(),
  seq: z.number().int().positive(),
  hash: z.string(),
  at: z.string(),
  signature: z.string(),
});
export type SignedHead = z.infer<typeof signedSchema>;

/** The validly signed heads of the file, and what is wrong with the others. */
export type SignedHeads = { heads: SignedHead[]; faults: string[] };

export function headFile(dataDir: string): string {
  return join(dataDir, 'audit-head.jsonl');
}

/** The key from AUDIT_KEY or the data folder; null where there is none yet. */
export async function findAuditKey(dataDir: string, given?: string): Promise<Buffer | null> {
  if (given) return Buffer.from(given, 'utf8');
  return readFile(join(dataDir, 'audit.key')).catch(absent);
}

function ensureAuditKey(dataDir: string, given?: string): Buffer {
  return Buffer.from(given || keyFile(join(dataDir, 'audit.key')), 'utf8');
}

export async function readHeads(dataDir: string, key: Buffer | null): Promise<SignedHeads> {
  const text = (await readFile(headFile(dataDir), 'utf8').catch(absent)) ?? '';
  const read: SignedHeads = { heads: [], faults: [] };
  const lines = text.split('\n').flatMap((line, i) => (line === '' ? [] : [{ line, number: i + 1 }]));
  if (!key) {
    if (lines.length > 0) read.faults.push(`${headFile(dataDir)} cannot be checked: audit.key is gone. Set AUDIT_KEY.`);
    return read;
  }
  for (const { line, number } of lines) {
    const head = parseLine(line);
    if (!head) read.faults.push(`${headFile(dataDir)}:${number} is not readable: it was changed or cut off.`);
    else if (isSigned(head, key)) read.heads.push(head);
    else read.faults.push(`${headFile(dataDir)}:${number} has a bad signature: it was changed, or the key was.`);
  }
  return read;
}

function parseLine(line: string): SignedHead | undefined {
  try {
    return signedSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function isSigned(head: SignedHead, key: Buffer): boolean {
  const given = Buffer.from(head.signature, 'hex');
  const right = Buffer.from(sign(head, key), 'hex');
  return given.length === right.length && timingSafeEqual(given, right);
}

function sign({ tenant, seq, hash, at }: Omit<SignedHead, 'signature'>, key: Buffer): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([tenant, seq, hash, at]))
    .digest('hex');
}

/** The file of signed heads, and the last one of each tenant in it. */
export type HeadBook = { dataDir: string; key: Buffer; last: Map<string, AuditHead> };

export async function openHeadBook(dataDir: string, given?: string): Promise<HeadBook> {
  const key = ensureAuditKey(dataDir, given);
  const { heads } = await readHeads(dataDir, key);
  const last = new Map<string, AuditHead>();
  for (const head of heads) if (head.seq >= (last.get(head.tenant)?.seq ?? 0)) last.set(head.tenant, head);
  // End a line that a crash cut off, so that it does not spoil the next one.
  const text = (await readFile(headFile(dataDir), 'utf8').catch(absent)) ?? '\n';
  if (!text.endsWith('\n')) await appendFile(headFile(dataDir), '\n');
  return { dataDir, key, last };
}

/**
 * Signs the heads that have moved. `heads` are those of all tenants. Returns signed heads that are newer than the
 * database: somebody has cut or rewritten the chain, or restored an older database.
 */
export async function recordHeads(book: HeadBook, heads: AuditHead[], now: number): Promise<{ behind: AuditHead[] }> {
  const present = new Map(heads.map((head) => [head.tenant, head]));
  const behind = [...book.last.values()].filter((last) => isBehind(present.get(last.tenant), last));
  const moved = heads.filter(({ tenant, seq }) => seq > (book.last.get(tenant)?.seq ?? 0));
  const at = new Date(now).toISOString();
  const lines = moved.map(({ tenant, seq, hash }) => {
    const head = { tenant, seq, hash, at };
    return `${JSON.stringify({ ...head, signature: sign(head, book.key) })}\n`;
  });
  if (lines.length > 0) await appendFile(headFile(book.dataDir), lines.join(''), { flush: true });
  for (const head of moved) book.last.set(head.tenant, head);
  return { behind };
}

function isBehind(head: AuditHead | undefined, last: AuditHead): boolean {
  return !head || head.seq < last.seq || (head.seq === last.seq && head.hash !== last.hash);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}
