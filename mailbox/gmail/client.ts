import { auth, type gmail_v1, gmail as openApi } from '@googleapis/gmail';
import type { Key } from './key.ts';

export type Gmail = gmail_v1.Gmail;

/** How we come in: by what the owner of the mailbox granted, or as a service account that may act for its users. */
export type Grant =
  | { kind: 'refresh_token'; clientId: string; clientSecret: string; refreshToken: string }
  | { kind: 'service_account'; keyFile: string };

export type GmailAccount = {
  /** The address of the mailbox. */
  user: string;
  grant: Grant;
  /** Asked instead of Google, by tests. */
  apiUrl?: string;
};

/** Lets us read, label and send, but not delete for good. */
export const SCOPE = 'https://www.googleapis.com/auth/gmail.modify';
const TIMEOUT_MS = 30_000;

export function openGmail(
  { user, apiUrl }: GmailAccount,
  way: Exclude<Grant, { kind: 'service_account' }> | Key,
): Gmail {
  const client = clientOf(user, way);
  if (apiUrl !== undefined) {
    const { origin } = new URL(apiUrl);
    client.transporter.interceptors.request.add({
      resolved: async (request) => ({ ...request, url: new URL(request.url.pathname + request.url.search, origin) }),
    });
  }
  // Only what reads is tried again by the client itself: a second POST would send a second mail.
  return openApi({ version: 'v1', auth: client, timeout: TIMEOUT_MS });
}

function clientOf(user: string, way: Exclude<Grant, { kind: 'service_account' }> | Key) {
  if (way.kind === 'key') return new auth.JWT({ email: way.email, key: way.key, scopes: [SCOPE], subject: user });
  const client = new auth.OAuth2({ clientId: way.clientId, clientSecret: way.clientSecret });
  client.setCredentials({ refresh_token: way.refreshToken });
  return client;
}

export function statusOf(error: unknown): number | null {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : Number.NaN;
  return Number.isInteger(status) ? status : null;
}

/** Null where there is no such thing. */
export async function orGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}
