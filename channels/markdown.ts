/** Slack takes 12,000 characters in a markdown block; a reopened code fence and our own escapes need some room. */
export const PART_LIMIT = 11_500;

/** Splits a long answer at paragraphs, else lines, else words; a code fence that is cut is closed and opened again. */
export function splitMarkdown(text: string, limit = PART_LIMIT): string[] {
  const parts: string[] = [];
  let rest = text;
  let reopen = '';
  while (reopen.length + rest.length > limit) {
    const room = limit - reopen.length - 4;
    const cut = cutAt(rest.slice(0, room));
    const part = reopen + rest.slice(0, cut).trimEnd();
    rest = rest.slice(cut).replace(/^\n+/, '');
    const fence = openFence(part);
    parts.push(fence ? `${part}\n\`\`\`` : part);
    reopen = fence ? `${fence}\n` : '';
  }
  if (rest !== '' || parts.length === 0) parts.push(reopen + rest);
  return parts;
}

function cutAt(window: string): number {
  for (const boundary of ['\n\n', '\n', ' ']) {
    const at = window.lastIndexOf(boundary);
    if (at > window.length / 2) return at + boundary.length;
  }
  // A surrogate pair is not cut in two.
  return /[\ud800-\udbff]$/.test(window) ? window.length - 1 : window.length;
}

/** The opening line of the code fence that is still open at the end, if any. */
function openFence(text: string): string | null {
  let open: string | null = null;
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) open = open === null ? line.trim() : null;
  }
  return open;
}

/** A model must not call a whole channel: Slack reads `<!channel>` and its like even in Markdown. */
export function quieten(text: string): string {
  return text.replace(/<!(channel|here|everyone|subteam)/gi, '<\u200b!$1');
}

/** The plain form for notifications and screen readers. */
export function plainText(markdown: string): string {
  const bare = markdown
    .replace(/```[^\n]*\n?/g, '')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/(\*\*|__|`)/g, '');
  const escaped = bare.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.length > 3000 ? `${escaped.slice(0, 2999)}…` : escaped;
}
