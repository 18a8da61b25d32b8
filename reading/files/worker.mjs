import { parentPort } from 'node:worker_threads';
import { readMail } from '../mail/read.mjs';
import { withoutUnseen } from '../mail/unseen.mjs';
import { imageOf } from './image.mjs';
import { textOfPdf } from './pdf.mjs';

// Runs as a worker thread, in plain JavaScript as the one that reads mails.

const LONGEST = 20_000;

const readers = { mail: textOfMail, pdf: textOfPdf, text: textOfFile, image: imageOf };
const damaged = { kind: 'unread', why: 'it is damaged, or not what it says it is' };

parentPort?.on('message', async ({ kind, content }) => {
  try {
    const read = await readers[kind](content);
    const answer = read.kind === 'text' ? { kind: 'text', text: plain(read.text) } : read;
    parentPort?.postMessage(answer, answer.kind === 'image' ? [answer.content.buffer] : []);
  } catch {
    parentPort?.postMessage(damaged);
  }
});
parentPort?.postMessage('ready');

async function textOfMail(content) {
  const { from, subject, text } = await readMail(content);
  const authors = from.map(({ name, address }) => `${name} <${address}>`.trim()).join(', ');
  return { kind: 'text', text: `From: ${authors} (unverified)\nSubject: ${subject}\n\n${text}` };
}

/** Spreadsheets write UTF-16 with a mark before it, older programs the charset of Windows. */
function textOfFile(content) {
  return { kind: 'text', text: decoded(content) };
}

function decoded(content) {
  if (content[0] === 0xff && content[1] === 0xfe) return new TextDecoder('utf-16le').decode(content);
  if (content[0] === 0xfe && content[1] === 0xff) return new TextDecoder('utf-16be').decode(content);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('windows-1252').decode(content);
  }
}

function plain(text) {
  const cut = text.slice(0, LONGEST);
  const { text: seen } = withoutUnseen(cut.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n'));
  return seen.trim() + (cut.length < text.length ? '\n(The rest of this file is left out here.)' : '');
}
