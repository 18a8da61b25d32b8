import type { SlackIdentity } from '../../channels/slack.ts';
import { type Desk, deskForChannel, deskForDirectMessages } from '../../core/desk.ts';
import type { NewEntry } from '../../core/store/entries.ts';
import type { Heard } from './events.ts';

/** One Slack message is one entry, whichever events bring it and however often. */
export function slackId(team: string, channel: string, ts: string): string {
  return `${team}:${channel}:${ts}`;
}

/** What a message becomes: an entry, or nothing where it is not for us. */
export function toEntry(heard: Heard, us: SlackIdentity, desks: Desk[]): NewEntry | null {
  const desk = heard.direct ? deskForDirectMessages(desks) : deskForChannel(desks, heard.channel);
  const speaker = speakerOf(heard, us, desk);
  if (!desk || !speaker) return null;
  const mentioned = heard.text.includes(`<@${us.botUserId}>`);
  const addressed = heard.direct || mentioned;
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
    principal: { kind: 'staff', id: `slack:${us.teamId}:${speaker}` },
    content: {
      text: withoutMention(heard.text, us.botUserId),
      author: speaker,
      place: {
        channel: heard.channel,
        thread: heard.threadTs ?? heard.ts,
        user: speaker,
        team: us.teamId,
        asked: heard.ts,
      },
      // A desk that hears mentions only has missed what was said in between.
      ...(inThread && !desk.slack.followUps ? { earlier: true } : {}),
    },
    sentAt: heard.ts,
    addressed,
    amid: inThread,
  };
}

/** People speak; we ourselves do not count, and other bots only where the desk names them. */
function speakerOf({ user, bot }: Heard, us: SlackIdentity, desk: Desk | undefined): string | null {
  if (user === us.botUserId || bot === us.botId) return null;
  if (bot) return desk?.slack.bots.includes(bot) ? (user ?? bot) : null;
  return user ?? null;
}

/** The mention that called us is not part of the question. */
export function withoutMention(text: string, botUserId: string): string {
  return text.replaceAll(`<@${botUserId}>`, '').replace(/ {2,}/g, ' ').trim();
}
