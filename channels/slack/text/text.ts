import { shorten, wellFormed } from '../../../core/text.ts';
import { splitMarkdown } from './markdown.ts';

/**
 * Makes `<!channel>` and its like harmless, which Slack obeys even in Markdown: a model must not notify a whole
 * channel.
 */
export function quieten(text: string): string {
  return wellFormed(text).replace(/<!(channel|here|everyone|subteam)/gi, '<\u200b!$1');
}

/** As much of an unfinished text as is safe to show: its end may be half a character or half a `<!channel>`. */
export function showableText(text: string): string {
  return quieten(text.replace(/(?:[\ud800-\udbff]|<[^>]{0,10})$/, ''));
}

/** Splits a reply into the parts to send; at least one. */
export function partsOf(body: string): string[] {
  const parts = splitMarkdown(quieten(body)).filter((part) => /[^\s\p{Cf}\p{Cc}]/u.test(part));
  return parts.length > 0 ? parts : ['(This answer has no text.)'];
}

/** Slack takes 4,000 characters of text beside the blocks of an update. */
const LONGEST_PLAIN = 3_000;

/** The plain text for notifications and screen readers. */
export function plainText(markdown: string): string {
  const bare = markdown
    .slice(0, 2 * LONGEST_PLAIN)
    .replace(/^\s*(?:```|~~~)[^\n]*\n?/gm, '')
    .replace(/!?\[([^[\]]{1,300})\]\([^()\s]{1,2000}\)/g, '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/\*\*|__|`/g, '');
  return shorten(escaped(bare), LONGEST_PLAIN);
}

/** Escapes everything that Slack would interpret, except mentions of people and channels. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/&lt;([@#][A-Z0-9]+)&gt;/g, '<$1>');
}
