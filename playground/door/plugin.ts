import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { LiveParts } from '../live/hello.ts';
import { refusalOf } from '../this-machine.ts';
import { addActs } from './acts.ts';
import { send } from './answers.ts';
import { addFaults } from './faults.ts';
import { addFiles } from './files.ts';
import { addLive } from './live.ts';
import { addMail } from './mail.ts';
import { addPage, addPolicy } from './page.ts';
import { addReads } from './reads.ts';

/** The stand-in workspace for the person at this machine: its page, and the routes that scripts use as well. */
export function playgroundPlugin(parts: LiveParts): FastifyPluginAsync {
  return async (server) => {
    guard(server);
    // Read each body as JSON, whatever its content type: curl -d sends a form's.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    addActs(server, parts.workspace);
    addReads(server, parts.workspace);
    addFaults(server, parts.ports.faults);
    if (parts.ports.mail) addMail(server, parts.ports.mail);
    await addFiles(server, parts.workspace);
    addLive(server, parts);
    await addPage(server);
  };
}

/** Beside real systems, refuse every request with the reason, until PLAYGROUND=1 asks for the playground. */
export function closedPlaygroundPlugin(reason: string): FastifyPluginAsync {
  return async (server) => {
    guard(server);
    const refuse = async (_request: FastifyRequest, reply: FastifyReply) =>
      reply.code(403).type('text/plain; charset=utf-8').send(`${reason}\n`);
    for (const url of ['/', '/playground', '/playground/*']) server.all(url, { onRequest: refuse }, () => {});
  };
}

function guard(server: FastifyInstance): void {
  server.addHook('onRequest', async ({ socket, headers }, reply) => {
    const refusal = refusalOf(socket.remoteAddress, headers);
    if (refusal !== undefined) return send(reply, 403, { error: refusal });
  });
  addPolicy(server);
}
