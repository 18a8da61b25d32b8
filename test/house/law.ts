import { posix } from 'node:path';

export type SourceFile = { path: string; source: string };
type Import = { to: string; typeOnly: boolean };

const below = ['channels/', 'core/', 'prisma/'];
const island = ['mcp-servers/', 'prisma/'];

const startReach = [
  ...['context.ts', 'process.ts', 'tool-servers.ts', 'bot/', 'workers/', 'mailbox/', 'mcp-servers/', 'playground/'],
  ...below,
];

/** What each place may import, the most particular place first. The composition roots stand before their folders. */
const reach: [place: string, targets: string[]][] = [
  ['start.ts', ['start/', ...startReach]],
  ['start/', ['start/', ...startReach]],
  ['bot/cli/main.ts', ['start/', 'bot/cli/', ...below]],
  ['bot/cli/', ['bot/cli/', ...below]],
  ['context.ts', ['process.ts', 'mailbox/', 'mcp-servers/', ...below]],
  ['process.ts', []],
  ['tool-servers.ts', ['context.ts', 'process.ts', 'mailbox/', 'mcp-servers/', ...below]],
  ['bot/main.ts', ['context.ts', 'process.ts', 'bot/', 'mailbox/', 'mcp-servers/', ...below]],
  [
    'workers/main.ts',
    ['context.ts', 'process.ts', 'tool-servers.ts', 'workers/', 'mailbox/', 'reading/', 'mcp-servers/', ...below],
  ],
  ['bot/email/', ['bot/', 'mailbox/', 'reading/', ...below]],
  ['bot/', ['bot/', ...below]],
  ['workers/', ['workers/', 'reading/', ...below]],
  ['channels/', ['mailbox/', 'reading/', ...below]],
  ['core/', ['core/', 'reading/', 'prisma/']],
  ['mailbox/', ['mailbox/', 'reading/', 'prisma/']],
  ['reading/', ['reading/']],
  ['mcp-servers/gmail/', ['mailbox/', 'reading/', ...island]],
  ['mcp-servers/', island],
  ['prisma/', ['prisma/']],
  ['playground/page/', ['playground/page/', 'playground/slack/types.ts']],
  ['playground/', ['playground/', 'mailbox/', 'reading/', 'prisma/']],
  ['scripts/reset.ts', ['scripts/', 'mcp-servers/', 'core/', 'prisma/']],
  ['scripts/known-tools.ts', ['scripts/', 'mcp-servers/', 'core/', 'prisma/']],
  ['scripts/', ['scripts/', 'core/', 'prisma/']],
];
const roots = ['start.ts', 'start/', 'process.ts', 'context.ts', 'tool-servers.ts', 'bot/main.ts', 'workers/main.ts'];
/** Roots that other roots import. */
const sharedRoots = ['process.ts', 'context.ts', 'tool-servers.ts'];

