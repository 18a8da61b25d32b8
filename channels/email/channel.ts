import type { Channel } from '../channel.ts';
import { brief, fitsCard } from '../slack/card/arguments.ts';
import { answersQuestion, showByMail } from './card.ts';
import { showDraft } from './draft.ts';
import { sendReply } from './reply.ts';
import type { SendingContext } from './types.ts';

/** A mail is sent whole and never changed, so that nothing of it is shown before it is complete. */
export function openEmailChannel(context: SendingContext): Channel {
  return {
    live: (place) => ({
      text() {},
      tool() {},
      quiet: async () => {},
      finish: ({ id, body }, last = place) => sendReply(context, { id, place: last, body, messages: [] }),
      leave() {},
    }),
    send: (reply) => sendReply(context, reply),
    resend: (reply) => sendReply(context, reply),
    drop: async () => ({ kind: 'sent', messages: [] }),
    earlier: async () => ({ text: '', files: [] }),
    saidEarlier: () => [],
    namesQuestions: true,
    isAnswerTo: (said, question) => answersQuestion(context, said, question),
    // They are read as the mail arrives.
    openFile: async () => ({ kind: 'not_open', why: 'it was not read as the mail arrived' }),
    showsAll: fitsCard,
    brief,
    show: (card, approval) => showByMail(context, card, approval),
    showMatter: (card, matter) => showDraft(context, card, matter),
  };
}
