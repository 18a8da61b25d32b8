import { createHash } from 'node:crypto';

/** Text from outside may hold NULs and halves of characters, which neither Postgres nor every endpoint takes. */
export function wellFormed(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\p{Cs}/gu, '\ufffd');
}

/** The same for what JSON.stringify made: it writes them, and only them, as escapes of these forms. */
export function wellFormedJson(json: string): string {
  return json.replace(/\\(?:\\|u0000|ud[89a-f][\da-f]{2})/g, (found) => (found === '\\\\' ? found : '\ufffd'));
}

/** At most `most` UTF-16 units, and no half of a character at the end. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The same, with a digest of all of it where it is cut: what differs in the rest only differs all the same. */
export function shortenTelling(text: string, most: number): string {
  if (text.length <= most) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${shorten(text, most)} (${digest})`;
}

/** Roles are written in small letters, ids of people and groups in capitals. */
export function withArticle(name: string): string {
  if (!/^[a-z]/.test(name)) return name;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}
