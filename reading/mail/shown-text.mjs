/** So many words that stand in the plain part alone are more than a program adds. */
const MOST_FOREIGN = 4;
const MOST_COMPARED = 20_000;

/**
 * A mail with a plain and an HTML part is shown as HTML. The plain part is easier to read, and is taken where it says
 * no more than the HTML shows.
 */
export function shownText(plain, html, isEither) {
  if (html === null) return { text: plain, hidden: false };
  if (plain.trim() === '') return { text: html.text, hidden: html.hidden };
  // Where its parts are not two forms of the same, programs show one after the other.
  if (!isEither) return { text: `${plain}\n\n${html.text}`, hidden: html.hidden };
  if (!html.hidden && !saysMore(plain, html.text)) return { text: plain, hidden: false };
  // A mail that shows nothing was written by a program that we misread.
  return { text: html.text.trim() === '' ? plain : html.text, hidden: true };
}

function saysMore(plain, shown) {
  const words = wordsOf(plain.replace(/<?(https?|mailto):[^\s>]*>?|\[(cid|image)[^\]]{0,500}\]/gi, ' '));
  const visible = wordsOf(shown);
  const known = new Set(visible);
  const joined = visible.join('');
  let foreign = 0;
  for (const word of words) {
    // Programs break long words and words without blanks between them at other places.
    if (!known.has(word) && !joined.includes(word)) foreign += 1;
    if (foreign > MOST_FOREIGN) return true;
  }
  return false;
}

function wordsOf(text) {
  return (
    text
      .slice(0, MOST_COMPARED)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
