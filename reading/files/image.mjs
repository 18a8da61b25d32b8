/** What models with eyes commonly take; the larger ones need not be sharper for them. */
const MOST_MB = 5;

const BEGINNINGS = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/webp', /^52494646.{8}57454250/],
  ['image/gif', /^47494638(37|39)61/],
];

/** An image is known by its first bytes, never by its name. */
export function imageOf(content) {
  const beginning = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 16)).toString('hex');
  const found = BEGINNINGS.find(([, pattern]) => pattern.test(beginning));
  if (!found) return { kind: 'unread', why: 'it is damaged, or not what it says it is' };
  if (content.length > MOST_MB * 1024 * 1024)
    return { kind: 'unread', why: `it is an image of more than ${MOST_MB} MB` };
  return { kind: 'image', type: found[0], content };
}
