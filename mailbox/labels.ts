/** What a mail gets in the mailbox once it is answered. */
export const ANSWERED = 'Answered by Countersign';
/** What a mail of ours gets that was written and not sent. */
export const RECORDED = 'RECORDED';
