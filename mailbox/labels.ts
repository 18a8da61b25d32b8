/** What a mail gets in the mailbox once it is answered. */
export const ANSWERED = 'Answered by Countersign';
/** Of a mail that was sent from this mailbox. */
export const SENT = 'SENT';
/** Of a mail that the mailbox took for spam. */
export const SPAM = 'SPAM';
/** Of a mail that waits for a person to send it. */
export const DRAFT = 'DRAFT';
/** What a mail of ours gets that was written and not sent. */
export const RECORDED = 'RECORDED';
