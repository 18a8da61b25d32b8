import { openStore } from '../../playground/slack/saving/store.ts';
import { createWorkspace } from '../../playground/slack/workspace.ts';

/** Posts for ever, and prints the ts of each message that the workspace said it has. Its end is a kill. */
const workspace = createWorkspace({ store: await openStore(process.argv[2]!) });
const { apiUrl } = await workspace.listen();
const headers = { authorization: `Bearer ${workspace.botToken}` };

async function post(n: number): Promise<void> {
  const body = new URLSearchParams({ channel: 'C0GENERAL', text: `message ${n}` });
  const answered = await fetch(`${apiUrl}chat.postMessage`, { method: 'POST', headers, body });
  const answer = (await answered.json()) as { ok: boolean; ts: string };
  if (answer.ok) process.stdout.write(`${answer.ts}\n`);
}

for (let n = 0; ; n += 4) await Promise.all([post(n), post(n + 1), post(n + 2), post(n + 3)]);
