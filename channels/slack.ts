import { ErrorCode, WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Place } from '../core/store/records.ts';

export type SlackSettings = { token: string; apiUrl?: string };

/** What became of one call: `uncertain` may have taken effect, `unsent` and `limited` have not. */
export type Called =
  | { kind: 'ok'; body: Record<string, unknown> }
  | { kind: 'refused'; error: string }
  | { kind: 'limited'; waitMs: number }
  | { kind: 'unsent'; reason: string }
  | { kind: 'uncertain'; reason: string };

export type SlackApi = (method: string, args: Record<string, unknown>) => Promise<Called>;
export type SlackIdentity = { teamId: string; team: string; botUserId: string; botId: string };

const CALL_TIMEOUT_MS = 8_000;

export function openSlackApi({ token, apiUrl }: SlackSettings): SlackApi {
  const client = new WebClient(token, {
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    timeout: CALL_TIMEOUT_MS,
    // Sending again blindly doubles messages; what is sent again, and when, is decided in slack-reply.ts.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  return async (method, args) => {
    try {
      return { kind: 'ok', body: { ...(await client.apiCall(method, args)) } };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

const platformError = z.object({ code: z.literal(ErrorCode.PlatformError), data: z.object({ error: z.string() }) });
const limitedError = z.object({ code: z.literal(ErrorCode.RateLimitedError), retryAfter: z.number() });
const httpError = z.object({ code: z.literal(ErrorCode.HTTPError), statusCode: z.number() });
const requestError = z.object({ code: z.literal(ErrorCode.RequestError), original: z.unknown() });

/** Errors of Slack's own making that it documents as possibly half done. */
const HALF_DONE = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
const NOT_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/;

function outcomeOf(error: unknown): Called {
  const platform = platformError.safeParse(error);
  if (platform.success) {
    const { error: code } = platform.data.data;
    if (code === 'ratelimited') return { kind: 'limited', waitMs: 1000 };
    return HALF_DONE.has(code) ? { kind: 'uncertain', reason: code } : { kind: 'refused', error: code };
  }
  const limited = limitedError.safeParse(error);
  if (limited.success) return { kind: 'limited', waitMs: limited.data.retryAfter * 1000 };
  const http = httpError.safeParse(error);
  if (http.success) return { kind: 'uncertain', reason: `HTTP ${http.data.statusCode}` };
  const request = requestError.safeParse(error);
  const reason = reasonOf(request.success ? request.data.original : error);
  return NOT_SENT.test(reason) ? { kind: 'unsent', reason } : { kind: 'uncertain', reason };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? `${error.code} ` : '';
  return `${code}${error.message}${error.cause ? ` (${reasonOf(error.cause)})` : ''}`;
}

const identitySchema = z.object({ team_id: z.string(), team: z.string(), user_id: z.string(), bot_id: z.string() });
export type Identified = { kind: 'known'; identity: SlackIdentity } | { kind: 'refused' | 'away'; reason: string };

/** Who we are in the workspace that the token belongs to. */
export async function identify(api: SlackApi): Promise<Identified> {
  const called = await api('auth.test', {});
  if (called.kind === 'refused') return { kind: 'refused', reason: called.error };
  if (called.kind !== 'ok') return { kind: 'away', reason: called.kind === 'limited' ? 'rate limited' : called.reason };
  const parsed = identitySchema.safeParse(called.body);
  if (!parsed.success)
    return { kind: 'refused', reason: 'this is not the token of a bot (it should begin with xoxb-)' };
  const { team_id: teamId, team, user_id: botUserId, bot_id: botId } = parsed.data;
  return { kind: 'known', identity: { teamId, team, botUserId, botId } };
}

export type SlackPlace = {
  channel: string;
  /** The message under which the answer stands. */
  thread: string;
  user: string;
  team: string;
  /** The message that is answered: what we sent before it is not an answer to it. */
  asked: string;
};

const slackPlaceSchema = z.object({
  channel: z.string(),
  thread: z.string(),
  user: z.string(),
  team: z.string(),
  asked: z.string(),
});

export function slackPlace(place: Place): SlackPlace {
  return slackPlaceSchema.parse(place);
}

const repliesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      user: z.string().optional(),
      bot_id: z.string().optional(),
      text: z.string().default(''),
      metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
export type SlackReplies = z.infer<typeof repliesSchema>['messages'];
export type Read = { kind: 'read'; messages: SlackReplies } | Exclude<Called, { kind: 'ok' }>;

/** Reads a thread, from the given message on. */
export async function readThread(
  api: SlackApi,
  place: SlackPlace,
  range: { oldest?: string; latest?: string },
): Promise<Read> {
  const messages: SlackReplies = [];
  let cursor: string | undefined;
  do {
    const called = await api('conversations.replies', {
      channel: place.channel,
      ts: place.thread,
      ...range,
      limit: 200,
      include_all_metadata: true,
      ...(cursor ? { cursor } : {}),
    });
    if (called.kind !== 'ok') return called;
    const page = repliesSchema.parse(called.body);
    messages.push(...page.messages);
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor && messages.length < 2000);
  return { kind: 'read', messages };
}
