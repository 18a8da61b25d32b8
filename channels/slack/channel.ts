import type { Channel } from '../channel.ts';
import { oneTry, type Slack, slackPlace } from './api/api.ts';
import type { Download } from './api/download.ts';
import { openSlackFile } from './api/open-file.ts';
import { earlierMessages, saidEarlier } from './api/thread.ts';
import { brief, fitsCard } from './card/arguments.ts';
import { showMatter } from './card/matter.ts';
import { showCard } from './card/post.ts';
import { openSlackLive } from './reply/live.ts';
import { dropReply, postReply, resendReply } from './reply/reply.ts';

export function openSlackChannel(slack: Slack, download: Download): Channel {
  return {
    live: (place, records) => openSlackLive(slack, slackPlace(place), records),
    send: (reply) => postReply(oneTry(slack), reply),
    resend: (reply) => resendReply(oneTry(slack), reply),
    drop: (reply) => dropReply(oneTry(slack), reply),
    earlier: (said, since) => earlierMessages(oneTry(slack), said, since),
    saidEarlier: (text) => saidEarlier(slack, text),
    namesQuestions: false,
    isAnswerTo: (said, { message }) => message !== null && slackPlace(said.place).asked > message,
    openFile: (file, signal) => openSlackFile(oneTry(slack), download, file, signal),
    showsAll: fitsCard,
    brief,
    show: (card, approval) => showCard(oneTry(slack), card, approval),
    showMatter: (card, matter) => showMatter(oneTry(slack), card, matter),
  };
}
