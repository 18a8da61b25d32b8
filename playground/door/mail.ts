import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type MailOrder, TEAM } from '../page/protocol.ts';
import type { MailPort } from '../ports.ts';
import { post } from './acts.ts';
import { attempt, send } from './answers.ts';

const LONGEST = 200_000;
const text = z.string().trim().max(LONGEST);
const files = z.array(z.strictObject({ name: z.string().min(1).max(200), text: z.string().max(LONGEST) })).max(5);
const written = { as: z.string(), text, files: files.default([]) };
const order: z.ZodType<MailOrder> = z.union([
  z.strictObject({
    ...written,
    to: z.string().regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, 'is no mail address'),
    subject: z.string().trim().max(500).default(''),
  }),
  z.strictObject({ ...written, thread: z.string() }),
]);
const orderThis =
  'Send {"as": "lisa", "to": "support+jewelry@localhost", "subject": "My order", "text": "…"}, or an answer: ' +
  '{"as": "lisa", "thread": "…", "text": "…"}. "files" may be a list of {"name": "notes.txt", "text": "…"}.';

/** The mailbox and its writers, over routes for scripts and the page. */
export function addMail(server: FastifyInstance, mail: MailPort): void {
  post(server, 'mail', order, orderThis, mail.write);
  server.get('/playground/mail', (request, reply) => {
    const asked = new URL(request.url, 'http://playground').searchParams;
    return attempt(reply, () => mail.look(asked.get('who') ?? TEAM, asked.get('thread') ?? undefined));
  });
  server.get<{ Params: { id: string } }>('/playground/mail/:id/source', async ({ params: { id } }, reply) => {
    const source = await mail.source(id);
    if (source === null) return send(reply, 404, { error: `The mailbox has no mail ${id}.` });
    // A mail may hold anything, so a browser that opens it runs nothing.
    return reply
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('content-disposition', 'attachment; filename="mail.txt"')
      .type('text/plain; charset=utf-8')
      .send(source);
  });
}
