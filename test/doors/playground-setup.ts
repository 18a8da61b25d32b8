import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listenOn, openServer, type WebPlugin } from '../../bot/web/server.ts';
import { createLog } from '../../core/log.ts';
import { playgroundPlugin } from '../../playground/door/plugin.ts';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { ports, type ScriptedPorts } from '../playground/live-setup.ts';

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
export type Door = {
  workspace: SlackWorkspace;
  ports: ScriptedPorts;
  url: string;
  /** Calls the Web API as the app does. */
  app(method: string, args: object): Promise<Record<string, unknown>>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(name: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }>;
  close(): Promise<void>;
};

/** A stand-in workspace with its door, and no app behind it. */
export async function openDoor(): Promise<Door> {
  const workspace = createWorkspace();
  const scripted = ports();
  const { url, close } = await serve([playgroundPlugin({ workspace, ports: scripted })]);
  const { apiUrl } = await workspace.listen();
  return {
    workspace,
    ports: scripted,
    url,
    async app(method, args) {
      const headers = { authorization: `Bearer ${workspace.botToken}`, 'content-type': 'application/json' };
      const response = await fetch(apiUrl + method, { method: 'POST', headers, body: JSON.stringify(args) });
      return (await response.json()) as Record<string, unknown>;
    },
    get: (path, headers) => ask(url + path, { headers }),
    async post(name, body) {
      const answer = await ask(`${url}/playground/${name}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: answer.status, json: JSON.parse(answer.body) };
    },
    async close() {
      await close();
      await workspace.close();
    },
  };
}

export async function serve(plugins: WebPlugin[], host = '127.0.0.1', port = 0) {
  const server = await openServer(plugins, createLog({ level: 'error' }));
  const opened = await listenOn(server, port, host);
  if (opened.kind === 'taken') throw new Error(opened.line);
  return { url: opened.url, close: () => closeServer(server) };
}

type Asked = { method?: string; headers?: Record<string, string>; body?: string | Buffer };

// Not by fetch, which lets no caller name a Host or an Origin.
export async function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const sent = request(url, { method, headers });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}
