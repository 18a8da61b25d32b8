import { render } from 'dom-serializer';
import { parseDocument } from 'htmlparser2';
import { hidingSelectors, lookOf, startingLook } from './visibility.mjs';

/** Deeper than any program writes; what lies below is left out. */
const DEEPEST = 200;
/** Some 10,000 elements: more than honest mails of this length have. What follows is shown without its markup. */
const MOST_TAGS = 20_000;
/** No program shows their words as part of a mail. */
const SILENT = new Set([
  'script',
  'style',
  'title',
  'noscript',
  'template',
  'iframe',
  'object',
  'audio',
  'video',
  'canvas',
  'datalist',
]);

/** HTML without what its reader would not see, and whether words were among that. */
export function visibleHtml(html) {
  const end = endOfMarkup(html);
  const document = parseDocument(html.slice(0, end));
  const hiding = hidingSelectors(html);
  let hidden = false;
  const rest = [{ parent: document, look: startingLook, depth: 0 }];
  while (rest.length > 0) {
    const { parent, look, depth } = rest.pop();
    const seen = depth < DEEPEST ? parent.children.filter((node) => !isSilent(node)) : [];
    parent.children = seen.filter((node) => {
      if (node.type === 'text') return look.seen || !says(node);
      const own = node.attribs ? lookOf(node, look, hiding) : look;
      if (node.children && own !== null) rest.push({ parent: node, look: own, depth: depth + 1 });
      return own !== null;
    });
    const kept = new Set(parent.children);
    hidden ||= seen.some((node) => !kept.has(node) && hasWords(node));
  }
  return { html: render(document, { encodeEntities: 'utf8' }) + withoutTags(html.slice(end)), hidden };
}

function endOfMarkup(html) {
  let end = -1;
  for (let count = 0; count <= MOST_TAGS; count++) {
    end = html.indexOf('<', end + 1);
    if (end < 0) return html.length;
  }
  return end;
}

function withoutTags(html) {
  return html.replace(/<[^<>]*>?/g, ' ');
}

function isSilent(node) {
  return node.type === 'comment' || node.type === 'directive' || SILENT.has(node.name);
}

function hasWords(node) {
  const rest = [node];
  for (let one = rest.pop(); one; one = rest.pop()) {
    if (says(one)) return true;
    if (!isSilent(one)) rest.push(...(one.children ?? []).slice(0, 1_000));
  }
  return false;
}

/** Newsletters fill hidden boxes with signs of no width. */
function says(node) {
  return node.type === 'text' && /[^\s\p{Cf}\p{M}]/u.test(node.data);
}
