/**
 * Slack takes 12,000 characters in a markdown block, and about 13,200 in all blocks of a message. The latter it counts as
 * JSON, where a line break is two characters, and so do we.
 */
export const PART_LIMIT = 11_500;

/**
 * Splits a long answer at paragraphs, else lines, else words. A code fence that is cut is closed and opened again, and
 * a table that is cut goes on under its own head.
 */
export function splitMarkdown(text: string, limit = PART_LIMIT): string[] {
  const parts: string[] = [];
  let head = '';
  let rest = text;
  while (fitting(rest, limit - sizeOf(head)) < rest.length) {
    const cut = cutAt(rest.slice(0, fitting(rest, limit - sizeOf(head) - CLOSING_ROOM)));
    const part = head + rest.slice(0, cut).trimEnd();
    rest = rest.slice(cut).replace(/^\n+/, '');
    const fence = openFence(part);
    parts.push(fence ? `${part}\n${fence.mark}` : part);
    head = fence ? `${fence.mark}${fence.language}\n` : tableHead(part, rest, limit);
    if (fence && closes(rest, fence)) {
      rest = rest.replace(/^.*\n*/, '');
      head = '';
    }
  }
  if (rest !== '' || parts.length === 0) parts.push(head + rest);
  return parts;
}

/** Room for the line that closes a cut code fence. */
const CLOSING_ROOM = 24;

function sizeOf(text: string): number {
  return JSON.stringify(text).length - 2;
}

/** How many characters of a text fit into this room. */
function fitting(text: string, room: number): number {
  let left = room;
  for (let at = 0; at < text.length; at++) {
    left -= sizeAt(text, at);
    if (left < 0) return at;
  }
  return text.length;
}

function sizeAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 32) return code === 34 || code === 92 ? 2 : 1;
  return code >= 8 && code <= 13 && code !== 11 ? 2 : 6;
}

function cutAt(window: string): number {
  for (const boundary of ['\n\n', '\n', ' ']) {
    const at = window.lastIndexOf(boundary);
    if (at > window.length / 2) return at + boundary.length;
  }
  // Do not cut a surrogate pair in two.
  return /[\ud800-\udbff]$/.test(window) ? window.length - 1 : window.length;
}

type Fence = { mark: string; language: string };

/** The code fence that is still open at the end, if any. */
function openFence(text: string): Fence | null {
  let open: Fence | null = null;
  for (const line of text.split('\n')) {
    const [, mark, info = ''] = /^\s*(`{3,20}(?!`)|~{3,20}(?!~))(.*)$/.exec(line) ?? [];
    if (!mark) continue;
    if (open) open = closes(line, open) ? null : open;
    else if (!info.includes('`')) open = { mark, language: /^\s*([\w+#.-]{0,20})/.exec(info)?.[1] ?? '' };
  }
  return open;
}

/** Only a line of the same mark, as long or longer, closes a fence. */
function closes(text: string, { mark }: Fence): boolean {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  return line.length >= mark.length && line === mark.charAt(0).repeat(line.length);
}

/** The two head lines of a table that `rest` continues. */
function tableHead(part: string, rest: string, limit: number): string {
  if (!isRow(rest)) return '';
  const lines = part.split('\n');
  const begin = lines.findLastIndex((line) => !isRow(line)) + 1;
  const [names, rule] = lines.slice(begin);
  if (!names || !rule || !/^\s*\|[\s:|-]+$/.test(rule)) return '';
  const head = `${names}\n${rule}\n`;
  return sizeOf(head) < limit / 4 ? head : '';
}

function isRow(line: string): boolean {
  return /^\s*\|/.test(line);
}
