import type { SlackIdentity } from '../../channels/slack/api/api.ts';
import { deskForChannel, deskForDirectMessages } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';
import type { NewEntry } from '../../core/records/entries.ts';
import type { Principal } from '../../core/records/types.ts';
import type { ThreadLocation } from '../../core/records/whole-thread.ts';
import { wellFormed } from '../../core/text.ts';
import type { SlackContext } from './context.ts';
import type { ReceivedMessage } from './events.ts';
import { kindOf } from './members.ts';

/** One Slack message is one entry, whichever events bring it and however often. */
export function slackId(team: string, channel: string, ts: string): string {
  return `${team}:${channel}:${ts}`;
}

/** Makes an entry of a message; null where the message is not for us. */
export async function toEntry(received: ReceivedMessage, context: SlackContext): Promise<NewEntry | null> {
  const { identity: us, desks } = context;
  const desk = deskAt(desks, received.channel, received.direct);
  const speaker = speakerOf(received, us, desk);
  if (!desk || !speaker) return null;
  const addressed = received.direct || mentionOf(us.botUserId).test(received.text);
  if (!addressed && (!desk.slack.followUps || !received.threadTs)) return null;

  const inThread = received.threadTs !== undefined && received.threadTs !== received.ts;
  return {
    source: 'slack',
    externalId: slackId(us.teamId, received.channel, received.ts),
    // A reply below a direct message belongs to the same conversation.
    parentId:
      received.direct && received.threadTs ? slackId(us.teamId, received.channel, received.threadTs) : undefined,
    channel: 'slack',
    address:
      received.direct && !inThread ? received.channel : `${received.channel}:${received.threadTs ?? received.ts}`,
    desk: desk.name,
    principal: await principalOf(received, speaker, context),
    content: {
      text: textOf(received, us),
      author: speaker,
      place: {
        channel: received.channel,
        thread: received.threadTs ?? received.ts,
        user: speaker,
        team: received.team,
        asked: received.ts,
      },
      ...(received.files.length > 0 ? { files: received.files } : {}),
      ...(received.editedTs ? { edited: received.editedTs } : {}),
      // A desk that answers mentions only has not seen the messages in between.
      ...(inThread && !desk.slack.followUps ? { earlier: true } : {}),
    },
    sentAt: received.ts,
    addressed,
    amid: inThread,
  };
}

/** Says where the records hold the conversation below a message; a direct message channel is one conversation. */
export function threadLocation(channel: string, thread: string): ThreadLocation {
  const here = { channel: 'slack', place: channel, message: thread };
  const address = `${channel}:${thread}`;
  if (!isDirect(channel)) return { ...here, addresses: [address] };
  return { ...here, addresses: [address, channel], below: thread };
}

/** Slack's ids of direct messages begin with D. */
function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}

/** The desk that answers in this channel. */
export function deskAt(desks: Desk[], channel: string, direct = isDirect(channel)): Desk | undefined {
  return direct ? deskForDirectMessages(desks) : deskForChannel(desks, channel);
}

/** Slackbot posts as a user, without a bot id. */
const SLACKBOT = 'USLACKBOT';

export function isOurs({ user, bot }: ReceivedMessage, us: SlackIdentity): boolean {
  return user === us.botUserId || bot === us.botId;
}

/** The author, unless it is this bot, or another bot that the desk does not name. */
function speakerOf(received: ReceivedMessage, us: SlackIdentity, desk: Desk | undefined): string | null {
  if (isOurs(received, us)) return null;
  const bot = botOf(received);
  if (bot) return desk?.slack.bots.includes(bot) ? (received.user ?? bot) : null;
  return received.user ?? null;
}

function botOf({ user, bot }: ReceivedMessage): string | undefined {
  return bot ?? (user === SLACKBOT ? SLACKBOT : undefined);
}

/** A person of another company, in a shared channel, is anonymous to us. */
async function principalOf(received: ReceivedMessage, speaker: string, context: SlackContext): Promise<Principal> {
  const id = `slack:${received.team}:${speaker}`;
  if (received.team !== context.tenant) return { kind: 'anonymous', id };
  return { kind: botOf(received) ? 'service' : await kindOf(context, speaker), id };
}

/** The text without our mention and without Slack's escapes. */
export function textOf({ text }: ReceivedMessage, us: SlackIdentity): string {
  const said = text
    .replaceAll(mentionOf(us.botUserId), '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return wellFormed(said).replace(/ {2,}/g, ' ').trim();
}

function mentionOf(botUserId: string): RegExp {
  return new RegExp(`<@${botUserId}(\\|[^>]*)?>`, 'g');
}
