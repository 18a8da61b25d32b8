import type { Clock } from '../core/clock.ts';
import type { Said } from '../core/store/records.ts';
import type { Channel } from './channel.ts';
import { readThread, type SlackApi, type SlackIdentity, slackPlace } from './slack.ts';
import { openSlackLive } from './slack-live.ts';
import { dropReply, postReply, resendReply } from './slack-reply.ts';

export function openSlackChannel(api: SlackApi, identity: SlackIdentity, clock: Clock): Channel {
  const slack = { api, identity, clock };
  return {
    live: (place, records) => openSlackLive(slack, slackPlace(place), records),
    send: (reply) => postReply(slack, reply, new Map()),
    resend: (reply) => resendReply(slack, reply),
    drop: (reply) => dropReply(slack, reply),
    earlier: (said) => earlierMessages(api, said),
  };
}

const EARLIER_MESSAGES = 40;

async function earlierMessages(api: SlackApi, said: Said): Promise<string> {
  const place = slackPlace(said.place);
  const read = await readThread(api, place, { latest: place.asked });
  if (read.kind !== 'read') return '(The earlier messages of this conversation could not be read.)';
  return read.messages
    .filter((message) => message.ts < place.asked)
    .slice(-EARLIER_MESSAGES)
    .map((message) => `${message.user ? `<@${message.user}>` : 'a bot'}: ${message.text.slice(0, 1000)}`)
    .join('\n');
}
