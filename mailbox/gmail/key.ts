import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The key of a service account, as Google's console hands it out. */
export type Key = { kind: 'key'; email: string; key: string };

const file = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  private_key: z.string(),
});

export function readKey(path: string): Key | { kind: 'broken'; line: string } {
  try {
    const { client_email: email, private_key: key } = file.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { kind: 'key', email, key };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? `cannot be read (${error.code})` : 'holds no such key';
    const line = `GMAIL_SERVICE_ACCOUNT_FILE ${code}: name the JSON file that the Google Cloud console gave you under the service account's Keys.`;
    return { kind: 'broken', line };
  }
}
