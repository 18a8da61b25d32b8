import { statSync } from 'node:fs';
import { z } from 'zod';

const wrongUrl =
  'DATABASE_URL is not the URL of a Postgres: make it postgresql://user:password@127.0.0.1:5432/countersign, or unset it';

/** Every variable that a tool server reads. */
export const variables = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: wrongUrl }).optional(),
  DATA_DIR: z.string().default('.data'),
  MCP_TENANT: z.string().min(1, 'MCP_TENANT is empty: name the tenant, or unset it for "local"').default('local'),
  MCP_API_KEY: z
    .string()
    .regex(/^[!-~]*$/, {
      error: 'MCP_API_KEY holds a space or a letter that no header can carry: choose another key',
      abort: true,
    })
    .min(24, 'MCP_API_KEY has fewer than 24 characters: make one with "openssl rand -hex 24"')
    .optional(),
  SMTP_URL: z
    .url({
      protocol: /^smtps?$/,
      error: 'SMTP_URL is not the URL of a mail server: make it smtp://user:password@host:587, or unset it',
    })
    .optional(),
  MAIL_SEND: z
    .enum(['on', 'record', 'off'], 'MAIL_SEND must be on, record (send nothing) or off (refuse to send)')
    .default('on'),
  HOST: z
    .string()
    .min(1, 'HOST is empty: name the address to listen on, or unset it for 127.0.0.1')
    .default('127.0.0.1'),
});
export type Environment = z.infer<typeof variables>;

/** Reads `.env` where there is one, then the environment, which wins. */
export function readEnvironment(): Environment {
  const file = statSync('.env', { throwIfNoEntry: false });
  if (file?.isDirectory()) throw new Error('.env is a folder: make it a file of lines NAME=value, or move it away');
  if (file) process.loadEnvFile('.env');
  // An empty line in .env counts as unset.
  const { DATABASE_URL, DATA_DIR, SMTP_URL, MAIL_SEND, ...others } = process.env;
  const mayBeEmpty = { DATABASE_URL, DATA_DIR, SMTP_URL, MAIL_SEND };
  const set = Object.fromEntries(Object.entries(mayBeEmpty).filter(([, value]) => value));
  return variables.parse({ ...others, ...set });
}
