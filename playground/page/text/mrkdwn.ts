import { type DateToken, readDate } from './dates.ts';
import { emojiNames } from './emoji.ts';

/** Parses Slack's own markup, as messages and `mrkdwn` objects carry it. */
export type Mark =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Mark[] }
  | { kind: 'quote'; children: Mark[] }
  | { kind: 'code' | 'pre'; text: string }
  | { kind: 'link'; url: string; text: string }
  | { kind: 'person' | 'channel'; id: string; label?: string }
  | { kind: 'everyone'; label: string }
  | { kind: 'date'; date: DateToken }
  | { kind: 'emoji'; name: string };

const FENCE = '```';

export function parseMrkdwn(text: string): Mark[] {
  const marks: Mark[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf(FENCE, at);
    const close = open < 0 ? -1 : text.indexOf(FENCE, open + FENCE.length);
    if (close < 0) return [...marks, ...lines(text.slice(at))];
    const before = text.slice(at, open).replace(/\n$/, '');
    if (before !== '') marks.push(...lines(before));
    marks.push({ kind: 'pre', text: decode(text.slice(open + FENCE.length, close)).replace(/^\n|\n$/g, '') });
    at = close + FENCE.length;
    if (text[at] === '\n') at += 1;
  }
}

const QUOTE = /^(?:&gt;|>) ?/;

