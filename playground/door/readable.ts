/** Names for the ids in a text. */
export type NameOf = (id: string) => string | undefined;

/**
 * Slack's own markup as people read it in one line: the address of a link stands behind its words, code and emphasis
 * keep their marks.
 */
export function readable(mrkdwn: string, nameOf: NameOf): string {
  return mrkdwn
    .replace(/<([^<>\n]+)>/g, (whole, inner: string) => tokenText(inner, nameOf) ?? whole)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function tokenText(inner: string, nameOf: NameOf): string | undefined {
  const [target = '', label] = split(inner, '|');
  if (/^@[UW][A-Z0-9]+$/.test(target)) return `@${label ?? nameOf(target.slice(1)) ?? target.slice(1)}`;
  if (/^#[CG][A-Z0-9]+$/.test(target)) return `#${label ?? nameOf(target.slice(1)) ?? target.slice(1)}`;
  if (/^!(here|channel|everyone)$/.test(target)) return `@${target.slice(1)}`;
  if (target.startsWith('!')) return label;
  if (!/^(https?|mailto|tel):/.test(target)) return undefined;
  const address = target.replace(/^(mailto|tel):/, '');
  return label === undefined || label === address || label === target ? address : `${label} (${address})`;
}

function split(text: string, at: string): [string, string?] {
  const end = text.indexOf(at);
  return end < 0 ? [text] : [text.slice(0, end), text.slice(end + 1)];
}
