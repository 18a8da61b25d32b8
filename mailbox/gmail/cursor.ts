/**
 * How far a Gmail mailbox has been read: past that history id. Where Gmail has forgotten that id, past everything that
 * came in before that time. `after` stands in a cursor only while the inbox is gone through for what was missed: past
 * this message of that time.
 */
export type Cursor = { history: string; since: number; after?: string };

export function writeCursor({ history, since, after }: Cursor): string {
  return [history, since, after].filter((part) => part !== undefined).join(' ');
}

export function readCursor(text: string): Cursor {
  const [history = '', since = '', after] = text.split(' ');
  return { history, since: Number(since), ...(after === undefined ? {} : { after }) };
}
