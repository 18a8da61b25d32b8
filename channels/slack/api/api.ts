import { ErrorCode, type Logger, LogLevel, WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Clock } from '../../../core/clock.ts';
import type { ChannelPlace } from '../../../core/records/types.ts';
import { openFetch } from './fetch.ts';

export type SlackSettings = { token: string; apiUrl?: string };

/** The outcome of one API call. `ok` took effect, `uncertain` may have, the others did not. */
export type Called =
  | { kind: 'ok'; body: Record<string, unknown> }
  | { kind: 'refused'; error: string; reason: string }
  /** `error` where Slack refuses our account rather than this call, until a person changes that. */
  | { kind: 'limited'; waitMs: number; error?: string }
  | { kind: 'unsent'; reason: string }
  | { kind: 'uncertain'; reason: string };
export type NotDone = Exclude<Called, { kind: 'ok' }>;

export type SlackApi = (method: string, args: Record<string, unknown>) => Promise<Called>;
/** `url` is the address of the workspace, with a slash at the end. */
export type SlackIdentity = { teamId: string; team: string; url: string; botUserId: string; botId: string };
export type Slack = { api: SlackApi; identity: SlackIdentity; clock: Clock };

/** Errors with which Slack refuses to show blocks. */
const UNSHOWABLE = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

export function isUnshowable(called: { kind: string; error?: string }): boolean {
  return called.kind === 'refused' && called.error !== undefined && UNSHOWABLE.has(called.error);
}

const CALL_TIMEOUT_MS = 5_000;

export function openSlackApi({ token, apiUrl }: SlackSettings): SlackApi {
  const client = new WebClient(token, {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    fetch: openFetch(CALL_TIMEOUT_MS),
    // No blind retries, which would double messages: channels/slack/reply decides what to send again.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
  return async (method, args) => {
    try {
      return { kind: 'ok', body: { ...(await client.apiCall(method, args)) } };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

/** The outcome holds all that the client would log, and the caller decides what to log. */
const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

const platformError = z.object({
  code: z.literal(ErrorCode.PlatformError),
  data: z.object({
    error: z.string(),
    response_metadata: z.object({ messages: z.array(z.string()).default([]) }).prefault({}),
  }),
});
const limitedError = z.object({ code: z.literal(ErrorCode.RateLimitedError), retryAfter: z.number() });
const httpError = z.object({ code: z.literal(ErrorCode.HTTPError), statusCode: z.number() });
const requestError = z.object({ code: z.literal(ErrorCode.RequestError), original: z.unknown() });

const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/;

function outcomeOf(error: unknown): Called {
  const platform = platformError.safeParse(error);
  if (platform.success) return refusalOf(platform.data.data);
  const limited = limitedError.safeParse(error);
  if (limited.success) return { kind: 'limited', waitMs: Math.max(limited.data.retryAfter * 1000, 500) };
  const http = httpError.safeParse(error);
  if (http.success) return { kind: 'uncertain', reason: `HTTP ${http.data.statusCode}` };
  const request = requestError.safeParse(error);
  const reason = reasonOf(request.success ? request.data.original : error);
  return NOT_SENT.test(reason) ? { kind: 'unsent', reason } : { kind: 'uncertain', reason };
}

/** Refusals that pass by themselves, with the time after which to try again. */
const PASSING: Record<string, number> = {
  ratelimited: 1_000,
  rate_limited: 1_000,
  message_limit_exceeded: 60_000,
  team_added_to_org: 60_000,
};
/** Refusals of our account, whatever the call: a person must change something, and probably will. */
const OF_OUR_ACCOUNT = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'access_denied',
  'org_login_required',
]);
const ACCOUNT_MS = 60_000;
/** Slack documents that these errors may leave a call half done. */
const HALF_DONE = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

function refusalOf({ error, response_metadata }: z.infer<typeof platformError>['data']): Called {
  // Anything but an error code is not from Slack: the client also passes on the page of a proxy.
  if (!/^\w{1,80}$/.test(error)) return { kind: 'uncertain', reason: `an answer that is not Slack's: ${error}` };
  if (HALF_DONE.has(error)) return { kind: 'uncertain', reason: error };
  const waitMs = PASSING[error];
  if (waitMs !== undefined) return { kind: 'limited', waitMs };
  if (OF_OUR_ACCOUNT.has(error)) return { kind: 'limited', waitMs: ACCOUNT_MS, error };
  return { kind: 'refused', error, reason: [error, ...response_metadata.messages].join(' ') };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? `${error.code} ` : '';
  return `${code}${error.message}${error.cause ? ` (${reasonOf(error.cause)})` : ''}`;
}

/** Shorter than a call may hang, so that no call begins after one that did. */
const TRY_MS = 4_000;

/** Bounds one try: waits out short rate limits, and makes no more calls when the time is over. */
export function oneTry(slack: Slack): Slack {
  const { api, clock } = slack;
  const until = clock.now() + TRY_MS;
  return {
    ...slack,
    api: async (method, args) => {
      for (;;) {
        if (clock.now() > until) return { kind: 'unsent', reason: 'it took too long, and goes on with the next try' };
        const called = await api(method, args);
        if (called.kind !== 'limited' || clock.now() + called.waitMs > until) return called;
        await clock.sleep(called.waitMs);
      }
    },
  };
}

const identitySchema = z.object({
  team_id: z.string(),
  team: z.string(),
  url: z.url().transform((url) => (url.endsWith('/') ? url : `${url}/`)),
  user_id: z.string(),
  bot_id: z.string(),
});
export type Identified = { kind: 'known'; identity: SlackIdentity } | { kind: 'refused' | 'away'; reason: string };

/** Asks Slack which bot the token belongs to, and in which workspace. */
export async function identify(api: SlackApi): Promise<Identified> {
  const called = await api('auth.test', {});
  if (called.kind === 'refused') return { kind: 'refused', reason: called.error };
  if (called.kind === 'limited') {
    return called.error ? { kind: 'refused', reason: called.error } : { kind: 'away', reason: 'rate limited' };
  }
  if (called.kind !== 'ok') return { kind: 'away', reason: called.reason };
  const parsed = identitySchema.safeParse(called.body);
  if (!parsed.success)
    return { kind: 'refused', reason: 'this is not the token of a bot (it should begin with xoxb-)' };
  const { team_id: teamId, team, url, user_id: botUserId, bot_id: botId } = parsed.data;
  return { kind: 'known', identity: { teamId, team, url, botUserId, botId } };
}

const slackPlaceSchema = z.object({
  channel: z.string(),
  /** The message that the answer stands below. */
  thread: z.string(),
  user: z.string(),
  team: z.string(),
  /** The message to answer: anything that we posted before it is no answer to it. */
  asked: z.string(),
});
export type SlackPlace = z.infer<typeof slackPlaceSchema>;

export function slackPlace(place: ChannelPlace): SlackPlace {
  return slackPlaceSchema.parse(place);
}