function lines(text: string): Mark[] {
  if (text === '') return [];
  const marks: Mark[] = [];
  let quoted: string[] = [];
  const endQuote = () => {
    if (quoted.length > 0) marks.push({ kind: 'quote', children: joined(quoted) });
    quoted = [];
  };
  let plain: string[] = [];
  const endPlain = () => {
    if (plain.length > 0) marks.push(...joined(plain));
    plain = [];
  };
  for (const line of text.split('\n')) {
    if (QUOTE.test(line)) {
      endPlain();
      quoted.push(line.replace(QUOTE, ''));
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return marks;
}

/** A style ends at the end of its line. */
function joined(texts: string[]): Mark[] {
  return texts.flatMap((text, at) =>
    at === 0 ? inline(text) : [{ kind: 'text' as const, text: '\n' }, ...inline(text)],
  );
}

const styles = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
type Style = keyof typeof styles;

export function inline(text: string, within: readonly Style[] = []): Mark[] {
  const marks: Mark[] = [];
  /** Remembers signs without a closing one further on, so that parsing takes linear time. */
  const unclosed = new Set<string>();
  let plain = '';
  let at = 0;
  const take = (mark: Mark, end: number) => {
    if (plain !== '') marks.push(...linked(plain));
    plain = '';
    marks.push(mark);
    at = end;
  };
  while (at < text.length) {
    const found = markAt(text, at, within, unclosed);
    if (found) {
      take(found.mark, found.end);
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return plain === '' ? marks : [...marks, ...linked(plain)];
}

type Found = { mark: Mark; end: number };

function markAt(text: string, at: number, within: readonly Style[], unclosed: Set<string>): Found | null {
  const first = text[at] ?? '';
  if (first === '`') return codeAt(text, at, unclosed);
  if (first === '<') return angleAt(text, at, unclosed);
  if (first === ':') return emojiAt(text, at);
  if (isStyle(first) && !within.includes(first)) return styleAt(text, at, first, within, unclosed);
  return null;
}

function isStyle(sign: string): sign is Style {
  return Object.hasOwn(styles, sign);
}

function codeAt(text: string, at: number, unclosed: Set<string>): Found | null {
  const end = closing(text, '`', at + 1, unclosed);
  if (end <= at + 1) return null;
  return { mark: { kind: 'code', text: decode(text.slice(at + 1, end)) }, end: end + 1 };
}

function angleAt(text: string, at: number, unclosed: Set<string>): Found | null {
  const end = closing(text, '>', at + 1, unclosed);
  const mark = end < 0 ? null : angleMark(text.slice(at + 1, end));
  return mark && { mark, end: end + 1 };
}

function closing(text: string, sign: string, from: number, unclosed: Set<string>): number {
  if (unclosed.has(sign)) return -1;
  const end = text.indexOf(sign, from);
  if (end < 0) unclosed.add(sign);
  return end;
}

/** Reads the text between angle brackets as a person, a channel, a date or a link; null for anything else. */
export function angleMark(inner: string): Mark | null {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : decode(inner.slice(bar + 1));
  const id = /^[@#]([A-Z0-9]+)$/.exec(target)?.[1];
  if (id) return { kind: target[0] === '@' ? 'person' : 'channel', id, ...(label ? { label } : {}) };
  if (target.startsWith('!')) return commandMark(target.slice(1), label);
  const url = decode(target);
  return isLink(url) ? { kind: 'link', url, text: label || url } : null;
}

function commandMark(command: string, label: string | undefined): Mark {
  const date = readDate(command, label);
  if (date) return { kind: 'date', date };
  const [name = ''] = command.split('^');
  return { kind: 'everyone', label: label ?? (name === 'subteam' ? '@group' : `@${name}`) };
}

/** Only these addresses become links: no script, no data, no file. */
export function isLink(url: string): boolean {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(url);
}

function emojiAt(text: string, at: number): Found | null {
  const name = /^:([a-z0-9_+-]{1,40}):/.exec(text.slice(at, at + 42))?.[1];
  return name && emojiNames.has(name) ? { mark: { kind: 'emoji', name }, end: at + name.length + 2 } : null;
}

function styleAt(text: string, at: number, sign: Style, within: readonly Style[], unclosed: Set<string>): Found | null {
  const isAlone = text[at - 1] !== sign && text[at + 1] !== sign;
  const opens = isAlone && isEdge(text[at - 1]) && !isBlank(text[at + 1]);
  const end = opens && !unclosed.has(sign) ? styleEnd(text, at + 2, sign) : -1;
  if (end >= 0) {
    const children = inline(text.slice(at + 1, end), [...within, sign]);
    return { mark: { kind: styles[sign], children }, end: end + 1 };
  }
  if (opens) unclosed.add(sign);
  return null;
}

function styleEnd(text: string, from: number, sign: Style): number {
  for (let at = text.indexOf(sign, from); at >= 0; at = text.indexOf(sign, at + 1)) {
    if (!isBlank(text[at - 1]) && isEdge(text[at + 1]) && text[at + 1] !== sign) return at;
  }
  return -1;
}

function isBlank(sign: string | undefined): boolean {
  return sign === undefined || /\s/.test(sign);
}

/** Beside a letter or a digit a sign stands for itself, as in `snake_case_name`. */
function isEdge(sign: string | undefined): boolean {
  return sign === undefined || !/[\p{L}\p{N}]/u.test(sign);
}

const ADDRESS = /https?:\/\/[^\s<>|]*[^\s<>|.,:;!?'")\]}]/gi;

/** Makes links of bare addresses too. */
function linked(plain: string): Mark[] {
  const text = decode(plain);
  const marks: Mark[] = [];
  let at = 0;
  for (const { 0: url, index } of text.matchAll(ADDRESS)) {
    if (index > at) marks.push({ kind: 'text', text: text.slice(at, index) });
    marks.push({ kind: 'link', url, text: url });
    at = index + url.length;
  }
  return at < text.length ? [...marks, { kind: 'text', text: text.slice(at) }] : marks;
}

/** Decodes the three characters that Slack escapes, and no other entity. */
export function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function encode(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The plain words of marks, for screen readers and previews. */
export function wordsOf(marks: Mark[], displayName: (mark: Mark & { kind: 'person' | 'channel' }) => string): string {
  return marks
    .map((mark): string => {
      switch (mark.kind) {
        case 'bold':
        case 'italic':
        case 'strike':
        case 'quote':
          return wordsOf(mark.children, displayName);
        case 'person':
        case 'channel':
          return displayName(mark);
        case 'everyone':
          return mark.label;
        case 'date':
          return mark.date.fallback;
        case 'emoji':
          return `:${mark.name}:`;
        default:
          return mark.text;
      }
    })
    .join('');
}
