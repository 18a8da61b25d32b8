import { Readable } from 'node:stream';
import addressparser from 'nodemailer/lib/addressparser';
import { z } from 'zod';

/** Asks the DNS for the texts under a name, as `resolveTxt` of node:dns does. */
export type ResolveTxt = (name: string) => Promise<string[][]>;

const LONGEST_HEAD = 256 * 1024;
const LONGEST_ADDRESSES = 32 * 1024;
/** Somebody who waits for our 250 waits for the DNS as well. */
const PATIENCE_MS = 2_000;
const MOST_SIGNATURES = 5;
/** What decides who asks whom for what, in which conversation, and by which a repetition is known. */
const SIGNED = ['from', 'to', 'cc', 'date', 'message-id', 'subject', 'references', 'in-reply-to'];
const PIECE = 64 * 1024;

/**
 * The domain of a mail's author, where it vouches for the mail: by a DKIM signature of its own over all of the body, and a
 * DMARC record. Null where it does not, the mail was not written to all of these recipients, or the DNS cannot be asked.
 */
export async function vouchingDomain(
  raw: Buffer,
  recipients: string[],
  resolveTxt: ResolveTxt,
): Promise<string | null> {
  const names = headerNames(raw);
  if (!isWorthChecking(raw, names) || !isWrittenTo(raw, recipients)) return null;
  return verify(raw, names, withPatience(resolveTxt)).catch(() => null);
}

/** Once the DNS has kept us waiting, it is not asked again for this mail. */
function withPatience(resolveTxt: ResolveTxt): ResolveTxt {
  let isLate = false;
  return async (name) => {
    if (isLate) throw new Error('the DNS is late');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        reject(new Error('the DNS is late'));
      }, PATIENCE_MS);
    });
    return Promise.race([resolveTxt(name), late]).finally(() => clearTimeout(timer));
  };
}

/** Others may add to a mail whose signature covers a part of the body, and write a header above one that is signed. */
function isWorthChecking(raw: Buffer, names: string[]): boolean {
  const count = (wanted: string) => names.filter((name) => name === wanted).length;
  const signatures = count('dkim-signature');
  if (signatures === 0 || signatures > MOST_SIGNATURES) return false;
  const isPartial = /^DKIM-Signature:(?:[^\r\n]|\r?\n[ \t])*?[;\s]l\s*=/im.test(headOf(raw));
  return !isPartial && [...SIGNED, 'content-type'].every((name) => count(name) <= 1);
}

/** Whoever gets a signed mail may send it on to anybody. */
function isWrittenTo(raw: Buffer, recipients: string[]): boolean {
  const fields = headOf(raw).matchAll(/^(?:To|Cc):((?:[^\r\n]|\r?\n[ \t])*)/gim);
  const named = [...fields].flatMap(([, field = '']) =>
    addressparser(field.slice(0, LONGEST_ADDRESSES), { flatten: true }),
  );
  const written = new Set(named.map(({ address }) => address.toLowerCase()));
  return recipients.every((address) => written.has(address.toLowerCase()));
}

async function verify(raw: Buffer, names: string[], resolver: ResolveTxt): Promise<string | null> {
  // It takes 24 MB of memory, and most mail here has no signature.
  const [{ dkimVerify }, { dmarc }] = await Promise.all([
    import('mailauth/lib/dkim/verify.js'),
    import('mailauth/lib/dmarc/index.js'),
  ]);
  const { headerFrom, results } = await dkimVerify(Readable.from(piecesOf(raw)), { resolver });
  const [from, ...others] = headerFrom;
  if (from === undefined || others.length > 0) return null;
  const passed = results.filter((result) => {
    const signed = signedHeadersOf(result);
    return result.status.result === 'pass' && SIGNED.every((name) => !names.includes(name) || signed.includes(name));
  });
  const dkimDomains = passed.flatMap(({ id, signingDomain, status }) =>
    id && signingDomain ? [{ id, domain: signingDomain, aligned: status.aligned }] : [],
  );
  const judged = await dmarc({ headerFrom: from, spfDomains: [], dkimDomains, resolver });
  return judged && judged.status.result === 'pass' ? from.slice(from.lastIndexOf('@') + 1).toLowerCase() : null;
}

/** mailauth's types leave them out. */
const signing = z.object({ signingHeaders: z.object({ keys: z.string() }) });

function signedHeadersOf(result: object): string[] {
  const { data } = signing.safeParse(result);
  return data?.signingHeaders.keys.toLowerCase().split(/[:\s]+/) ?? [];
}

function headOf(raw: Buffer): string {
  return raw.toString('latin1', 0, LONGEST_HEAD).split(/\r?\n\r?\n/, 1)[0] ?? '';
}

function headerNames(raw: Buffer): string[] {
  // A blank before the colon hides no header from those who read the mail.
  return [...headOf(raw).matchAll(/^([^\s:]+)[^\S\r\n]*:/gm)].map(([, name = '']) => name.toLowerCase());
}

/** A piece at a time, so that the process goes on with other work in between. */
function* piecesOf(raw: Buffer): Generator<Buffer> {
  for (let at = 0; at < raw.length; at += PIECE) yield raw.subarray(at, at + PIECE);
}
