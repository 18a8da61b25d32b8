/** The Message-ID of a mail of ours. `what` is its row in the records. */
export function messageIdOf(installation: string, what: string, from: string): string {
  return `<${what}.${installation}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/**
 * The id of the reply that a report is about, by the lines that name a mail of ours itself; References name others as well.
 * Gmail may give a mail a Message-ID of its own, but leaves ours in a header beside it.
 */
export function replyIn(report: string, installation: string): number | null {
  const named = `^(?:X-Countersign-|X-Original-|Original-)?Message-ID:\\s*<reply-(\\d{1,15})\\.${installation}@`;
  const [, reply] = new RegExp(named, 'im').exec(report) ?? [];
  return reply === undefined ? null : Number(reply);
}
