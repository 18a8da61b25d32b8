import type { PageFrame, ServerFrame } from '../protocol.ts';

export type Live = {
  send(frame: PageFrame): void;
  close(): void;
};

type Heard = {
  frame(frame: ServerFrame): void;
  opened(): void;
  lost(): void;
  /** The workspace has no such person. */
  refused(): void;
};

/** The code with which playground/door/live.ts closes. */
const POLICY_VIOLATION = 1008;

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 4_000;

/** The connection to the server; a broken one is opened again until it holds. */
export function openLive(user: string | null, heard: Heard): Live {
  let socket: WebSocket | undefined;
  let waitMs = FIRST_WAIT_MS;
  let timer: number | undefined;
  let isClosed = false;

  function connect(): void {
    const query = user === null ? '' : `?user=${encodeURIComponent(user)}`;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const mine = new WebSocket(`${scheme}://${location.host}/playground/live${query}`);
    socket = mine;
    mine.onopen = () => {
      waitMs = FIRST_WAIT_MS;
      if (!isClosed) heard.opened();
    };
    mine.onmessage = ({ data }) => {
      if (!isClosed && typeof data === 'string') heard.frame(JSON.parse(data) as ServerFrame);
    };
    mine.onclose = ({ code }) => {
      if (isClosed) return;
      heard.lost();
      if (code === POLICY_VIOLATION) return heard.refused();
      timer = window.setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    };
  }

  /** Reconnects at once when the page is looked at again or the network is back. */
  function hurry(): void {
    if (socket?.readyState !== WebSocket.CLOSED || document.visibilityState !== 'visible') return;
    clearTimeout(timer);
    connect();
  }

  connect();
  document.addEventListener('visibilitychange', hurry);
  window.addEventListener('online', hurry);
  return {
    send(frame) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', hurry);
      window.removeEventListener('online', hurry);
      socket?.close();
    },
  };
}
