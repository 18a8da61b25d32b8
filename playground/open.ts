import { migrate } from '../prisma/migrate.ts';
import type { StoreListener } from './slack/saving/journal.ts';
import { openStore } from './slack/saving/store.ts';
import { createWorkspace, type SlackWorkspace } from './slack/workspace.ts';

/** The stand-in workspace has this channel from the start. */
export const STAND_IN_APPROVALS = 'C0APPROVALS';
const KEPT_CALLS = 1000;

/** Opens the stand-in for Slack as this database has it. */
export async function openWorkspace(
  databaseUrl: string,
  listener: StoreListener,
): Promise<{ workspace: SlackWorkspace; apiUrl: string }> {
  await migrate(databaseUrl);
  const store = await openStore(databaseUrl);
  const workspace = createWorkspace({ store, ...listener, keepLedger: KEPT_CALLS, bare: true });
  const { apiUrl } = await workspace.listen();
  return { workspace, apiUrl };
}
