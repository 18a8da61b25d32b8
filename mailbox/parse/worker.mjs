import { parentPort } from 'node:worker_threads';
import PostalMime from 'postal-mime';
import { saidOf } from './said.mjs';
import { textOfHtml } from './text-of-html.mjs';

// Runs as a worker thread. Plain JavaScript, because a loader of TypeScript does not reach into threads on every Node
// that we run on.

const MOST_HEADERS = 200;
const LONGEST_HEADER = 4_000;
const MOST_ADDRESSES = 100;
const MOST_REFERENCES = 30;
const LONGEST_TEXT = 200_000;
const MOST_ATTACHMENTS = 100;

parentPort?.on('message', async (raw) => {
  try {
    parentPort?.postMessage({ mail: await read(raw) });
  } catch (error) {
    parentPort?.postMessage({ why: error instanceof Error ? error.message : String(error) });
  }
});

async function read(raw) {
  const email = await new PostalMime({ maxNestingDepth: 50, maxHeadersSize: 512 * 1024 }).parse(raw);
  const headers = email.headers
    .slice(0, MOST_HEADERS)
    .map(({ key, value }) => ({ name: key, value: clean(value).slice(0, LONGEST_HEADER) }));
  const html = email.html === undefined ? null : textOfHtml(email.html.slice(0, 1_000_000));
  const plain = email.text?.trim() ? email.text : undefined;
  const text = clean(plain ?? html?.text ?? '').slice(0, LONGEST_TEXT);
  return {
    headers,
    from: addresses(email.from),
    to: addresses(email.to),
    cc: addresses(email.cc),
    subject: clean(email.subject ?? '')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 500),
    messageId: idsIn(email.messageId)[0] ?? null,
    references: [...new Set([...idsIn(email.references), ...idsIn(email.inReplyTo)])].slice(-MOST_REFERENCES),
    contentType: (headers.find(({ name }) => name === 'content-type')?.value ?? '').toLowerCase(),
    text,
    said: saidOf(text),
    hidden: plain === undefined && html !== null && html.hidden,
    attachments: email.attachments.slice(0, MOST_ATTACHMENTS).map(({ filename, mimeType, content }) => ({
      name: clean(filename ?? 'unnamed')
        .replace(/\s+/g, ' ')
        .slice(0, 200),
      type: clean(mimeType).slice(0, 100),
      size: typeof content === 'string' ? content.length : content.byteLength,
    })),
  };
}

/** Postgres stores no NUL, and no half of a character. */
function clean(text) {
  return text.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n');
}

function addresses(given = []) {
  const flat = [given].flat().flatMap((one) => one.group ?? one);
  return flat
    .filter(({ address }) => address)
    .slice(0, MOST_ADDRESSES)
    .map(({ name, address }) => ({
      name: clean(name ?? '').slice(0, 200),
      address: clean(address).trim().slice(0, 320),
    }));
}

function idsIn(text = '') {
  return [...text.matchAll(/<[^<>\s]{1,500}>/g)].map(([id]) => clean(id));
}
