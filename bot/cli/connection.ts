import { WebSocket } from 'ws';
import { type Frame, frameSchema, type Hello, type Shown, shownSchema } from './frames.ts';

export type Connection = {
  hello: Hello;
  /** Does what a person does in the workspace; throws the workspace's own words where it refuses. */
  act(name: string, body: object): Promise<void>;
  say(body: object): Promise<{ ts: string; thread: string }>;
  messages(channel: string, thread?: string): Promise<Shown[]>;
  close(): void;
};

/** Connects as this person, or as the workspace's first one, over the routes that the page and scripts use. */
export async function connectTo(
  url: string,
  user: string | null,
  onFrame: (frame: Frame) => void,
  onLost: () => void,
): Promise<Connection> {
  const query = user === null ? '' : `?user=${encodeURIComponent(user)}`;
  const { hello, close } = await follow(`${url}/playground/live${query}`, onFrame, onLost);
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
  onFrame: (frame: Frame) => void,
  onLost: () => void,
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
      if (frame) onFrame(frame);
    });
    socket.on('error', reject);
    socket.on('close', (_code, why) => {
      reject(new Error(String(why) || 'The server closed the connection.'));
      if (!isOurs) onLost();
    });
  });
}
