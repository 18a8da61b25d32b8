import { Marked, type Tokens } from 'marked';

/** Such text is shown as written: the parser would need seconds for it, or overflow the stack. */
const TOO_LONG_WORD = /\S{2000}/;
const TOO_DEEP = /^[ \t>*+-]{200}/m;

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // HTML in an answer is text, and an image is a link to follow, never one that is loaded.
    html: ({ raw }: Tokens.HTML | Tokens.Tag) => escaped(raw),
    // Within <pre> and the like the parser would leave a text as it is, with all tags that begin in it.
    text: (token) => ('escaped' in token && token.escaped ? escaped(token.text) : false),
    image: ({ href, text }: Tokens.Image) => linked(href, escaped(text || href)),
    link({ href, tokens }: Tokens.Link) {
      return linked(href, this.parser.parseInline(tokens));
    },
  },
});

/** The HTML form of an answer. */
export function htmlOf(markdown: string): string {
  return isReadable(markdown) ? marked.parse(markdown, { async: false }) : `<pre>${escaped(markdown)}</pre>\n`;
}

export function isReadable(markdown: string): boolean {
  return !TOO_LONG_WORD.test(markdown) && !TOO_DEEP.test(markdown);
}

/** Shows a text as it is, without reading it as Markdown: people confirm what it says. */
export function plainHtml(text: string): string {
  return `<pre style="font-family: sans-serif; white-space: pre-wrap">${escaped(text)}</pre>\n`;
}

export function wholePage(body: string): string {
  return `<!doctype html>\n<html><body style="font-family: sans-serif; line-height: 1.4">\n${body}</body></html>\n`;
}

function linked(href: string, inner: string): string {
  return /^(https?:|mailto:)/i.test(href) ? `<a href="${escaped(href)}">${inner}</a>` : inner;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
