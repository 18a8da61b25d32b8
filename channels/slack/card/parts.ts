import { z } from 'zod';
import { serverIn } from '../../../core/mcp/definitions.ts';
import type { ChannelPlace } from '../../../core/records/types.ts';
import { shorten } from '../../../core/text.ts';
import type { SlackIdentity } from '../api/api.ts';
import { moment, utc } from '../text/moment.ts';
import { visible } from '../text/visible.ts';

/** Text that others wrote is always plain text. Markup holds only our own words, ids and times. */
export type CardText =
  | { type: 'plain_text'; text: string; emoji: false }
  | { type: 'mrkdwn'; text: string; verbatim: true };

export type CardBlock =
  | { type: 'header'; text: CardText }
  | { type: 'section'; text: CardText; expand?: true }
  | { type: 'section'; fields: CardText[] }
  | { type: 'context'; elements: CardText[] }
  | { type: 'divider' }
  | { type: 'actions'; elements: CardButton[] };

export type CardButton = {
  type: 'button';
  text: CardText;
  action_id: string;
  value: string;
  style?: 'primary' | 'danger';
};

export function plain(text: string): CardText {
  return { type: 'plain_text', text, emoji: false };
}

function markup(text: string): CardText {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function section(text: CardText): CardBlock {
  return { type: 'section', text };
}

export function button(words: string, action: string, value: string, style?: CardButton['style']): CardButton {
  return { type: 'button', text: plain(words), action_id: action, value, ...(style ? { style } : {}) };
}

/** A piece of our own text, or a person, a time or a link in it. */
export type Piece =
  | string
  | { account: string }
  | { at: number }
  | { channel: string }
  | { link: string; words: string };

const LONGEST_ACCOUNT = 120;

/** Plain text where an account is not Slack's: such an account may hold anything. */
export function cardText(...pieces: Piece[]): CardText {
  const isForeign = pieces.some(
    (piece) => typeof piece === 'object' && 'account' in piece && !slackUser(piece.account),
  );
  return isForeign ? plain(pieces.map(inPlain).join('')) : markup(pieces.map(inMarkup).join(''));
}

function inMarkup(piece: Piece): string {
  if (typeof piece === 'string') return piece;
  if ('account' in piece) return `<@${slackUser(piece.account)}>`;
  if ('at' in piece) return moment(piece.at);
  if ('channel' in piece) return `<#${piece.channel}>`;
  return `<${piece.link}|${piece.words}>`;
}

export function inPlain(piece: Piece): string {
  if (typeof piece === 'string') return piece.replaceAll('*', '');
  if ('account' in piece) return shorten(visible(piece.account), LONGEST_ACCOUNT);
  if ('at' in piece) return utc(piece.at);
  return 'channel' in piece ? 'the approvals channel' : piece.words;
}

/** `slack:U0LISA`, `slack:T0SHOP:U0LISA` and `U0LISA` are one account. */
export function slackUser(account: string): string | null {
  return /^(?:slack:)?(?:[TE][A-Z0-9]+:)?([UW][A-Z0-9]{2,20})$/.exec(account)?.[1] ?? null;
}

export function field(name: string, value: string, most = 300): CardText {
  return plain(`${name}\n${shorten(visible(value) || '–', most)}`);
}

/** `jewelryops__refund_order`: "refund order", on the system "jewelryops". Nothing of it can be markup. */
export function toolWords(tool: string): string {
  const words = tool.slice(tool.indexOf('__') + 1).replace(/[^A-Za-z0-9]+/g, ' ');
  return shorten(words.trim() || 'a call', 100);
}

export function systemOf(tool: string): string {
  return serverIn(tool) ?? 'Countersign itself';
}

const messageSchema = z.object({
  channel: z.string().regex(/^[A-Z0-9]+$/),
  ts: z.string().regex(/^\d+\.\d+$/),
  thread: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
});

/** Links to a message; null where there is no such message in Slack. */
export function linkTo({ url }: SlackIdentity, place: ChannelPlace, ts: string | undefined): string | null {
  const read = messageSchema.safeParse({ channel: place.channel, ts, thread: place.thread });
  if (!read.success) return null;
  const { channel, ts: at, thread } = read.data;
  const link = `${url}archives/${channel}/p${at.replace('.', '')}`;
  return thread === undefined || thread === at ? link : `${link}?thread_ts=${thread}&cid=${channel}`;
}
