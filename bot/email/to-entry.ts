import { createHash } from 'node:crypto';
import { deskForAddress } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';
import type { NewEntry } from '../../core/records/entries.ts';
import type { Kept, Mailbox } from '../../mailbox/types.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import { machineReason } from './machine.ts';
import { type Sender, senderOf } from './sender.ts';
import { textOf } from './text.ts';

const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
const MOST_COPIES = 10;

export type Read =
  | { kind: 'entry'; entry: NewEntry }
  /** Nobody answers it. */
  | { kind: 'passed'; why: string };

type Receiving = Pick<Mailbox, 'authority' | 'deliveredTo'>;

/** Turns a mail into an entry, or says why nobody answers it. */
export function toEntry(kept: Kept, mail: ParsedMail, { desks, mailbox }: { desks: Desk[]; mailbox: Receiving }): Read {
  const sender = senderOf(mail, mailbox.authority);
  if (!sender) return { kind: 'passed', why: 'it does not say who wrote it' };
  const why = machineReason(mail, sender.address, desks);
  if (why !== null) return { kind: 'passed', why };
  const found = deskOf(mail, desks, mailbox);
  if (!found) return { kind: 'passed', why: 'no desk has its address' };
  return { kind: 'entry', entry: entryOf(kept, mail, sender, found, desks) };
}

type DeskAddress = { desk: Desk; address: string };

/** Goes by Delivered-To, which the mailbox wrote, before To and Cc, unless the mailbox writes its account there. */
export function deskOf(
  mail: ParsedMail,
  desks: Desk[],
  { deliveredTo }: Pick<Receiving, 'deliveredTo'>,
): DeskAddress | null {
  const delivered = mail.headers.filter(({ name }) => name === 'delivered-to').map(({ value }) => value);
  const said = [...mail.to, ...mail.cc].map(({ address }) => address);
  for (const address of deliveredTo === 'address' ? [...delivered, ...said] : [...said, ...delivered]) {
    const desk = deskForAddress(desks, address);
    if (desk) return { desk, address: address.toLowerCase() };
  }
  return null;
}

function entryOf(
  kept: Kept,
  mail: ParsedMail,
  { address, principal }: Sender,
  { desk, address: ours }: DeskAddress,
  desks: Desk[],
): NewEntry {
  const at = (kept.receivedAt.getTime() / 1000).toFixed(6);
  const copies = principal.kind === 'customer' && desk.email.cc ? copiesOf(mail, address, desks) : [];
  return {
    source: 'email',
    externalId: identityOf(kept, mail, principal.id),
    channel: 'email',
    // Names the sender, so that a guessed Message-ID of somebody else's mail leads into no conversation of theirs.
    address: `${desk.name} ${principal.id} ${kept.threadId}`,
    desk: desk.name,
    principal,
    content: {
      text: textOf(mail),
      author: address,
      place: {
        to: address,
        from: ours,
        name: desk.title,
        desk: desk.name,
        subject: mail.subject,
        thread: kept.threadId,
        message: kept.id,
        asked: at,
        verified: principal.kind === 'customer' ? 'yes' : 'no',
        ...(copies.length > 0 ? { cc: copies.join(',') } : {}),
        ...(mail.messageId ? { inReplyTo: mail.messageId } : {}),
        references: [...mail.references, ...(mail.messageId ? [mail.messageId] : [])].join(' '),
      },
    },
    sentAt: at,
    addressed: true,
    amid: false,
  };
}

/** The people, besides its sender and ourselves, to whom a mail was written. */
function copiesOf(mail: ParsedMail, sender: string, desks: Desk[]): string[] {
  const written = [...mail.to, ...mail.cc].map(({ address }) => address.toLowerCase());
  const others = written.filter(
    (address) => ADDRESS.test(address) && address !== sender && !deskForAddress(desks, address),
  );
  return [...new Set(others)].slice(0, MOST_COPIES);
}

/**
 * The same for a mail that its sender sends again because our acknowledgement was lost. A mail that bears neither an id nor
 * a date cannot be told from a later one of the same words, such as a second "yes", so that each counts.
 */
function identityOf({ id }: Kept, mail: ParsedMail, account: string): string {
  const date = mail.headers.find(({ name }) => name === 'date')?.value ?? '';
  if (mail.messageId === null && date === '') return [account, id].join('\n');
  const content = createHash('sha256').update(mail.text).digest('hex');
  return [account, mail.messageId, date, content].join('\n');
}
