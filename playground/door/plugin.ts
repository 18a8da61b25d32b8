import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveParts } from '../live/hello.ts';
import { addActs } from './acts.ts';
import { addFaults } from './faults.ts';
import { addFiles } from './files.ts';
import { onlyThisMachine } from './guard.ts';
import { addLive } from './live.ts';
import { addPage, addPolicy } from './page.ts';
import { addReads } from './reads.ts';

/** The stand-in workspace for whoever sits at this machine: its page, and the routes that scripts use as well. */
export function playgroundPlugin(parts: LiveParts): FastifyPluginAsync {
  return async (server) => {
    guard(server);
    // Whatever a script calls its body, it is read as JSON.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    addActs(server, parts.workspace);
    addReads(server, parts.workspace);
    addFaults(server, parts.ports.faults);
    await addFiles(server, parts.workspace);
    addLive(server, parts);
    await addPage(server);
  };
}

/** Beside real systems nobody acts as somebody else unless that was asked for: the reason is all there is to see. */
export function closedPlaygroundPlugin(reason: string): FastifyPluginAsync {
  return async (server) => {
    guard(server);
    const refuse = async (_request: FastifyRequest, reply: FastifyReply) =>
      reply.code(403).type('text/plain; charset=utf-8').send(`${reason}\n`);
    for (const url of ['/', '/playground', '/playground/*']) server.all(url, { onRequest: refuse }, () => {});
  };
}

function guard(server: FastifyInstance): void {
  server.addHook('onRequest', onlyThisMachine);
  addPolicy(server);
}
