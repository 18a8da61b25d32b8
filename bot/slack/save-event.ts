import { EDITED_REQUEST_TEXT } from '../../core/approvals/outcome-phrases.ts';
import { type NewEntry, type Revised, reviseEntry, saveEntry, withdrawEntry } from '../../core/records/entries.ts';
import type { SlackContext } from './context.ts';
import type { ReceivedMessage, SlackEvent } from './events.ts';
import { isOurs, slackId, textOf, toEntry } from './to-entry.ts';

/** Commits an event, then adds a job for its thread. The sweeper adds the jobs for cards that became void. */
export async function saveEvent(context: SlackContext, event: SlackEvent): Promise<void> {
  const thread = await commit(context, event);
  if (thread !== null) context.jobs.add('turn', { tenant: context.tenant, thread });
}

async function commit(context: SlackContext, event: SlackEvent): Promise<number | null> {
  switch (event.kind) {
    case 'posted':
      return save(context, await toEntry(event.received, context));
    case 'changed':
      return revise(context, event.received, event.before);
    case 'deleted':
      return withdraw(context, event);
    case 'ignored':
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

function revise(context: SlackContext, received: ReceivedMessage, before: string | undefined): Promise<number | null> {
  const { db, identity, tenant } = context;
  // Slack reports every update of our own messages as an edit.
  if (isOurs(received, identity)) return Promise.resolve(null);
  const id = slackId(tenant, received.channel, received.ts);
  const content = {
    text: context.redact(textOf(received, identity)),
    ...(received.editedTs ? { edited: received.editedTs } : {}),
  };
  const reworded = before !== undefined && before !== received.text;
  return reviseOrSave(
    context,
    () => reviseEntry(db, tenant, 'slack', id, content, EDITED_REQUEST_TEXT),
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
 * Slack promises no order: an edit may come before its message. Then this saves the edited message, and the original
 * finds its id taken. It also saves a message that mentions us only since an edit.
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
  // The message itself was saved between the two calls.
  const again = await revise();
  return again.kind === 'revised' ? again.thread : null;
}
