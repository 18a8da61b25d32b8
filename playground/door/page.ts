import { existsSync } from 'node:fs';
import { join } from 'node:path';
import files from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const BUILT = join(import.meta.dirname, '..', 'page', 'dist');
const INDEX = 'index.html';
/** Loads scripts, styles and pictures from this server only, refuses to run inside another page, and sends no form. */
const POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Countersign playground</title>' +
  '<p>The page is not built yet: run <code>npm install</code> with its development packages, then start again. ' +
  'The routes for scripts answer without it.</p></html>\n';

/** The page as it was built, its files compressed beforehand. A file whose name holds its hash never changes. */
export async function addPage(server: FastifyInstance): Promise<void> {
  server.get('/', (_request, reply) => reply.redirect('/playground'));
  for (const path of ['/playground', '/playground/']) server.get(path, (_request, reply) => sendPage(reply));
  await server.register(files, {
    root: join(BUILT, 'assets'),
    prefix: '/playground/assets/',
    preCompressed: true,
    index: false,
    immutable: true,
    maxAge: '365d',
  });
}

function sendPage(reply: FastifyReply): FastifyReply {
  reply.header('cache-control', 'no-cache');
  if (!existsSync(join(BUILT, INDEX))) return reply.code(503).type('text/html').send(NOT_BUILT);
  return reply.sendFile(INDEX, BUILT, { immutable: false, maxAge: 0, cacheControl: false });
}

export function addPolicy(server: FastifyInstance): void {
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', POLICY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
    reply.header('cross-origin-resource-policy', 'same-origin');
  });
}
