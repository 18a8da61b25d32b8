import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const settingsSchema = z.object({ password: z.string().min(1), port: z.number().int().positive().optional() });

/** Kept over restarts: the superuser's password and the last port. */
export type Settings = z.infer<typeof settingsSchema>;

export async function readSettings(dataDir: string): Promise<Settings> {
  const file = settingsFile(dataDir);
  const draft = await writeDraft(file, { password: randomBytes(24).toString('base64url') });
  // If two processes start for the first time at once, one link wins and both read the same password.
  await link(draft, file).catch(ignoreExisting);
  await rm(draft);
  try {
    return settingsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new Error(`${file} is not readable: restore it, or delete ${dataDir} to start with an empty database.`);
  }
}

export async function rememberPort(dataDir: string, settings: Settings, port: number): Promise<void> {
  if (settings.port === port) return;
  const file = settingsFile(dataDir);
  await rename(await writeDraft(file, { ...settings, port }), file);
}

function settingsFile(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}

async function writeDraft(file: string, settings: Settings): Promise<string> {
  const draft = `${file}.draft-${process.pid}`;
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify(settings), { mode: 0o600, flush: true });
  return draft;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
