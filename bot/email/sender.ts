import type { Principal } from '../../core/records/types.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';

export type Sender = { address: string; principal: Principal };

/**
 * The sender of a mail: the customer with that address where our own receiver vouches for it, otherwise an anonymous
 * person. Null where the mail names no sender, or several.
 */
export function senderOf(mail: ParsedMail, authority: string): Sender | null {
  const [one, ...others] = mail.from;
  const address = one?.address.toLowerCase() ?? '';
  // Of two From headers, some mail programs show the first and some the second.
  const isOnce = others.length === 0 && mail.headers.filter(({ name }) => name === 'from').length === 1;
  if (!isOnce || !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)) return null;
  // Anybody can write any address there, so this is not the account of that person, and does not use up their limits.
  if (!vouchesFor(mail, authority, address)) {
    return { address, principal: { kind: 'anonymous', id: `unverified:${address}` } };
  }
  return { address, principal: { kind: 'customer', id: `email:${address}` } };
}

/** The receiver writes its header above all others, so the topmost one is its own; a sender may have written the rest. */
function vouchesFor({ headers }: ParsedMail, authority: string, address: string): boolean {
  const written = headers.find(({ name }) => name === 'authentication-results')?.value.toLowerCase() ?? '';
  const [by = '', ...results] = withoutAsides(written)
    .split(';')
    .map((part) => part.trim());
  if (by.split(/\s/)[0] !== authority) return false;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return results.some((result) => {
    const [method, ...rest] = result.split(/\s+/);
    if (method === 'auth=pass') return rest.includes(`smtp.auth=${address}`);
    return method === 'dmarc=pass' && rest.includes(`header.from=${domain}`);
  });
}

/** Quoted words and comments repeat what a sender chose, who may have chosen what looks like a result. */
function withoutAsides(written: string): string {
  let plain = written.replace(/"(?:\\.|[^"\\])*"/g, '');
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/\([^()]*\)/g, ' ');
  }
  // A sign that is left over was put there to deceive.
  return /["()]/.test(plain) ? '' : plain;
}
