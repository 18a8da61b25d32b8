import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { damaged, reasonIn, startFault } from './faults.ts';
import { holderOf, isAlive } from './postmaster.ts';
import { freePort, readSettings, rememberPort, type Settings } from './settings.ts';
import { type Account, asAccount, type Binaries, findAccount, findBinaries } from './system.ts';
import { spawnTied, type TiedProcess } from './tied-process.ts';

export type Embedded = {
  url: string;
  stop(): Promise<void>;
  /** Lets this process end although the server runs; the server then ends too. */
  release(): void;
  /** Resolves with a message when the server ends unasked. */
  lost: Promise<string>;
};

type Log = Pick<Logger, 'debug' | 'info' | 'error'>;
type Context = { dataDir: string; cluster: string; binaries: Binaries; account: Account; prefix: string[]; log: Log };
type Launch =
  | { kind: 'ready'; server: TiedProcess; ended: Promise<unknown[]> }
  | { kind: 'held' }
  | { kind: 'port-taken' }
  | { kind: 'settling' }
  | { kind: 'failed'; reason: string };

const user = 'countersign';
const patienceMs = 30_000;

/** Starts the Postgres of the data folder. It ends with this process, even by SIGKILL. */
export async function startEmbedded(dataDir: string, { log }: { log: Log }): Promise<Embedded> {
  await mkdir(dataDir, { recursive: true });
  // A running server is recognised by its folder, which therefore needs one name.
  const context = await prepareContext(await realpath(dataDir), log);
  await awaitFormerServer(context);
  const settings = await readSettings(context.dataDir);
  await createCluster(context, settings);
  return serve(context, settings);
}

async function prepareContext(dataDir: string, log: Log): Promise<Context> {
  const binaries = await findBinaries();
  const cluster = join(dataDir, 'postgres');
  const account = await findAccount(cluster);
  const prefix = await asAccount(account, binaries.postgres, dataDir);
  return { dataDir, cluster, binaries, account, prefix, log };
}

/** Waits until the former server has ended with its process, and stops one whose process is gone. */
async function awaitFormerServer({ dataDir, cluster, log }: Context): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const holder = await holderOf(cluster);
    if (holder.kind === 'nobody') return;
    // Another program has the dead server's process id now: Postgres would take it for that server.
    if (holder.kind === 'stranger') return rm(join(cluster, 'postmaster.pid'));
    if (holder.kind === 'owner') throw inUse(dataDir, `process ${holder.pid}`);
    if (Date.now() > deadline) throw inUse(dataDir, `the Postgres of process ${holder.pid}`);
    if (holder.kind === 'orphan') {
      log.info(`stopping the Postgres (process ${holder.pid}) that a former run left behind`);
      process.kill(holder.pid, 'SIGINT');
    }
    await sleep(50);
  }
}

/** Another process has the data, or is about to. */
export class InUse extends Error {}

function inUse(dataDir: string, by: string): InUse {
  return new InUse(`${dataDir} is in use by ${by}: stop that one first, or set DATA_DIR to another folder.`);
}

/** Makes the cluster in another folder and moves it into place, so that a crash leaves nothing that looks like a cluster. */
async function createCluster(context: Context, settings: Settings): Promise<void> {
  const names = await readdir(context.dataDir);
  await removeUnfinished(context, names);
  if (names.includes('postgres')) return requireCluster(context);
  context.log.info(`creating the database in ${context.cluster}`);
  const draft = `${context.cluster}.draft-${process.pid}`;
  await mkdir(draft, { mode: 0o700 });
  if (context.account.kind === 'user') await chown(draft, context.account.uid, context.account.gid);
  await initialise(context, draft, settings.password);
  await rename(draft, context.cluster).catch(() => rm(draft, { recursive: true, force: true }));
}

async function requireCluster({ cluster }: Context): Promise<void> {
  const names = await readdir(cluster).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOTDIR') return [];
    throw error;
  });
  if (!names.includes('PG_VERSION'))
    throw new Error(`${cluster} is not a database: move it away, or set DATA_DIR to another folder.`);
  // Without this folder Postgres starts, but every connection fails.
  if (!names.includes('base')) throw new Error(damaged(cluster));
}

async function removeUnfinished({ dataDir }: Context, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const maker = Number(/^postgres\.draft-(\d+)(?:\.password)?$/.exec(name)?.[1]);
    // Its initdb may still write there for a moment.
    if (maker && (maker === process.pid || !isAlive(maker)))
      await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 30, retryDelay: 100 });
  }
}

