import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** As nodemailer takes it. */
export type DkimKey = { domainName: string; keySelector: string; privateKey: string };

/** The key with which our mails are signed; `line` says what to do about one that cannot be used. */
export function readDkimKey(
  domainName: string,
  keySelector: string,
  path: string,
): { kind: 'read'; key: DkimKey } | { kind: 'broken'; line: string } {
  const broken = (why: string) => ({
    kind: 'broken' as const,
    line: `DKIM_KEY_FILE ${why}: make an RSA key with: openssl genrsa -out dkim.pem 2048`,
  });
  try {
    const privateKey = readFileSync(path, 'utf8');
    const { asymmetricKeyType } = createPrivateKey(privateKey);
    if (asymmetricKeyType !== 'rsa') return broken(`holds a key of the kind ${asymmetricKeyType}, not RSA`);
    return { kind: 'read', key: { domainName, keySelector, privateKey } };
  } catch (error) {
    const isUnread = error instanceof Error && 'syscall' in error && 'code' in error;
    return broken(isUnread ? `cannot be read (${error.code})` : 'holds no private key');
  }
}
