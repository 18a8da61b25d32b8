import { createHash } from 'node:crypto';

/** Replaces NULs and halves of characters, which Postgres and some endpoints refuse. */
export function wellFormed(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\p{Cs}/gu, '\ufffd');
}

/** The same for the output of JSON.stringify, which writes only these as escapes of this form. */
export function wellFormedJson(json: string): string {
  return json.replace(/\\(?:\\|u0000|ud[89a-f][\da-f]{2})/g, (found) => (found === '\\\\' ? found : '\ufffd'));
}

/** At most `most` UTF-16 units, without half a character at the end. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The same with a digest of the whole text where it is cut: texts that differ only in the rest stay different. */
export function shortenTelling(text: string, most: number): string {
  if (text.length <= most) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${shorten(text, most)} (${digest})`;
}

/** Adds an article to a role. Roles begin with a small letter, ids of people and groups with a capital. */
export function withArticle(name: string): string {
  if (!/^[a-z]/.test(name)) return name;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}
