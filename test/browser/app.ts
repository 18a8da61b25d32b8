import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Door } from '../doors/playground-setup.ts';

export type Heard = {
  type: string;
  actions?: { action_id: string; value?: string; selected_option?: { value: string } }[];
  [name: string]: unknown;
};

/** An app that keeps what it hears, and answers as the test says; without a word it acknowledges. */
export async function connectApp(
  door: Door,
  answer: (heard: Heard) => Promise<object | undefined> | object | undefined,
) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const one = read(body);
    heard.push(one);
    const said = await answer(one);
    response.writeHead(200, { 'content-type': 'application/json' }).end(said ? JSON.stringify(said) : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  door.workspace.connect({ kind: 'http', urls: [`http://127.0.0.1:${port}/slack/events`] });
  return {
    heard,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Events come as JSON, what people press as a form with a payload, and commands as a form. */
function read(body: string): Heard {
  if (body.startsWith('{')) return JSON.parse(body) as Heard;
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  return payload ? (JSON.parse(payload) as Heard) : { ...Object.fromEntries(form), type: 'slash_command' };
}
