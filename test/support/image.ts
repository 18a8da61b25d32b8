import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whoever is not root cannot become somebody else: then the tests run as who they are. */
const isRoot = process.getuid?.() === 0;
export const asNobody = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

/** What the Dockerfile makes of this checkout: copied as .dockerignore says, compiled by its own command. */
export function buildImage(folder: string): void {
  const leftOut = linesOf('.dockerignore');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString().split('\0')) {
    if (file && existsSync(join(root, file)) && !leftOut.some((one) => isUnder(file, one))) {
      cpSync(join(root, file), join(folder, file));
    }
  }
  cpSync(join(root, 'prisma/client'), join(folder, 'prisma/client'), { recursive: true });
  symlinkSync(reachableModules(folder), join(folder, 'node_modules'));
  execFileSync('sh', ['-c', compileCommand()], { cwd: folder, stdio: 'pipe' });
  mkdirSync(join(folder, '.data'));
  if (isRoot) execFileSync('chown', ['65534:65534', join(folder, '.data')]);
  execFileSync('chmod', ['-R', 'go-w', folder]);
}

function linesOf(file: string): string[] {
  return readFileSync(join(root, file), 'utf8').split('\n').filter(Boolean);
}

function isUnder(file: string, ignored: string): boolean {
  if (ignored.startsWith('*')) return !file.includes('/') && file.endsWith(ignored.slice(1));
  return file === ignored || file.startsWith(`${ignored}/`);
}

function compileCommand(): string {
  const command = linesOf('Dockerfile').find((line) => line.startsWith('RUN npx tsc'));
  if (!command) throw new Error('The Dockerfile has no line that begins with RUN npx tsc.');
  return command.replace('RUN ', '');
}

/** The packages of this checkout, or a copy of them where others may not enter its folder. */
function reachableModules(folder: string): string {
  const ours = join(root, 'node_modules');
  const canRead = [...asNobody, 'test', '-r', join(ours, 'zod/package.json')].join(' ');
  if (spawnSync('sh', ['-c', canRead]).status === 0) return ours;
  const copied = `${folder}-modules`;
  execFileSync('cp', ['-a', ours, copied]);
  return copied;
}
