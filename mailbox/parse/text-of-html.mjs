import { convert } from 'html-to-text';

/** The text of HTML as its reader would see it, and whether it held more. */
export function textOfHtml(html) {
  const found = { hidden: false };
  const text = convert(marked(html), {
    wordwrap: false,
    limits: { maxDepth: 200, maxInputLength: 1_000_000 },
    formatters: {
      hidden: (elem) => {
        if (hasText(elem)) found.hidden = true;
      },
    },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'blockquote', options: { trimEmptyLines: false } },
      { selector: '[data-unseen]', format: 'hidden' },
      { selector: '[hidden]', format: 'hidden' },
      { selector: 'template', format: 'skip' },
    ],
  });
  return { text, hidden: found.hidden };
}

const UNSEEN = [
  /display:none/,
  /visibility:hidden/,
  /mso-hide:all/,
  /opacity:0(\.0+)?(;|$)/,
  /font-size:[01](\.\d+)?(px|pt|em|%)?(;|$)/,
  /(^|;)(max-)?height:0(px)?(;|$)/,
  /(^|;)(max-)?width:0(px)?(;|$)/,
  /text-indent:-\d{3,}/,
  /(left|top):-\d{3,}/,
];

/** Selectors see attributes but cannot read styles: an element whose style hides it is marked. */
function marked(html) {
  return html.replace(/\sstyle\s*=\s*("[^"]{0,5000}"|'[^']{0,5000}'|[^\s>"']{1,5000})/gi, (whole, style) => {
    const rules = style
      .replace(/^["']|["']$/g, '')
      .toLowerCase()
      .replace(/\s|!important/g, '');
    return UNSEEN.some((rule) => rule.test(rules)) ? ' data-unseen="1"' : whole;
  });
}

function hasText(elem) {
  return (elem.children ?? []).some((child) => (child.type === 'text' ? child.data.trim() !== '' : hasText(child)));
}
