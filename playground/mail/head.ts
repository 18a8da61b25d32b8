/** What lists need of a mail's header. */
export type Head = {
  /** Does our receiver vouch for the address that it says it is from? Nobody asked for sample mail. */
  sender: 'verified' | 'unverified' | 'unchecked';
  inReplyTo: string | null;
  hasSource: boolean;
};

/** Sample mail has no raw MIME. */
export function headOf(beginning: string | null): Head {
  if (beginning === null) return { sender: 'unchecked', inReplyTo: null, hasSource: false };
  const header = (beginning.split(/\r?\n\r?\n/, 1)[0] ?? '').replace(/\r?\n[ \t]+/g, ' ');
  const read = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(header)?.[1]?.trim() ?? '';
  const from = /([^\s<>",;]+@[^\s<>",;]+)>?$/.exec(read('From'))?.[1]?.toLowerCase() ?? '';
  // The topmost of these is our own receiver's.
  const result = read('Authentication-Results').toLowerCase();
  const isVerified =
    result.endsWith(`; auth=pass smtp.auth=${from}`) ||
    result.endsWith(`; dmarc=pass header.from=${from.split('@')[1]}`);
  return {
    sender: from !== '' && isVerified ? 'verified' : 'unverified',
    inReplyTo: read('In-Reply-To') || null,
    hasSource: true,
  };
}
