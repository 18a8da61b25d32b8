import type { Desk } from '../../core/desk/types.ts';
import type { MockMailbox } from '../../mailbox/mock/mailbox.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import type { Carrier } from './carrier.ts';

/** `record`: we write and keep mails, and send none. `off`: mails wait. */
export type SendingMode = 'on' | 'record' | 'off';

export type SendingContext = {
  desks: Desk[];
  mailbox: Mailbox;
  /** The id of this installation, so that nobody can guess the Message-IDs of our mails. */
  installation: string;
  /** Takes mails out of the mock mailbox; null where the mailbox sends them itself, or they stay in it. */
  relay: { mailbox: MockMailbox; carrier: Carrier } | null;
  sending: SendingMode;
  /** Tells the people of a desk in its channel, never the customer. */
  tellDesk(desk: string, text: string): Promise<void>;
};
