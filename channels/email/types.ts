import type { Desk } from '../../core/desk/types.ts';
import type { Sender } from '../../mailbox/outgoing/sender.ts';
import type { Mailbox } from '../../mailbox/types.ts';

export type SendingContext = {
  desks: Desk[];
  mailbox: Mailbox;
  /** The id of this installation, so that nobody can guess the Message-IDs of our mails. */
  installation: string;
  send: Sender;
  /** Tells the people of a desk in its channel, never the customer. */
  tellDesk(desk: string, text: string): Promise<void>;
};
