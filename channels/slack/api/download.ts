import { createHash } from 'node:crypto';
import { Agent, type Dispatcher, request } from 'undici';
import type { Fetched } from '../../../core/files/types.ts';

export type Download = (url: string, most: number, signal: AbortSignal) => Promise<Fetched>;

/** The token goes to these hosts only. */
const SLACK_HOSTS = /^(?:[a-z0-9-]+\.)*(?:slack|slack-files|slack-gov)\.com$/;
const MOST_REDIRECTS = 3;
const SILENT_MS = 10_000;

/** Fetches files with the bot's token from Slack's own hosts; with `apiUrl`, from that one's too. */
export function openDownload({ token, apiUrl }: { token: string; apiUrl?: string }): Download {
  const dispatcher = new Agent({
    connect: { timeout: SILENT_MS },
    headersTimeout: SILENT_MS,
    bodyTimeout: SILENT_MS,
  });
  const ours = apiUrl === undefined ? undefined : new URL(apiUrl).origin;
  const isSlack = ({ origin, protocol, hostname }: URL) =>
    origin === ours || (protocol === 'https:' && SLACK_HOSTS.test(hostname));
  const get = (url: URL, signal: AbortSignal) =>
    request(url, { dispatcher, signal, headers: { authorization: `Bearer ${token}` } });

  async function fetchFrom(address: string, most: number, signal: AbortSignal, redirects: number): Promise<Fetched> {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || !isSlack(url)) return refused('it does not lie in Slack');
    const answer = await get(url, signal);
    const { location } = answer.headers;
    if (answer.statusCode >= 300) {
      leave(answer.body);
      if (typeof location !== 'string' || redirects === MOST_REDIRECTS)
        return refused(`Slack says ${answer.statusCode}`);
      return fetchFrom(String(new URL(location, url)), most, signal, redirects + 1);
    }
    return bytesOf(answer, most);
  }
  return (url, most, signal) =>
    fetchFrom(url, most, signal, 0).catch((error) =>
      signal.aborted || isTimeout(error)
        ? { kind: 'late', why: 'Slack did not give it in time' }
        : refused('the connection to Slack broke'),
    );
}

/** Without a scope, and where a session has ended, Slack answers with a page. */
const PAGE = /^text\/html\b/;

async function bytesOf({ headers, body }: Dispatcher.ResponseData, most: number): Promise<Fetched> {
  const tooLarge = refused(`it is larger than ${most / 1024 / 1024} MB`);
  const stop = (why: Fetched) => {
    leave(body);
    return why;
  };
  if (PAGE.test(String(headers['content-type'])))
    return stop(refused('Slack does not let me have it: does the app have the scope files:read?'));
  if (Number(headers['content-length'] ?? 0) > most) return stop(tooLarge);
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > most) return stop(tooLarge);
    hash.update(piece);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { kind: 'fetched', bytes, digest: hash.digest('hex') };
}

/** A body that nobody reads to its end reports that as an error. */
function leave(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => {}).destroy();
}

function refused(why: string): Fetched {
  return { kind: 'refused', why };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /TIMEOUT/.test(String(error.code));
}
