import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { closeLater, type Json } from '../fake-slack/setup.ts';

export type Heard = { headers: IncomingHttpHeaders; body: Json };
export type Answer = { status?: number; body?: unknown };

/** The app's end: keeps what it hears, an interaction as its payload, and answers as told. */
export async function openAppEnd(): Promise<{ url: string; heard: Heard[]; answer: Answer }> {
  const end = { url: '', heard: [] as Heard[], answer: {} as Answer };
  const server = createServer(async (req, res) => {
    const text = await readText(req);
    const isForm = req.headers['content-type'] === 'application/x-www-form-urlencoded';
    end.heard.push({
      headers: req.headers,
      body: JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '{}') : text),
    });
    const { status = 200, body } = end.answer;
    res.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => server.closeAllConnections());
  closeLater(async () => server.close());
  end.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  return end;
}