/** The one place of each vendor package, the most particular name first. */
const vendors: [name: string, places: string[]][] = [
  ['@slack/bolt', ['bot/slack/']],
  ['@slack/web-api', ['channels/slack/api/']],
  ['bullmq', ['core/queue/', 'workers/']],
  ['ioredis', ['core/queue/']],
  ['openai', ['core/agent/model.ts', 'core/agent/wire.ts']],
  ['@modelcontextprotocol/sdk/client', ['core/mcp/']],
  ['@modelcontextprotocol/sdk/server', ['mcp-servers/', 'bot/web/']],
  ['@modelcontextprotocol/sdk', ['core/mcp/', 'mcp-servers/', 'bot/web/', 'playground/faults/']],
  ['fastify', ['bot/web/', 'mcp-servers/http.ts', 'playground/door/', 'playground/model/']],
  ['@fastify/websocket', ['bot/web/', 'playground/door/']],
  ['@fastify/static', ['playground/door/']],
  ['@energetic-ai', ['playground/model/meaning/']],
  ['chrono-node', ['playground/model/mentions/']],
  ['@prisma', ['core/records/', 'mailbox/mock/', 'mcp-servers/', 'playground/', 'prisma/']],
  ['pg', ['core/queue/', 'core/records/', 'prisma/']],
  ['ajv', ['core/gate/']],
  ['rate-limiter-flexible', ['core/gate/rate-limit.ts']],
  ['re2js', ['core/gate/patterns.ts', 'playground/model/tools/pattern.ts']],
  ['pino', ['core/log.ts', 'prisma/']],
  ['undici', ['channels/slack/api/', 'core/agent/wire.ts', 'core/mcp/', 'playground/']],
  ['yaml', ['core/yaml-file.ts', 'prisma/seed/load.ts']],
  ['@zxcvbn-ts', ['mcp-servers/bank/weaknesses.ts']],
  ['ws', ['playground/', 'bot/cli/']],
  ['react-aria-components', ['playground/page/']],
  ['react-virtuoso', ['playground/page/messages/list.tsx']],
  ['react-dom', ['playground/page/main.tsx']],
  ['react', ['playground/page/']],
  ['@fontsource/lato', ['playground/page/main.tsx']],
  ['marked', ['channels/email/', 'playground/page/text/markdown.ts']],
  ['nodemailer', ['mailbox/compose.ts', 'mailbox/outgoing/', 'mailbox/smtp/', 'playground/mail/']],
  ['smtp-server', ['mailbox/smtp/']],
  ['mailauth', ['mailbox/smtp/']],
  ['mailparser', ['reading/mail/']],
  ['html-to-text', ['reading/mail/']],
  ['unpdf', ['reading/files/']],
  ['htmlparser2', ['reading/mail/']],
  ['dom-serializer', ['reading/mail/']],
  ['@googleapis/gmail', ['mailbox/gmail/']],
  ['vite', ['playground/page/vite.config.ts']],
  ['@vitejs/plugin-react', ['playground/page/vite.config.ts']],
  ['playwright-core', ['scripts/']],
  ['zod', ['']],
];

/**
 * Places of our own that only some may use. A type does nothing, so where it is `free` whoever reaches it may name it.
 */
const reserved: { place: string; but: string[]; users: string[]; types: 'free' | 'too' }[] = [
  {
    place: 'core/mcp/',
    // They read definitions and files; none of them can call a tool.
    but: ['core/mcp/definitions.ts', 'core/mcp/servers.ts'],
    users: ['core/gate/', 'scripts/known-tools.ts', ...roots],
    types: 'free',
  },
  // transcript.ts knows one of them by its name; the gate is given them by the root and is what runs them.
  {
    place: 'core/agent/tools/',
    but: [],
    users: ['core/agent/transcript.ts', 'scripts/known-tools.ts', ...roots],
    types: 'free',
  },
  {
    place: 'prisma/client/',
    but: [],
    users: ['core/records/', 'mailbox/mock/', 'mcp-servers/', 'playground/', 'prisma/'],
    types: 'too',
  },
];

/** Finds a package's path by its name, which no import could say. */
const resolvers = ['prisma/embedded/system.ts'];

export function isProduct(path: string): boolean {
  return reach.some(([place]) => path.startsWith(place));
}

export function violations({ path, source }: SourceFile): string[] {
  const hidden = resolvers.includes(path) ? [] : hiddenImports(source);
  return [
    ...hidden.map((code) => `${path} imports by ${code}: name the module, so that the law can be checked`),
    ...importsOf(source).flatMap((one) => complaints(path, one)),
  ];
}

