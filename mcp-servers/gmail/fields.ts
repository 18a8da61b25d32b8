import { z } from 'zod';
import { idOf, words } from '../kit/fields.ts';

export const emailId = idOf(
  /^[0-9a-f]{16}$/,
  'An email id has 16 digits or letters from a to f, such as 18c2a4f0b7d39e01; list_emails and search_emails find it',
).describe('Email id, for example 18c2a4f0b7d39e01');

export const address = words(3, 320)
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/, 'An address looks like lisa.park@example.com')
  .describe('One mail address, for example lisa.park@example.com');

export const email = z.object({
  id: emailId,
  thread_id: z.string().describe('The conversation that it belongs to'),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  date: z.string().describe('When it came in or went out, in UTC, for example 2026-11-20 14:05'),
  snippet: z.string().describe('The beginning of its text'),
  labels: z.array(z.string()).describe('For example INBOX, UNREAD or SENT'),
  attachments: z.array(z.string()).describe('Names of the attached files'),
});
