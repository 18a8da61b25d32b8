import { WebSocket } from 'ws';
import { type Frame, frameSchema, type Hello, type Shown, shownSchema } from './frames.ts';

export type Line = {
  hello: Hello;
  /** What a person does; what the workspace refuses is thrown as its own words. */
  act(name: string, body: object): Promise<void>;
  say(body: object): Promise<{ ts: string; thread: string }>;
  messages(channel: string, thread?: string): Promise<Shown[]>;
  close(): void;
};

/** Speaks to the workspace as one person, or as the one that it begins with, over the routes that the page and scripts use. */
export async function openLine(
  url: string,
  user: string | null,
  heard: (frame: Frame) => void,
  lost: () => void,
): Promise<Line> {
  const query = user === null ? '' : `?user=${encodeURIComponent(user)}`;
  const { hello, close } = await follow(`${url}/playground/live${query}`, heard, lost);
  const send = async (name: string, body: object): Promise<unknown> => {
    const response = await fetch(`${url}/playground/${name}`, {
      method: 'POST',
      body: JSON.stringify({ user: hello.me, ...body }),
    });
    return answerOf(response);
  };
  return {
    hello,
    close,
    async act(name, body) {
      await send(name, body);
    },
    async say(body) {
      const said = await send('say', { mention: false, ...body });
      return said as { ts: string; thread: string };
    },
    async messages(channel, thread) {
      const query = new URLSearchParams({ channel, ...(thread && { thread }) });
      return shownSchema.parse(await answerOf(await fetch(`${url}/playground/messages?${query}`))).messages;
    },
  };
}

async function answerOf(response: Response): Promise<unknown> {
  const body = (await response.json()) as { error?: string };
  if (response.ok) return body;
  throw new Error(body.error ?? `The server answered ${response.status}.`);
}

function follow(
  url: string,
  heard: (frame: Frame) => void,
  lost: () => void,
): Promise<{ hello: Hello; close(): void }> {
  const socket = new WebSocket(url);
  let isOurs = false;
  const close = () => {
    isOurs = true;
    socket.close();
  };
  return new Promise((resolve, reject) => {
    socket.on('message', (data) => {
      const frame = frameSchema.safeParse(JSON.parse(String(data))).data;
      if (frame?.type === 'hello') resolve({ hello: frame, close });
      if (frame) heard(frame);
    });
    socket.on('error', reject);
    socket.on('close', (_code, why) => {
      reject(new Error(String(why) || 'The server closed the line.'));
      if (!isOurs) lost();
    });
  });
}
