import type { SlackIdentity } from '../../channels/slack/api/api.ts';
import type { SlackDirectory } from '../../channels/slack/directory.ts';
import type { Desk } from '../../core/desk/types.ts';
import type { Log } from '../../core/log.ts';
import type { JobQueue } from '../../core/queue/queue.ts';
import type { Database } from '../../core/records/database.ts';
import { editEntry, type NewEntry, type Revised, saveEntry, withdrawEntry } from '../../core/records/entries.ts';
import { type Heard, readEvent, type SlackEvent } from './events.ts';
import { isOurs, slackId, textOf, toEntry } from './to-entry.ts';

export type Taking = {
  db: Database;
  jobs: JobQueue;
  desks: Desk[];
  identity: SlackIdentity;
  directory: SlackDirectory;
  log: Log;
  /** Takes the installation's own secrets out of what is kept. */
  redact(text: string): string;
};

/** Commits what an event says, and rings for the thread that has something to do now. Cards that are void go by the sweep. */
export async function take(taking: Taking, raw: unknown, shared: boolean): Promise<void> {
  const thread = await commit(taking, readEvent(raw, shared));
  if (thread !== null) taking.jobs.add('turn', { tenant: taking.identity.teamId, thread });
}

async function commit(taking: Taking, event: SlackEvent): Promise<number | null> {
  switch (event.kind) {
    case 'said':
      return save(taking, await toEntry(event.heard, taking));
    case 'edited':
      return edit(taking, event.heard, event.before);
    case 'deleted':
      return withdraw(taking, event);
    case 'ignored':
    case 'malformed':
      return null;
  }
}

async function save({ db, identity, redact }: Taking, entry: NewEntry | null): Promise<number | null> {
  const saved = entry && (await saveEntry(db, identity.teamId, clean(entry, redact)));
  return saved?.kind === 'saved' ? saved.thread : null;
}

function clean(entry: NewEntry, redact: Taking['redact']): NewEntry {
  return { ...entry, content: { ...entry.content, text: redact(entry.content.text) } };
}

function edit(taking: Taking, heard: Heard, before: string | undefined): Promise<number | null> {
  const { db, identity } = taking;
  // Every message of ours that streams or is updated comes back as an edited one.
  if (isOurs(heard, identity)) return Promise.resolve(null);
  const id = slackId(identity.teamId, heard.channel, heard.ts);
  const content = {
    text: taking.redact(textOf(heard, identity)),
    ...(heard.editedTs ? { edited: heard.editedTs } : {}),
  };
  const reworded = before !== undefined && before !== heard.text;
  return reviseOrSave(
    taking,
    () => editEntry(db, identity.teamId, 'slack', id, content),
    async () => (reworded ? toEntry(heard, taking) : null),
  );
}

function withdraw(taking: Taking, { channel, ts, before }: Extract<SlackEvent, { kind: 'deleted' }>) {
  const { db, identity } = taking;
  const id = slackId(identity.teamId, channel, ts);
  return reviseOrSave(
    taking,
    () => withdrawEntry(db, identity.teamId, 'slack', id),
    async () => {
      const entry = before ? await toEntry(before, taking) : null;
      return entry && { ...entry, withdrawn: true };
    },
  );
}

/**
 * Slack promises no order: a change may overtake its message, which is then saved as the change left it, so that the
 * message itself finds its place taken. A mention that was only edited in is saved in the same way.
 */
async function reviseOrSave(
  taking: Taking,
  revise: () => Promise<Revised>,
  asItStands: () => Promise<NewEntry | null>,
): Promise<number | null> {
  const revised = await revise();
  if (revised.kind === 'revised' || revised.kind === 'voided') return revised.thread;
  const entry = revised.kind === 'unknown' ? await asItStands() : null;
  if (!entry) return null;
  const saved = await saveEntry(taking.db, taking.identity.teamId, clean(entry, taking.redact));
  if (saved.kind === 'saved') return saved.thread;
  if (saved.kind === 'not_ours') return null;
  // The message came in just now, between the two.
  const again = await revise();
  return again.kind === 'revised' ? again.thread : null;
}
