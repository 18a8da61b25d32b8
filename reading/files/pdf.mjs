import { getDocumentProxy } from 'unpdf';

const MOST_PAGES = 50;
/** Every PDF file says so near its beginning; looking for its parts in anything else takes seconds. */
const MARK = '%PDF-';
const NEAR = 1024;

/** The text of a PDF file, or why it has none. */
export async function textOfPdf(content) {
  if (!Buffer.from(content.buffer, 0, Math.min(content.length, NEAR)).includes(MARK)) throw new Error('not a PDF file');
  const opened = await open(content);
  if (opened === null) return { kind: 'unread', why: 'it is encrypted' };
  if (opened.numPages > MOST_PAGES)
    return { kind: 'unread', why: `it has ${opened.numPages} pages, and we read ${MOST_PAGES}` };
  const pages = [];
  for (let number = 1; number <= opened.numPages; number += 1) {
    const page = await opened.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.map(({ str, hasEOL }) => (hasEOL ? `${str}\n` : str)).join(''));
  }
  const text = pages.join('\n\n');
  return text.trim() === '' ? { kind: 'unread', why: 'it holds pictures and no text' } : { kind: 'text', text };
}

async function open(content) {
  try {
    return await getDocumentProxy(content, { isEvalSupported: false, verbosity: 0 });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') return null;
    throw error;
  }
}
