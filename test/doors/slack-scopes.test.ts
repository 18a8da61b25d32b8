import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const root = new URL('../..', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const messages = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
/** What Slack asks for by method, for a bot's token. */
const scopesOf: Record<string, string[]> = {
  'assistant.threads.setStatus': ['assistant:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'auth.test': [],
  'chat.appendStream': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': messages,
  'conversations.open': ['im:write'],
  'conversations.replies': messages,
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
};
const named = /'((?:assistant|auth|bots|chat|conversations|files|reactions|team|usergroups|users|views)\.[\w.]+)'/g;

/** A method may be put together before it is called, so that what counts is each name in the code. */
function methodsNamed(): string[] {
  const paths = ['bot/', 'channels/'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((path) => folder + path),
  );
  const sources = paths.filter((path) => path.endsWith('.ts')).map(read);
  return [...new Set(sources.flatMap((source) => [...source.matchAll(named)].map(([, method = '']) => method)))].sort();
}

it('the Slack manifest asks for the scopes of all methods that are called, and each of these is known here', () => {
  const methods = methodsNamed();
  const { bot } = parse(read('slack-manifest.yaml')).oauth_config.scopes;
  expect(methods).toEqual(Object.keys(scopesOf).sort());
  expect(methods.filter((method) => scopesOf[method]?.some((scope) => !bot.includes(scope)))).toEqual([]);
});
