import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
/** A proxy names itself in one of these headers. Then the connection's address is the proxy's, not the asker's. */
const FORWARDING = /^(forwarded|via|x-forwarded-.+|x-real-ip|.+-client-ip|x-original-.+|x-envoy-.+|cf-.+)$/;

/**
 * The reason why the page, the stand-in Slack or the stand-in model refuses a request. Any caller can act as any person
 * there or pass for Slack, so other machines and web pages of other sites are refused.
 */
export function refusalOf(remoteAddress: string | undefined, headers: IncomingHttpHeaders): string | undefined {
  const { host = '', origin } = headers;
  const forwarded = Object.keys(headers).find((name) => FORWARDING.test(name));
  // After DNS rebinding a foreign page reaches this machine, but its browser still sends the page's own name as Host.
  if (!LOOPBACK.test(remoteAddress ?? '') || !LOOPBACK_HOST.test(host)) {
    return 'The playground answers this machine only: call it by 127.0.0.1 or localhost.';
  }
  if (forwarded !== undefined) {
    return `The playground answers this machine only, and this request was handed on (${forwarded}): call it directly.`;
  }
  const site = headers['sec-fetch-site'];
  const isOwn = origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
  if (!isOwn || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    return 'The playground answers its own page only: type its address into the browser yourself.';
  }
  return undefined;
}
