import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CONTINUATION = 0;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const NORMAL_CLOSURE = Buffer.from([0x03, 0xe8]);

export type WebSocketLink = { send(text: string): void; ping(): void; close(): void };
export type Listener = { text(text: string): void; closed(): void };

/** The server's end of a WebSocket (RFC 6455), as far as Socket Mode needs it: text frames, ping, pong and close. */
export function acceptWebSocket(req: IncomingMessage, socket: Duplex, head: Buffer, listener: Listener): WebSocketLink {
  const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}${HANDSHAKE_GUID}`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
  let pending = head;
  let fragments: Buffer[] = [];

  function take(frame: Frame): void {
    if (frame.opcode === PING) socket.write(frameOf(PONG, frame.payload));
    if (frame.opcode === CLOSE) socket.end(frameOf(CLOSE, frame.payload));
    if (frame.opcode !== TEXT && frame.opcode !== CONTINUATION) return;
    fragments.push(frame.payload);
    if (!frame.final) return;
    const text = Buffer.concat(fragments).toString();
    fragments = [];
    listener.text(text);
  }

  function drain(): void {
    for (let frame = readFrame(pending); frame; frame = readFrame(pending)) {
      pending = pending.subarray(frame.size);
      take(frame);
    }
  }

  socket.on('data', (data: Buffer) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    drain();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => listener.closed());
  drain();
  return {
    send: (text) => void socket.write(frameOf(TEXT, Buffer.from(text))),
    ping: () => void socket.write(frameOf(PING, Buffer.alloc(0))),
    close: () => void socket.end(frameOf(CLOSE, NORMAL_CLOSURE), () => socket.destroy()),
  };
}

type Frame = { final: boolean; opcode: number; payload: Buffer; size: number };

function readFrame(data: Buffer): Frame | undefined {
  if (data.length < 2) return undefined;
  const short = data[1]! & 0x7f;
  const masked = (data[1]! & 0x80) !== 0;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + lengthBytes + (masked ? 4 : 0);
  if (data.length < start) return undefined;
  const length = lengthBytes === 0 ? short : lengthBytes === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (data.length < start + length) return undefined;
  const payload = Buffer.from(data.subarray(start, start + length));
  if (masked) for (let i = 0; i < length; i += 1) payload[i]! ^= data[start - 4 + (i & 3)]!;
  return { final: (data[0]! & 0x80) !== 0, opcode: data[0]! & 0x0f, payload, size: start + length };
}

function frameOf(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80 | opcode]), lengthOf(payload.length), payload]);
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([length]);
  const wide = length > 0xffff;
  const bytes = Buffer.alloc(wide ? 9 : 3);
  bytes[0] = wide ? 127 : 126;
  if (wide) bytes.writeBigUInt64BE(BigInt(length), 1);
  else bytes.writeUInt16BE(length, 1);
  return bytes;
}
