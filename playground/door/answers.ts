import type { FastifyReply } from 'fastify';

export function send(reply: FastifyReply, status: number, body: object): FastifyReply {
  return reply
    .code(status)
    .type('application/json')
    .send(`${JSON.stringify(body, null, 2)}\n`);
}

/** Answers with the result of `act`, or with the workspace's reason for refusing. */
export async function attempt(reply: FastifyReply, act: () => Promise<object>): Promise<FastifyReply> {
  try {
    return send(reply, 200, await act());
  } catch (error) {
    return send(reply, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}
