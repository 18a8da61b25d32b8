import EmailReplyParser from 'email-reply-parser';

/** A long mail that quotes is cut by its marks alone. */
const LONGEST = 50_000;

/** What is new in a mail. Where a person answers between the lines of what they quote, all of it is. */
export function saidOf(text) {
  if (text.length > LONGEST || answersInline(text)) return text.trim();
  const said = new EmailReplyParser().read(text).getVisibleText({ aggressive: false }).trim();
  return said === '' ? text.trim() : said;
}

/** Quoted lines, then words, then quoted lines again. */
function answersInline(text) {
  const kinds = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^\s*>/.test(line));
  const first = kinds.indexOf(true);
  const last = kinds.lastIndexOf(true);
  return first >= 0 && kinds.slice(first, last).includes(false);
}
