import { editEntry, type NewEntry, type Revised, saveEntry, withdrawEntry } from '../../core/records/entries.ts';
import type { SlackContext } from './context.ts';
import { type ReceivedMessage, readEvent, type SlackEvent } from './events.ts';
import { isOurs, slackId, textOf, toEntry } from './to-entry.ts';

/** Commits what an event says, and rings for the thread that has something to do now. Cards that are void go by the sweep. */
export async function saveEvent(context: SlackContext, raw: unknown, shared: boolean): Promise<void> {
  const thread = await commit(context, readEvent(raw, shared));
  if (thread !== null) context.jobs.add('turn', { tenant: context.tenant, thread });
}

async function commit(context: SlackContext, event: SlackEvent): Promise<number | null> {
  switch (event.kind) {
    case 'posted':
      return save(context, await toEntry(event.received, context));
    case 'edited':
      return edit(context, event.received, event.before);
    case 'deleted':
      return withdraw(context, event);
    case 'ignored':
    case 'malformed':
      return null;
  }
}

async function save({ db, tenant, redact }: SlackContext, entry: NewEntry | null): Promise<number | null> {
  const saved = entry && (await saveEntry(db, tenant, clean(entry, redact)));
  return saved?.kind === 'saved' ? saved.thread : null;
}

function clean(entry: NewEntry, redact: SlackContext['redact']): NewEntry {
  return { ...entry, content: { ...entry.content, text: redact(entry.content.text) } };
}

function edit(context: SlackContext, received: ReceivedMessage, before: string | undefined): Promise<number | null> {
  const { db, identity, tenant } = context;
  // Every message of ours that streams or is updated comes back as an edited one.
  if (isOurs(received, identity)) return Promise.resolve(null);
  const id = slackId(tenant, received.channel, received.ts);
  const content = {
    text: context.redact(textOf(received, identity)),
    ...(received.editedTs ? { edited: received.editedTs } : {}),
  };
  const reworded = before !== undefined && before !== received.text;
  return reviseOrSave(
    context,
    () => editEntry(db, tenant, 'slack', id, content),
    async () => (reworded ? toEntry(received, context) : null),
  );
}

function withdraw(context: SlackContext, { channel, ts, before }: Extract<SlackEvent, { kind: 'deleted' }>) {
  const { db, tenant } = context;
  const id = slackId(tenant, channel, ts);
  return reviseOrSave(
    context,
    () => withdrawEntry(db, tenant, 'slack', id),
    async () => {
      const entry = before ? await toEntry(before, context) : null;
      return entry && { ...entry, withdrawn: true };
    },
  );
}

/**
 * Slack promises no order: a change may overtake its message, which is then saved as the change left it, so that the
 * message itself finds its place taken. A mention that was only edited in is saved in the same way.
 */
async function reviseOrSave(
  context: SlackContext,
  revise: () => Promise<Revised>,
  asItStands: () => Promise<NewEntry | null>,
): Promise<number | null> {
  const revised = await revise();
  if (revised.kind === 'revised' || revised.kind === 'voided') return revised.thread;
  const entry = revised.kind === 'unknown' ? await asItStands() : null;
  if (!entry) return null;
  const saved = await saveEntry(context.db, context.tenant, clean(entry, context.redact));
  if (saved.kind === 'saved') return saved.thread;
  if (saved.kind === 'not_ours') return null;
  // The message came in just now, between the two.
  const again = await revise();
  return again.kind === 'revised' ? again.thread : null;
}
