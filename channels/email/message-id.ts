import { createHmac } from 'node:crypto';

/** Makes the key of our Message-IDs: the same after each start, and another for each use and installation. */
export function mailKeyOf(sealKey: Buffer, installation: string): string {
  return createHmac('sha256', sealKey).update(`Message-IDs of ${installation}`).digest('hex');
}

/** The Message-ID of a mail of ours. `what` is its row in the records; nobody can guess the rest. */
export function messageIdOf(mailKey: string, what: string, from: string): string {
  return `<${what}.${sealOf(mailKey, what)}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** A mail of ours that a customer may get: a reply, a question for their yes, or one by the tool send_email. */
export type OurMail =
  | { kind: 'reply'; reply: number }
  | { kind: 'question'; approval: string }
  | { kind: 'tool'; name: string };

/** The mail of ours that these ids name first; null where they name none. */
export function ourMailOf(ids: string, mailKey: string): OurMail | null {
  for (const [, what = '', seal] of ids.matchAll(/<([\w-]{1,100})\.([0-9a-f]{24})@/g)) {
    const mail = seal === sealOf(mailKey, what) ? mailNamed(what) : null;
    if (mail) return mail;
  }
  return null;
}

/**
 * The mail of ours that a report is about, by the lines that name it itself; References name others as well.
 * Gmail may give a mail a Message-ID of its own, but leaves ours in a header beside it.
 */
export function ourMailIn(report: string, mailKey: string): OurMail | null {
  const named = report.matchAll(/^(?:X-Countersign-|X-Original-|Original-)?Message-ID:\s*(<[^<>\s]{1,300}>)/gim);
  return ourMailOf([...named].map(([, id]) => id).join(' '), mailKey);
}

export function questionName(approval: string, card: string): string {
  return `card-${approval}-${card}`;
}

function mailNamed(what: string): OurMail | null {
  const [, reply] = /^reply-(\d{1,15})$/.exec(what) ?? [];
  if (reply !== undefined) return { kind: 'reply', reply: Number(reply) };
  const [, approval] = /^card-(.+)-[a-z]+$/.exec(what) ?? [];
  if (approval !== undefined) return { kind: 'question', approval };
  return what.startsWith('mail-') ? { kind: 'tool', name: what } : null;
}

function sealOf(mailKey: string, what: string): string {
  return createHmac('sha256', mailKey).update(what).digest('hex').slice(0, 24);
}
