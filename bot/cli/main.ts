import { type Env, loadEnv } from '../../core/env.ts';
import { findWorkspace } from './find-workspace.ts';
import { type Options, readOptions, usage } from './options.ts';
import { runOrder } from './run-order.ts';
import { openScreen, type Screen } from './screen.ts';
import { me, openSession } from './session.ts';
import { welcomeText } from './texts.ts';

/** Set when we stop our own server, so that its end is not reported as a loss. */
let isLeaving = false;

type Product = { url: string; stop(): Promise<void> };

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2));
  if (read.kind === 'help') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  if (read.kind === 'wrong') {
    process.stderr.write(`${read.line}\n\n${usage}\n`);
    return 2;
  }
  const screen = openScreen(process.stdin, process.stdout);
  let product: Product | undefined;
  const leave = async (code: number) => {
    isLeaving = true;
    await product?.stop();
    process.exit(code);
  };
  // The reader of our output closed it, as head does.
  process.stdout.on('error', () => isLeaving || void leave(0));
  process.once('SIGINT', () => void leave(130)).once('SIGTERM', () => void leave(143));
  try {
    product = await productFor(read.options, screen);
    return await talk(product, read.options, screen);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await product?.stop();
  }
}

/** Uses the npm start that answers at this address, or else starts one for this conversation only. */
async function productFor({ url }: Options, screen: Screen): Promise<Product> {
  const env = loadEnv();
  const there = url ?? `http://127.0.0.1:${env.port}`;
  const found = await findWorkspace(there);
  if (found.kind === 'open') return { url: there, stop: async () => {} };
  if (found.kind === 'closed') throw new Error(found.why);
  if (url !== null) throw new Error(`Nothing answers at ${url}: start it there with npm start, or correct --url.`);
  if (screen.isTerminal) screen.print('Nothing is running yet, so everything is started for this conversation …');
  return startOwn(env);
}

async function startOwn(env: Env): Promise<Product> {
  if (env.slack.kind !== 'none') {
    throw new Error('SLACK_BOT_TOKEN is set, so there is no stand-in workspace to talk in: talk to it in Slack.');
  }
  const isAsked = Boolean(process.env.LOG_LEVEL?.trim());
  const quiet = { ...env, port: 0, host: '127.0.0.1', logLevel: isAsked ? env.logLevel : ('silent' as const) };
  // Load the product only here, so that a chat with a running one starts at once.
  const { startEverything } = await import('../../start/everything.ts');
  const own = await startEverything(quiet).catch((error: Error) => {
    throw new Error(`${error.message}\nIs an npm start running? Give its address with --url, and talk to that one.`);
  });
  const found = await findWorkspace(own.url);
  if (found.kind === 'open') return own;
  await own.stop();
  throw new Error(found.kind === 'closed' ? found.why : `${own.url} does not answer.`);
}

async function talk({ url }: Product, { desk, user }: Options, screen: Screen): Promise<number> {
  const lost = () => {
    if (isLeaving) return;
    process.stderr.write('The server has gone.\n');
    process.exit(1);
  };
  const session = await openSession(screen, { url, lost, ...(desk && { desk }), ...(user && { user }) });
  if (screen.isTerminal) screen.print(welcomeText(session.hello, session.channel, me(session)));
  await screen.eachLine((line) => runOrder(session, line));
  session.connection.close();
  return session.hasFailed && !screen.isTerminal ? 1 : 0;
}

process.exitCode = await main();
