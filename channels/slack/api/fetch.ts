import type { FetchFunction } from '@slack/web-api';
import { Agent, request } from 'undici';

/**
 * The part of `fetch` that the WebClient needs. The full one spends more CPU on web streams and signals than the rest
 * of a call.
 */
export function openFetch(timeoutMs: number): FetchFunction {
  const dispatcher = new Agent({
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return async (url, { headers, body } = {}) => {
    if (typeof body !== 'string') throw new Error('no files can be sent this way: give the WebClient the full fetch');
    const answer = await request(url, { dispatcher, method: 'POST', headers, body });
    return {
      ok: answer.statusCode < 300,
      status: answer.statusCode,
      statusText: '',
      url: String(url),
      headers: {
        get: (name) => answer.headers[name]?.toString() ?? null,
        entries: () => Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      },
      arrayBuffer: () => answer.body.arrayBuffer(),
      json: () => answer.body.json(),
      text: () => answer.body.text(),
    };
  };
}

/** Uploads a file to the URL that Slack named; throws where Slack did not take it. */
export async function putFile(url: string, text: string, timeoutMs: number): Promise<void> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: text,
    signal: AbortSignal.timeout(timeoutMs),
  });
  await answer.body.dump();
  if (answer.statusCode >= 300) throw new Error(`HTTP ${answer.statusCode}`);
}
