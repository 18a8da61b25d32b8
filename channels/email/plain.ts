import { lexer, type Token, type Tokens } from 'marked';
import { isReadable } from './html.ts';

/** The plain form of an answer, for mail programs that show no HTML: no Markdown signs, links written out, tables in columns. */
export function plainOf(markdown: string): string {
  return isReadable(markdown) ? blocksOf(lexer(markdown, { gfm: true, breaks: true })) : markdown;
}

function blocksOf(tokens: Token[]): string {
  return tokens
    .map(blockOf)
    .filter((text) => text !== '')
    .join('\n\n');
}

function blockOf(token: Token): string {
  switch (token.type) {
    case 'space':
    case 'def':
      return '';
    case 'hr':
      return '* * *';
    case 'code':
      return (token as Tokens.Code).text;
    case 'blockquote':
      return indented(blocksOf((token as Tokens.Blockquote).tokens), '> ', '> ');
    case 'list':
      return listOf(token as Tokens.List);
    case 'table':
      return tableOf(token as Tokens.Table);
    default:
      return inlineOf(token);
  }
}

function listOf({ ordered, start, items, loose }: Tokens.List): string {
  return items
    .map(({ tokens }, at) => {
      const mark = ordered ? `${Number(start) + at}. ` : '- ';
      const text = tokens.map(blockOf).filter((part) => part !== '');
      return indented(text.join(loose ? '\n\n' : '\n'), mark, ' '.repeat(mark.length));
    })
    .join(loose ? '\n\n' : '\n');
}

function tableOf({ header, rows, align }: Tokens.Table): string {
  const cells = [header, ...rows].map((row) => row.map(({ tokens }) => inlinesOf(tokens).replaceAll('\n', ' ')));
  const widths = header.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lineOf = (row: string[]) =>
    row
      .map((cell, at) => (align[at] === 'right' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const [head = [], ...others] = cells;
  return [head, widths.map((width) => '-'.repeat(width)), ...others].map(lineOf).join('\n');
}

function inlinesOf(tokens: Token[]): string {
  return tokens.map(inlineOf).join('');
}

function inlineOf(token: Token): string {
  switch (token.type) {
    case 'br':
      return '\n';
    case 'link':
    case 'image': {
      const { href, text } = token as Tokens.Link | Tokens.Image;
      const said = token.type === 'link' ? inlinesOf((token as Tokens.Link).tokens) : text;
      return said === '' || said === href || `mailto:${said}` === href ? said || href : `${said} (${href})`;
    }
    case 'checkbox':
      return (token as Tokens.Checkbox).checked ? '[x] ' : '[ ] ';
    default:
      if ('tokens' in token && token.tokens) return inlinesOf(token.tokens);
      return 'text' in token ? String(token.text) : token.raw;
  }
}

function indented(text: string, first: string, further: string): string {
  return text
    .split('\n')
    .map((line, at) => `${at === 0 ? first : further}${line}`.trimEnd())
    .join('\n');
}
