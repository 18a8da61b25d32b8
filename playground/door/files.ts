import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SlackWorkspace } from '../slack/workspace.ts';
import { attempt, send } from './answers.ts';

/** The workspace refuses files over 5 MB. Read larger bodies all the same: a client that is still sending misses an answer. */
const MOST_BYTES = 32 * 1024 * 1024;
const uploadThis =
  'Send the file as the body to /playground/upload?user=U0LISA&name=notes.txt: a text or PDF file, or a png, jpeg or webp. ' +
  'Its id goes into "files" of /playground/say.';

export async function addFiles(server: FastifyInstance, workspace: SlackWorkspace): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/playground/upload', { bodyLimit: MOST_BYTES }, (request, reply) => upload(workspace, request, reply));
  });
  server.get<{ Params: { id: string } }>('/playground/files/:id', (request, reply) =>
    show(workspace, request.params.id, queryOf(request).get('user') ?? 'U0LISA', reply),
  );
}

async function upload(workspace: SlackWorkspace, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = queryOf(request);
  const [user, name] = [asked.get('user'), asked.get('name')];
  const { body } = request;
  if (!user || !name || !Buffer.isBuffer(body)) return send(reply, 400, { error: uploadThis });
  return attempt(reply, async () => {
    const { id, name: shown, mimetype, size } = workspace.upload({ user, name, bytes: body });
    return { id, name: shown, mimetype, size };
  });
}

/** A file may hold anything, so let it run nothing and show only pictures; the browser downloads all others. */
async function show(workspace: SlackWorkspace, id: string, user: string, reply: FastifyReply): Promise<FastifyReply> {
  const found = await workspace.file(user, id);
  if (!found) return send(reply, 404, { error: `${user} sees no file ${id}.` });
  const { name, mimetype } = found.file;
  const isPicture = mimetype.startsWith('image/');
  return reply
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('content-disposition', `${isPicture ? 'inline' : 'attachment'}; ${fileName(name)}`)
    .header('cache-control', 'private, max-age=3600')
    .type(mimetype === 'text/plain' ? 'text/plain; charset=utf-8' : mimetype)
    .send(Buffer.from(found.bytes));
}

/** As in RFC 6266, with a plain name for older clients. */
function fileName(name: string): string {
  const bare = name.replace(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${bare}"; filename*=UTF-8''${encoded}`;
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  return new URL(url, 'http://playground').searchParams;
}
