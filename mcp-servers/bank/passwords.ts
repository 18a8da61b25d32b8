import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What is stored of a password: a salted scrypt hash with its parameters. */
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
 * Equal for equal passwords under one idempotency key, and as slow to guess as the stored password: the record of keys must
 * tell a repetition from another password, and its own hash is a fast one.
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

/** Hashes two passwords at a time: Node's four threads also read files and look up hosts. */
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
