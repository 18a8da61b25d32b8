import { z } from 'zod';
import { type Gmail, type GmailAccount, SCOPE, statusOf } from './client.ts';

export type Checked =
  | { kind: 'ok' }
  /** Says what whoever set the variables has to do. */
  | { kind: 'refused'; line: string }
  | { kind: 'unreachable'; reason: string };

/** Comes with an error of OAuth as a word, and with one of the API as an object. */
const answer = z.object({
  response: z.object({
    data: z.union([
      z.object({ error: z.string(), error_description: z.string().default('') }),
      z.object({ error: z.object({ message: z.string() }) }),
    ]),
  }),
});

/** Does Google let us into this mailbox, and is it the one that was meant? */
export async function checkGmail(gmail: Gmail, account: GmailAccount): Promise<Checked> {
  try {
    const { data } = await gmail.users.getProfile({ userId: 'me' });
    const address = data.emailAddress ?? '';
    if (address.toLowerCase() === account.user.toLowerCase()) return { kind: 'ok' };
    const line = `GMAIL_USER is ${account.user}, but GMAIL_REFRESH_TOKEN opens the mailbox of ${address}: set GMAIL_USER to that, or make a token while you are logged in as ${account.user}.`;
    return { kind: 'refused', line };
  } catch (error) {
    return complaint(error, account);
  }
}

function complaint(error: unknown, { user, grant }: GmailAccount): Checked {
  const status = statusOf(error);
  const parsed = answer.safeParse(error);
  if (status === null || status === 429 || status >= 500 || !parsed.success) {
    return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
  const { data } = parsed.data.response;
  if (!('error_description' in data)) {
    const line = `Google does not let us into the mailbox of ${user} (${data.error.message}): enable the Gmail API in the Google Cloud project, and grant the scope ${SCOPE}.`;
    return { kind: 'refused', line };
  }
  const said = [data.error, data.error_description].filter((text) => text !== '').join(': ');
  return { kind: 'refused', line: grant.kind === 'service_account' ? ofService(user, said) : ofToken(said) };
}

function ofService(user: string, said: string): string {
  return `GMAIL_SERVICE_ACCOUNT_FILE may not act for ${user} (${said}): GMAIL_USER has to be a mailbox of your Workspace, whose admin allows the service account's client id the scope ${SCOPE} under Security, API controls, domain-wide delegation.`;
}

function ofToken(said: string): string {
  if (!said.startsWith('invalid_grant'))
    return `GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET are refused by Google (${said}): copy both from the OAuth client in the Google Cloud console, with a GMAIL_REFRESH_TOKEN that was made with it.`;
  return `GMAIL_REFRESH_TOKEN is refused by Google (${said}): make a new one as docs/email.md says; those of an app in testing end after 7 days.`;
}
