import { userInfo } from 'node:os';
import { toolNamed } from '../core/desk/schema.ts';
import { loadEnv } from '../core/env.ts';
import { writtenTool } from '../core/gate/accepted-tools.ts';
import { changesBetween, readShown } from '../core/gate/shown-definition.ts';
import { openDatabase } from '../core/records/database.ts';
import { acceptTool, type WaitingTool, waitingTools } from '../core/records/tool-definitions.ts';
import { reachDatabase } from './database.ts';
import { visible } from './visible.ts';

/** Without names it only shows what waits: nobody accepts what they have not seen. */
export async function accept(names: string[]): Promise<string[]> {
  const { url, stop } = await reachDatabase(loadEnv());
  const db = openDatabase(url, 1);
  try {
    const all = await waitingTools(db);
    if (names.length === 0) return overview(all);
    const wanted = named(all, names);
    const lines: string[] = [];
    for (const one of wanted) {
      const kind = await acceptTool(db, one, `command:${whoRuns()}`);
      lines.push(...difference(one), kind === 'accepted' ? '  Accepted.' : '  Not accepted: it has changed again.', '');
    }
    return lines;
  } finally {
    await db.close();
    await stop();
  }
}

function overview(waiting: WaitingTool[]): string[] {
  if (waiting.length === 0) return ['No tool of another server waits to be accepted.'];
  const names = [...new Set(waiting.map(({ tool }) => writtenTool(tool)))];
  return [
    ...waiting.flatMap((one) => [...difference(one), '']),
    'Nothing is accepted yet. The assistant goes by the definitions from before, until you accept the new ones:',
    `npm run rules -- accept ${names.join(' ')}`,
  ];
}

function named(waiting: WaitingTool[], names: string[]): WaitingTool[] {
  const tools = new Set(names.map(toolNamed));
  const missing = names.filter((name) => !waiting.some(({ tool }) => tool === toolNamed(name)));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} does not wait to be accepted. Nothing was accepted.`);
  return waiting.filter(({ tool }) => tools.has(tool));
}

function difference({ tenant, tool, accepted, acceptedBy, waiting, since }: WaitingTool): string[] {
  const [before, after] = [readShown(accepted), readShown(waiting)];
  const changes = before && after ? changesBetween(before, after) : [`before: ${accepted}`, `now: ${waiting}`];
  return [
    `${writtenTool(tool)} of ${visible(tenant)}, changed ${since.toISOString()}; before, ${visible(acceptedBy)} accepted it`,
    ...changes.map((line) => `  ${line.split('\n').map(visible).join('\n      ')}`),
  ];
}

function whoRuns(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody'; // a container's user may have no name
  }
}
