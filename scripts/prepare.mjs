// Runs before everything else, on a clone that may have nothing installed: so it imports Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockFile = join(root, '.data', 'prepare.lock');
const schemaFolder = join(root, 'prisma', 'schema');
const stampFile = join(root, 'prisma', 'client', '.made-from');
const page = join(root, 'playground', 'page');
const pageStampFile = join(page, 'dist', '.made-from');
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

if (!isInstalled() || !isGenerated() || !isBuilt()) prepareAlone();
if (hasPage() && !existsSync(vite)) {
  process.stderr.write('Vite is not installed, as in production, so the page of the playground is left out.\n');
}

/** npm's note of installed packages agrees with the lock file; file times would not tell a checkout from an update. */
function isInstalled() {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return false;
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {};
  const withDev = Object.values(installed).some((part) => part.dev);
  return Object.entries(wanted).every(([path, part]) => {
    if (path === '') return true;
    const mayMiss = part.optional || part.devOptional || (part.dev && !withDev);
    return installed[path] ? installed[path].version === part.version : mayMiss;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function isGenerated() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

/** A hash of the schemas and of the Prisma version that makes a client of them. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'node_modules', 'prisma', 'package.json')));
  for (const name of readdirSync(schemaFolder).sort()) hash.update(name).update(readFileSync(join(schemaFolder, name)));
  return hash.digest('hex');
}

/** A container image may hold no page. */
function hasPage() {
  return existsSync(join(page, 'index.html'));
}

function isBuilt() {
  if (!hasPage() || !existsSync(vite)) return true;
  return existsSync(pageStampFile) && readFileSync(pageStampFile, 'utf8') === pageFingerprint();
}

/** A hash of the page's sources and of the packages that go into it. */
function pageFingerprint() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const names = readdirSync(page, { recursive: true }).filter((name) => !/^dist($|[\\/])/.test(name));
  for (const name of names.sort()) {
    const file = join(page, name);
    if (statSync(file).isFile()) hash.update(name).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Two programs started at once in a fresh clone must not install over each other. */
function prepareAlone() {
  takeLock();
  try {
    if (!isInstalled()) install();
    if (!isGenerated()) generate();
    if (!isBuilt()) build();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function takeLock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`${lockFile} cannot be written (${error.code}): make the folder writable.`);
    }
    if (isAbandoned()) rmSync(lockFile, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isAbandoned() {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    // Empty for the moment between its creation and its first write.
    if (holder) process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function install() {
  process.stderr.write('Installing packages …\n');
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (npm.error) fail(`npm could not be run (${npm.error.message}): install npm and try again.`);
  if (npm.status !== 0) fail('npm ci failed, for the reason above: check the network, then run npm ci yourself.');
}

function generate() {
  const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  // Generating needs no engine, but the command looks for one and would download it: any file that exists will do.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  const made = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], { cwd: root, env, encoding: 'utf8' });
  if (made.status !== 0) {
    process.stderr.write(made.stderr || made.stdout || `${made.error}\n`);
    fail('prisma generate failed, for the reason above: repair prisma/schema/ and start again.');
  }
  writeFileSync(stampFile, fingerprint());
}

function build() {
  const fingerprint = pageFingerprint();
  const built = spawnSync(process.execPath, [vite, 'build', page], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) {
    process.stderr.write(built.stderr || built.stdout || `${built.error}\n`);
    fail('vite build failed, for the reason above: repair playground/page/ and start again.');
  }
  writeFileSync(pageStampFile, fingerprint);
}

function fail(line) {
  rmSync(lockFile, { force: true });
  process.stderr.write(`${line.trim()}\n`);
  process.exit(1);
}