const fromClause = /^[ \t]*(import|export)\b([\w\s{},*$]*?)\bfrom\s*['"]([^'"]+)['"]/gm;
const bareImport = /^[ \t]*import\s*['"]([^'"]+)['"]/gm;
const dynamicImport = /\bimport\s*\(\s*['"`]([^'"`$]+)['"`]\s*[,)]/g;
const hiddenImport =
  /\bimport\s*\((?!\s*['"`][^'"`$]+['"`]\s*[,)])|\b(?:createRequire|require|import\.meta\.resolve)\s*\(/g;

function importsOf(source: string): Import[] {
  return [
    ...[...source.matchAll(fromClause)].map(([, , clause = '', to = '']) => ({ to, typeOnly: isTypeOnly(clause) })),
    ...[bareImport, dynamicImport].flatMap((shape) =>
      [...source.matchAll(shape)].map(([, to = '']) => ({ to, typeOnly: false })),
    ),
  ];
}

/** Files that import each other round about, types included: each circle once, in the order of its imports. */
export function circlesIn(files: SourceFile[]): string[] {
  const imports = new Map(
    files.map(({ path, source }) => [path, importsOf(source).map(({ to }) => targetOf(path, to))]),
  );
  const done = new Set<string>();
  const way: string[] = [];
  const circles: string[] = [];
  const follow = (path: string): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    way.push(path);
    for (const target of imports.get(path) ?? []) if (imports.has(target)) follow(target);
    way.pop();
    done.add(path);
  };
  for (const { path } of files) follow(path);
  return circles;
}

function targetOf(path: string, to: string): string {
  return posix.join(posix.dirname(path), to);
}

/** The packages that a file cannot run without. */
export function packagesOf({ source }: SourceFile): string[] {
  const loaded = importsOf(source).filter(({ to, typeOnly }) => !typeOnly && !/^(\.|node:)/.test(to));
  return loaded.map(({ to }) => to.split('/', to.startsWith('@') ? 2 : 1).join('/'));
}

function hiddenImports(source: string): string[] {
  return [...source.matchAll(hiddenImport)].map(([code]) => code.replace(/\s*\($/, '(…)'));
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const names = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1]?.split(',') ?? [''];
  const said = names.map((name) => name.trim()).filter((name) => name !== '');
  return said.length > 0 && said.every((name) => name.startsWith('type '));
}

function complaints(path: string, { to, typeOnly }: Import): string[] {
  if (to.startsWith('node:')) return [];
  if (!to.startsWith('.')) return vendorComplaints(path, to);
  const target = targetOf(path, to);
  const targets = reach.find(([place]) => path.startsWith(place))?.[1] ?? [];
  // A root stands above its folder, though it lies in it.
  const allowed = targets.some((one) => target.startsWith(one)) && (!roots.includes(target) || mayStart(path, target));
  const ours = reserved.find(
    ({ place, but }) => target.startsWith(place) && !path.startsWith(place) && !but.includes(target),
  );
  const reservedFor = ours && !(typeOnly && ours.types === 'free') && !isIn(path, ours.users) ? ours.users : null;
  return [
    ...(allowed ? [] : [`${path} imports ${target}: imports go downward only`]),
    ...(reservedFor ? [`${path} imports ${target}: only ${reservedFor.join(', ')} may`] : []),
  ];
}

/** npm start, in several files. */
function isStart(path: string): boolean {
  return path === 'start.ts' || path.startsWith('start/');
}

function mayStart(path: string, root: string): boolean {
  return isStart(path) || (roots.includes(path) && sharedRoots.includes(root));
}

function vendorComplaints(path: string, name: string): string[] {
  const known = vendors.find(([vendor]) => name === vendor || name.startsWith(`${vendor}/`));
  if (!known) return [`${path} imports ${name}: test/house/law.ts does not say where that package belongs`];
  return isIn(path, known[1]) ? [] : [`${path} imports ${name}: it is named in ${known[1].join(', ')} only`];
}

function isIn(path: string, places: string[]): boolean {
  return places.some((place) => path.startsWith(place));
}

export const limits = { file: 350, function: 80 };

/** Lines of a nested function count for that one, not for the one around it. */
export function tooLong({ path, source }: SourceFile): string[] {
  const lines = source.trimEnd().split('\n');
  const spans = functionSpans(lines);
  const own = ({ start, end }: Span) =>
    end -
    start +
    1 -
    outermost(spans.filter((s) => s.start > start && s.end < end)).reduce((sum, s) => sum + s.end - s.start + 1, 0);
  return [
    ...(lines.length > limits.file ? [`${path} has ${lines.length} lines`] : []),
    ...spans
      .filter((span) => own(span) > limits.function)
      .map((span) => `${path}:${span.start + 1} has ${own(span)} lines`),
  ];
}

type Span = { start: number; end: number };

const opening =
  /^(\s*)(?:export )?(?:default )?(?:(?:async )?function\b|const \w+ = (?:async )?(?:\([^)]*\)|\w+)(?:: [^=]+)? => \{$)/;

function functionSpans(lines: string[]): Span[] {
  return lines.flatMap((line, start) => {
    const indent = opening.exec(line)?.[1];
    if (indent === undefined) return [];
    const end = lines.findIndex((other, at) => at > start && (other === `${indent}}` || other === `${indent}};`));
    return end < 0 ? [] : [{ start, end }];
  });
}

function outermost(spans: Span[]): Span[] {
  return spans.filter((span) => !spans.some((other) => other.start < span.start && other.end > span.end));
}
