import type { SlackIdentity } from '../../channels/slack/api/api.ts';
import { deskForChannel, deskForDirectMessages } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';
import type { NewEntry } from '../../core/records/entries.ts';
import type { Principal } from '../../core/records/types.ts';
import type { Spot } from '../../core/records/whole-thread.ts';
import { wellFormed } from '../../core/text.ts';
import type { Heard } from './events.ts';
import { kindOf, type Workspace } from './members.ts';

/** One Slack message is one entry, whichever events bring it and however often. */
export function slackId(team: string, channel: string, ts: string): string {
  return `${team}:${channel}:${ts}`;
}

/** What a message becomes: an entry, or nothing where it is not for us. */
export async function toEntry(
  heard: Heard,
  { identity: us, desks, ...workspace }: Workspace & { desks: Desk[] },
): Promise<NewEntry | null> {
  const desk = deskAt(desks, heard.channel, heard.direct);
  const speaker = speakerOf(heard, us, desk);
  if (!desk || !speaker) return null;
  const addressed = heard.direct || mentionOf(us.botUserId).test(heard.text);
  if (!addressed && (!desk.slack.followUps || !heard.threadTs)) return null;

  const inThread = heard.threadTs !== undefined && heard.threadTs !== heard.ts;
  return {
    source: 'slack',
    externalId: slackId(us.teamId, heard.channel, heard.ts),
    // A reply below a direct message goes on with that conversation.
    parentId: heard.direct && heard.threadTs ? slackId(us.teamId, heard.channel, heard.threadTs) : undefined,
    channel: 'slack',
    address: heard.direct && !inThread ? heard.channel : `${heard.channel}:${heard.threadTs ?? heard.ts}`,
    desk: desk.name,
    principal: await principalOf(heard, speaker, { identity: us, ...workspace }),
    content: {
      text: textOf(heard, us),
      author: speaker,
      place: {
        channel: heard.channel,
        thread: heard.threadTs ?? heard.ts,
        user: speaker,
        team: heard.team ?? us.teamId,
        asked: heard.ts,
      },
      ...(heard.editedTs ? { edited: heard.editedTs } : {}),
      // A desk that hears mentions only has missed what was said in between.
      ...(inThread && !desk.slack.followUps ? { earlier: true } : {}),
    },
    sentAt: heard.ts,
    addressed,
    amid: inThread,
  };
}

/** Where what was said below a message lies in the records: all of a direct message is one conversation. */
export function spotOf(channel: string, thread: string): Spot {
  const here = { channel: 'slack', place: channel, message: thread };
  const address = `${channel}:${thread}`;
  if (!isDirect(channel)) return { ...here, addresses: [address] };
  return { ...here, addresses: [address, channel], below: thread };
}

/** Slack's ids of direct messages begin with D. */
function isDirect(channel: string): boolean {
  return channel.startsWith('D');
}

/** The desk that answers there. */
export function deskAt(desks: Desk[], channel: string, direct = isDirect(channel)): Desk | undefined {
  return direct ? deskForDirectMessages(desks) : deskForChannel(desks, channel);
}

/** Slackbot speaks as a user, without a bot's id. */
const SLACKBOT = 'USLACKBOT';

export function isOurs({ user, bot }: Heard, us: SlackIdentity): boolean {
  return user === us.botUserId || bot === us.botId;
}

/** People speak; we ourselves do not count, and other bots only where the desk names them. */
function speakerOf(heard: Heard, us: SlackIdentity, desk: Desk | undefined): string | null {
  if (isOurs(heard, us)) return null;
  const bot = botOf(heard);
  if (bot) return desk?.slack.bots.includes(bot) ? (heard.user ?? bot) : null;
  return heard.user ?? null;
}

function botOf({ user, bot }: Heard): string | undefined {
  return bot ?? (user === SLACKBOT ? SLACKBOT : undefined);
}

/** Whoever writes in a channel shared with another company may be anybody. */
async function principalOf(heard: Heard, speaker: string, workspace: Workspace): Promise<Principal> {
  const { teamId } = workspace.identity;
  const team = heard.team ?? teamId;
  const id = `slack:${team}:${speaker}`;
  if (team !== teamId) return { kind: 'anonymous', id };
  return { kind: botOf(heard) ? 'service' : await kindOf(workspace, speaker), id };
}

/** What was said, without the mention that called us and without Slack's escapes. */
export function textOf({ text }: Heard, us: SlackIdentity): string {
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
