import { userInfo } from 'node:os';
import { toolNamed } from '../core/desk/schema.ts';
import { loadEnv } from '../core/env.ts';
import { changesBetween, readShown } from '../core/gate/shown-definition.ts';
import { writtenTool } from '../core/mcp/definitions.ts';
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
  const names = [...new Set(waiting.map((one) => `${writtenTool(one.tool)}@${markOf(one)}`))];
  return [
    ...waiting.flatMap((one) => [...difference(one), '']),
    'Nothing is accepted yet. The assistant goes by the definitions from before, until you accept the new ones:',
    `npm run rules -- accept ${names.join(' ')}`,
  ];
}

/** A name with a mark means the definition that was shown with it, whatever its server has said since. */
function named(waiting: WaitingTool[], names: string[]): WaitingTool[] {
  const found = names.map((name) => {
    const [, tool = name, mark] = /^(.+)@([0-9a-f]{8})$/.exec(name) ?? [];
    const those = waiting.filter((one) => one.tool === toolNamed(tool));
    if (those.length === 0) throw new Error(`${tool} does not wait to be accepted. Nothing was accepted.`);
    const meant = those.filter((one) => mark === undefined || markOf(one) === mark);
    if (meant.length === 0) throw new Error(`${tool} has changed again: look once more. Nothing was accepted.`);
    return meant;
  });
  return [...new Set(found.flat())];
}

function markOf({ hash }: WaitingTool): string {
  return hash.slice(0, 8);
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
