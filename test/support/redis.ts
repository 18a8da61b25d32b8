import { execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../prisma/embedded/settings.ts';
import { spawnTied } from '../../prisma/embedded/tied-process.ts';
import { redisDatabases } from './context.ts';

/** A redis-server of our own that ends with this process; undefined where none is installed. */
export async function startRedis(at?: number): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  if (!hasRedis()) return undefined;
  const port = at ?? (await freePort());
  const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--databases', String(redisDatabases)];
  const server = spawnTied(['redis-server', '--port', String(port), ...flags], { PATH: process.env.PATH });
  server.stderr.resume();
  const ended = new Promise<void>((tell) => server.once('close', () => tell()));
  await untilListening(port);
  const stop = () => {
    server.stdin.end();
    return ended;
  };
  return { url: `redis://127.0.0.1:${port}`, stop };
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await accepts(port)) return;
    await sleep(25);
  }
  throw new Error(`redis-server does not listen on port ${port} after 5 seconds`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((tell) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => tell(true)).once('error', () => tell(false));
    socket.once('connect', () => socket.destroy());
  });
}
