import { lexer, type Token, type Tokens } from 'marked';
import { angleMark, isLink, type Mark } from './mrkdwn.ts';

/** The Markdown of the bot's answers. HTML in it is text, and an image is a link to follow, never one that is loaded. */
export type Part =
  | { kind: 'paragraph'; children: Mark[] }
  | { kind: 'heading'; depth: number; children: Mark[] }
  | { kind: 'list'; start: number | null; items: ListItem[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; parts: Part[] }
  | { kind: 'table'; aligns: Align[]; head: Mark[][]; rows: Mark[][][] }
  | { kind: 'rule' };
export type ListItem = { checked: boolean | null; parts: Part[] };
export type Align = 'left' | 'center' | 'right' | null;

/** Show such text as written: the parser would need seconds for it, or overflow the stack. */
const TOO_LONG_WORD = /\S{2000}/;
const TOO_DEEP = /^[ \t>*+-]{200}/m;

export function parseMarkdown(text: string): Part[] {
  if (TOO_LONG_WORD.test(text) || TOO_DEEP.test(text)) return asWritten(text);
  try {
    return partsOf(lexer(text, { gfm: true }));
  } catch {
    return asWritten(text);
  }
}

function asWritten(text: string): Part[] {
  return [{ kind: 'paragraph', children: [{ kind: 'text', text }] }];
}

function partsOf(tokens: Token[]): Part[] {
  return tokens.flatMap(partOf);
}

function partOf(token: Token): Part[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return [{ kind: 'heading', depth: (token as Tokens.Heading).depth, children: marksOf(token.tokens) }];
    case 'code':
      return [{ kind: 'code', text: (token as Tokens.Code).text }];
    case 'blockquote':
      return [{ kind: 'quote', parts: partsOf(token.tokens ?? []) }];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'list':
      return [listOf(token as Tokens.List)];
    case 'table':
      return [tableOf(token as Tokens.Table)];
    case 'html':
      return [{ kind: 'paragraph', children: [{ kind: 'text', text: token.raw.trimEnd() }] }];
    default:
      return [{ kind: 'paragraph', children: inlineOf(token) }];
  }
}

function listOf({ ordered, start, items }: Tokens.List): Part {
  return {
    kind: 'list',
    start: ordered ? Number(start) || 1 : null,
    items: items.map(({ task, checked, tokens }) => ({
      checked: task ? checked === true : null,
      parts: partsOf(tokens.filter(({ type }) => type !== 'checkbox')),
    })),
  };
}

function tableOf({ align, header, rows }: Tokens.Table): Part {
  return {
    kind: 'table',
    aligns: align,
    head: header.map(({ tokens }) => marksOf(tokens)),
    rows: rows.map((row) => row.map(({ tokens }) => marksOf(tokens))),
  };
}

function marksOf(tokens: Token[] = []): Mark[] {
  return tokens.flatMap(marksIn);
}

function marksIn(token: Token): Mark[] {
  switch (token.type) {
    case 'strong':
      return [{ kind: 'bold', children: marksOf(token.tokens) }];
    case 'em':
      return [{ kind: 'italic', children: marksOf(token.tokens) }];
    case 'del':
      return [{ kind: 'strike', children: marksOf(token.tokens) }];
    case 'codespan':
      return [{ kind: 'code', text: textIn(token) }];
    case 'br':
      return [{ kind: 'text', text: '\n' }];
    case 'link':
      return [linkOf((token as Tokens.Link).href, textOf(token.tokens), token.raw)];
    case 'image':
      return [linkOf((token as Tokens.Image).href, `image: ${textIn(token)}`, token.raw)];
    case 'checkbox':
      return [];
    case 'html':
      return [{ kind: 'text', text: token.raw }];
    default:
      return inlineOf(token);
  }
}

function linkOf(href: string, text: string, raw: string): Mark {
  const url = entities(href);
  return isLink(url) ? { kind: 'link', url, text: text || url } : { kind: 'text', text: raw };
}

function textOf(tokens: Token[] = []): string {
  return tokens.map((token) => (within(token) ? textOf(within(token)) : entities(textIn(token)))).join('');
}

function within(token: Token): Token[] | undefined {
  return 'tokens' in token ? token.tokens : undefined;
}

function inlineOf(token: Token): Mark[] {
  const tokens = within(token);
  return tokens ? marksOf(tokens) : plain(textIn(token));
}

function textIn(token: Token): string {
  return 'text' in token && typeof token.text === 'string' ? token.text : token.raw;
}

/** Slack reads people, channels and dates in Markdown too. */
function plain(text: string): Mark[] {
  const marks = text.split(/(<[@#!][^<>\n]{1,300}>)/).map((piece, at): Mark => {
    const mark = at % 2 === 1 ? angleMark(piece.slice(1, -1)) : null;
    return mark ?? { kind: 'text', text: entities(piece) };
  });
  return marks.filter((mark) => mark.kind !== 'text' || mark.text !== '');
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function entities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
    (whole, ten, sixteen, name) => {
      if (name) return named[name.toLowerCase()] ?? whole;
      const code = ten ? Number(ten) : Number.parseInt(sixteen, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
