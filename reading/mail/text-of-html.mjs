import { convert } from 'html-to-text';
import { visibleHtml } from './visible-html.mjs';

/** The text of HTML as its reader would see it, and whether it held more. */
export function textOfHtml(html) {
  const visible = visibleHtml(html);
  const text = convert(visible.html, {
    wordwrap: false,
    limits: { maxDepth: 200, maxInputLength: 1_000_000 },
    formatters: {
      cell(elem, walk, builder) {
        walk(elem.children, builder);
        builder.addInline(' ');
      },
      row: (elem, walk, builder) => {
        builder.openBlock({ leadingLineBreaks: 1 });
        walk(elem.children, builder);
        builder.closeBlock({ trailingLineBreaks: 1 });
      },
    },
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'img', format: 'skip' },
      { selector: 'td', format: 'cell' },
      { selector: 'th', format: 'cell' },
      { selector: 'tr', format: 'row' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: 'blockquote', options: { trimEmptyLines: false } },
    ],
  });
  return { text: text.replaceAll('\u00a0', ' '), hidden: visible.hidden };
}
