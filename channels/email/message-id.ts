/** The Message-ID of a mail of ours. `what` is its row in the records. */
export function messageIdOf(installation: string, what: string, from: string): string {
  return `<${what}.${installation}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** The id of the reply whose Message-ID stands in the text. */
export function replyIn(text: string, installation: string): number | null {
  const [, reply] = new RegExp(`<reply-(\\d{1,15})\\.${installation}@`).exec(text) ?? [];
  return reply === undefined ? null : Number(reply);
}