async function initialise({ binaries, prefix, account }: Context, draft: string, password: string): Promise<void> {
  const secret = `${draft}.password`;
  await writeFile(secret, `${password}\n`, { mode: 0o600 });
  if (account.kind === 'user') await chown(secret, account.uid, account.gid);
  const command = [
    ...[...prefix, binaries.initdb, `--pgdata=${draft}`, `--username=${user}`, `--pwfile=${secret}`],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--lc-messages=C'],
  ];
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: '/', env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  await rm(secret);
  if (code === 0) return;
  await rm(draft, { recursive: true, force: true });
  throw new Error(
    `The embedded Postgres could not create ${draft}: ${complaint.trim() || `initdb ended with ${code}`}`,
  );
}

/** Passes on PATH only: our environment holds secrets, and PG* variables would change how the server runs. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH };
}

async function serve(context: Context, settings: Settings): Promise<Embedded> {
  const deadline = Date.now() + patienceMs;
  for (let port = await portToTry(context, settings); ; port = await freePort()) {
    const launch = await launchServer(context, port, deadline);
    if (launch.kind === 'held') throw inUse(context.dataDir, 'another process');
    if (launch.kind === 'failed') throw new Error(await startFault(context.cluster, launch.reason));
    if (launch.kind === 'port-taken') continue;
    await rememberPort(context.dataDir, settings, port);
    return { url: urlOf(context, settings, port), ...watch(launch) };
  }
}

async function launchServer(
  context: Context,
  port: number,
  deadline: number,
): Promise<Exclude<Launch, { kind: 'settling' }>> {
  for (;;) {
    const launch = await launchOnce(context, port);
    if (launch.kind !== 'settling') return launch;
    if (Date.now() > deadline) return { kind: 'failed', reason: 'processes of the former server are still running' };
    await sleep(100);
  }
}

async function launchOnce({ binaries, cluster, prefix, log }: Context, port: number): Promise<Launch> {
  const server = spawnTied([...prefix, binaries.postgres, '-D', cluster, ...flags(cluster, port)], environment());
  const said: string[] = [];
  const ended = once(server, 'close');
  const ready = new Promise<'ready'>((resolve) => {
    createInterface(server.stderr).on('line', (line) => {
      if (said.length < 50) said.push(line);
      if (line.includes('ready to accept connections')) resolve('ready');
      if (/PANIC:|terminated by signal/.test(line)) log.error(`embedded Postgres: ${line}`);
      else log.debug(`embedded Postgres: ${line}`);
    });
  });
  const outcome = await Promise.race([ready, ended]);
  return outcome === 'ready' ? { kind: 'ready', server, ended } : explain(said);
}

function explain(said: readonly string[]): Launch {
  const all = said.join('\n');
  if (all.includes('lock file "postmaster.pid" already exists')) return { kind: 'held' };
  if (all.includes('could not create any TCP/IP sockets')) return { kind: 'port-taken' };
  if (all.includes('pre-existing shared memory block')) return { kind: 'settling' };
  return { kind: 'failed', reason: reasonIn(said) };
}

/** The last port, unless a killed server left its socket there: Postgres may take that for a running server. */
async function portToTry({ cluster }: Context, settings: Settings): Promise<number> {
  const left = (await readdir(cluster)).filter((name) => name.startsWith('.s.PGSQL.'));
  if (settings.port && !left.includes(socketOf(settings.port))) return settings.port;
  return freePort();
}

const socketOf = (port: number): string => `.s.PGSQL.${port}`;

/** A Unix socket costs about a third less than TCP, but its path must fit into 107 bytes. */
function urlOf({ cluster }: Context, { password }: Settings, port: number): string {
  const url = `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;
  return fitsSocket(cluster) ? `${url}?host=${encodeURIComponent(cluster)}` : url;
}

function fitsSocket(cluster: string): boolean {
  return Buffer.byteLength(join(cluster, socketOf(65_535))) <= 100;
}

function flags(cluster: string, port: number): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: fitsSocket(cluster) ? cluster : '',
    // The next start reads it from postmaster.opts, to tell a server with a living owner from an orphan.
    'countersign.owner': process.pid,
    // A bot, two workers and their tool servers open about forty connections each.
    max_connections: 300,
    shared_buffers: '128MB',
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    fsync: 'on',
    synchronous_commit: 'on',
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    timezone: 'UTC',
    // A failing statement or its row may hold secrets, which belong in no log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function watch({ server, ended }: Extract<Launch, { kind: 'ready' }>): Pick<Embedded, 'stop' | 'release' | 'lost'> {
  let asked = false;
  const lost = new Promise<string>((resolve) => {
    void ended.then(([code]) => {
      if (!asked) resolve(`The embedded Postgres ended by itself (code ${code}): start again.`);
    });
  });
  const stop = async () => {
    asked = true;
    server.stdin.end();
    await ended;
  };
  const release = () => {
    server.unref();
    for (const pipe of [server.stdin, server.stderr]) if (pipe instanceof Socket) pipe.unref();
  };
  return { stop, release, lost };
}
