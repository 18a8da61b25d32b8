import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { keyFile } from '../key-file.ts';
import type { Database } from '../records/database.ts';
import { dropSeals, getSeal, putSeal } from '../records/seals.ts';
import { canonical, isRecord } from './canonical.ts';
import { type Path, valueAt, withValueAt } from './secrets.ts';

export type Opened = { kind: 'open'; secret: unknown } | { kind: 'gone' } | { kind: 'locked' };

export type Seals = {
  /**
   * Stores a secret and returns its seal. The same secret in the same scope has the same seal, so that equal calls are
   * recognised.
   */
  close(scope: string[], secret: unknown): Promise<string>;
  /** `gone`: it was used already. `locked`: it was sealed with another key. */
  open(seal: string): Promise<Opened>;
  /** Deletes seals that no call needs any more. */
  forget(seals: string[]): Promise<void>;
};

export function openSeals(db: Database, tenant: string, key: Buffer): Seals {
  const boxKey = derived(key, 'box');
  const nameKey = derived(key, 'name');
  return {
    async close(scope, secret) {
      const text = canonical(secret);
      const seal = createHmac('sha256', nameKey)
        .update(JSON.stringify([tenant, ...scope, text]))
        .digest('base64url');
      await putSeal(db, tenant, seal, encrypt(boxKey, `${tenant} ${seal}`, text));
      return seal;
    },
    async open(seal) {
      const box = await getSeal(db, tenant, seal);
      if (!box) return { kind: 'gone' };
      const text = decrypt(boxKey, `${tenant} ${seal}`, box);
      return text === null ? { kind: 'locked' } : { kind: 'open', secret: JSON.parse(text) };
    },
    forget: (seals) => dropSeals(db, tenant, seals),
  };
}

function derived(key: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `countersign seal ${use}`, 32));
}

const IV = 12;
const TAG = 16;

function encrypt(key: Buffer, about: string, text: string): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]));
}

function decrypt(key: Buffer, about: string, box: Uint8Array): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, IV), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(about)).setAuthTag(box.subarray(IV, IV + TAG));
    return Buffer.concat([decipher.update(box.subarray(IV + TAG)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

const SEAL = '$sealed';

/** Only the gate makes seals: it refuses arguments that bring one along. */
export function holdsSeal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, SEAL) || Object.values(value).some(holdsSeal);
}

export type Sealing = { args: Record<string, unknown>; seals: string[] };

export async function sealArgs(
  seals: Seals,
  scope: string[],
  literal: Record<string, unknown>,
  paths: Path[],
): Promise<Sealing> {
  let args = literal;
  const made: string[] = [];
  for (const path of paths) {
    const seal = await seals.close([...scope, ...path], valueAt(literal, path));
    args = withValueAt(args, path, { [SEAL]: seal });
    made.push(seal);
  }
  return { args, seals: made };
}

export type Unsealed =
  | { kind: 'ok'; args: Record<string, unknown>; paths: Path[] }
  | { kind: 'gone' }
  | { kind: 'locked' };

/** Opens the seals in the arguments, and returns the paths where they were. */
export async function unsealArgs(seals: Seals, sealed: Record<string, unknown>): Promise<Unsealed> {
  let args = sealed;
  const paths = sealPaths(sealed, []);
  for (const path of paths) {
    const opened = await seals.open(sealAt(sealed, path));
    if (opened.kind !== 'open') return opened;
    args = withValueAt(args, path, opened.secret);
  }
  return { kind: 'ok', args, paths };
}

export function sealPaths(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isRecord(value) && typeof value[SEAL] === 'string') return [path];
  return Object.entries(value).flatMap(([key, member]) => sealPaths(member, [...path, key]));
}

export function sealAt(args: unknown, path: Path): string {
  return String(valueAt(args, [...path, SEAL]));
}

export type SealKey = { kind: 'ok'; key: Buffer } | { kind: 'broken'; line: string };

const SHORTEST_KEY = 32;

/** SEAL_KEY, or the key file in the data folder. */
export function sealKey(given: string | undefined, dataDir: string): SealKey {
  const text = given ?? keyFile(join(dataDir, 'seal.key'));
  if (text.trim().length >= SHORTEST_KEY) return { kind: 'ok', key: Buffer.from(text.trim()) };
  const where = given === undefined ? join(dataDir, 'seal.key') : 'SEAL_KEY';
  return {
    kind: 'broken',
    line: `${where} must hold ${SHORTEST_KEY} characters or more: make one with: openssl rand -hex 32`,
  };
}
