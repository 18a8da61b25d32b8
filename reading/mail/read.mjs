import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { simpleParser } from 'mailparser';
import { forwardedFrom, saidOf } from './said.mjs';
import { shownText } from './shown-text.mjs';
import { textOfHtml } from './text-of-html.mjs';
import { withoutUnseen } from './unseen.mjs';

const MOST_HEADERS = 200;
const LONGEST_HEADER = 4_000;
const MOST_ADDRESSES = 100;
const MOST_REFERENCES = 30;
const LONGEST_TEXT = 200_000;
const LONGEST_HTML = 300_000;
const LONGEST_SUBJECT = 500;
/** What would take seconds for a large mail, and is done below for as much of it as is read. */
const OPTIONS = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
const MOST_ATTACHMENTS = 100;
const LONGEST_NAME = 200;
const LONGEST_ADDRESS = 320;
/** Here lies whether its parts are forms of the same. */
const ALTERNATIVE = /^content-type:\s*multipart\/alternative/im;
const LONGEST_HEAD = 256 * 1024;
const LONGEST_HEAD_OF_ATTACHED = 16 * 1024;

export async function readMail(raw) {
  const email = await simpleParser(Buffer.from(raw.buffer), OPTIONS);
  const html = email.html ? textOfHtml(email.html.slice(0, LONGEST_HTML)) : null;
  const shown = shownText((email.text ?? '').slice(0, LONGEST_TEXT), html, ALTERNATIVE.test(headOf(raw)));
  const { text, hidden } = withoutUnseen(clean(shown.text.slice(0, LONGEST_TEXT)));
  const headers = email.headerLines.slice(0, MOST_HEADERS).map(header);
  return {
    headers,
    from: addresses(email.from),
    to: addresses(email.to),
    cc: addresses(email.cc),
    subject: oneLine(email.subject ?? '', LONGEST_SUBJECT),
    messageId: idsIn(email.messageId)[0] ?? null,
    references: [...new Set([...idsIn([email.references ?? []].flat().join(' ')), ...idsIn(email.inReplyTo)])].slice(
      -MOST_REFERENCES,
    ),
    contentType: (headers.find(({ name }) => name === 'content-type')?.value ?? '').toLowerCase(),
    calendar: calendarOf(email.attachments),
    text,
    said: saidOf(text, email.subject),
    forwardedFrom: forwardedFrom(text, email.subject),
    hidden: hidden || shown.hidden,
    attachments: await Promise.all(email.attachments.slice(0, MOST_ATTACHMENTS).map(attachment)),
  };
}

/** An image that the text shows is part of it, such as the logo below a signature. */
async function attachment({ filename, contentType, size, content, related }) {
  const type = oneLine(contentType, 100);
  const name = filename || type !== 'message/rfc822' ? fileName(filename) : await nameOfMail(content);
  const digest = createHash('sha256').update(content).digest('hex');
  return { name, type, size, isInline: related === true, content: new Uint8Array(content), digest };
}

/** Mail programs show an attached mail by its subject. */
async function nameOfMail(content) {
  const { subject } = await simpleParser(content.subarray(0, LONGEST_HEAD_OF_ATTACHED), OPTIONS);
  return subject ? `${fileName(subject.replace(/[/\\]/g, '-'))}.eml` : fileName('');
}

function calendarOf(attachments) {
  const part = attachments.find(({ contentType }) => contentType === 'text/calendar');
  return part ? oneLine(part.headers?.get('content-type')?.params?.method ?? '').toLowerCase() : null;
}

function headOf(raw) {
  return Buffer.from(raw.buffer, 0, Math.min(raw.byteLength, LONGEST_HEAD)).toString('latin1');
}

function header({ key, line }) {
  const value = line.slice(line.indexOf(':') + 1, LONGEST_HEADER);
  return { name: key, value: oneLine(value) };
}

/** Whoever cuts may halve a character. */
function oneLine(text, longest = Infinity) {
  return clean(text).replace(/\s+/g, ' ').trim().slice(0, longest).toWellFormed();
}

/** Without folders, and without the signs that let `exe` look like `pdf`. */
function fileName(name) {
  const last = oneLine(withoutUnseen(name || '').text).split(/[/\\]/);
  return oneLine(last.at(-1) || 'unnamed', LONGEST_NAME);
}

/** Postgres stores no NUL, and no half of a character. */
function clean(text) {
  return text.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n');
}

function addresses(given = []) {
  const flat = [given].flat().flatMap(({ value }) => value.flatMap((one) => one.group ?? one));
  return flat
    .filter(({ address }) => address)
    .slice(0, MOST_ADDRESSES)
    .map(({ name, address }) => ({
      name: oneLine(name ?? '', LONGEST_NAME),
      address: oneLine(plainAddress(oneLine(address)), LONGEST_ADDRESS),
    }));
}

/** A domain in letters that look like others is written so that the difference shows. */
function plainAddress(address) {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToASCII(address.slice(at)) || address.slice(at));
}

function idsIn(text = '') {
  return [...text.matchAll(/<[^<>\s]{1,500}>/g)].map(([id]) => clean(id));
}
