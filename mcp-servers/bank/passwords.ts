import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What is kept of a password: a salted scrypt hash with the parameters that made it. */
export type Kept = {
  costN: number;
  blockR: number;
  parallelP: number;
  salt: Uint8Array<ArrayBuffer>;
  hash: Uint8Array<ArrayBuffer>;
};
type Parameters = Pick<Kept, 'costN' | 'blockR' | 'parallelP'>;

const strength: Parameters = { costN: 2 ** 15, blockR: 8, parallelP: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export async function keep(password: string): Promise<Kept> {
  const salt = new Uint8Array(randomBytes(SALT_BYTES));
  return { ...strength, salt, hash: await derive(password, salt, strength) };
}

export async function fits(password: string, { salt, hash, ...parameters }: Kept): Promise<boolean> {
  const derived = await derive(password, salt, parameters, hash.length);
  return timingSafeEqual(derived, hash);
}

/**
 * The same for the same password under one idempotency key, and as slow to guess as what is kept: the ledger of keys
 * must tell a repetition from another password, and its own digest is a fast one.
 */
export async function fingerprint(password: string, tenant: string, key: string): Promise<string> {
  const salt = createHash('sha256')
    .update(JSON.stringify(['change_password', tenant, key]))
    .digest();
  const derived = await derive(password, salt.subarray(0, SALT_BYTES), strength);
  return Buffer.from(derived).toString('base64');
}

function derive(
  password: string,
  salt: Uint8Array,
  parameters: Parameters,
  length = HASH_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  const { costN: N, blockR: r, parallelP: p } = parameters;
  const maxmem = 256 * N * r + 256 * r * p;
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password, salt, length, { N, r, p, maxmem }, (error, derived) => {
          if (error) reject(error);
          else resolve(new Uint8Array(derived));
        });
      }),
  );
}

let free = 2;
const waiting: (() => void)[] = [];

/** Two at a time: the process has four threads, on which files are read and names looked up, too. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}
