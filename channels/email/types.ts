import type { Desk } from '../../core/desk/types.ts';
import type { Sender } from '../../mailbox/outgoing/sender.ts';
import type { Mailbox } from '../../mailbox/types.ts';

export type SendingContext = {
  desks: Desk[];
  mailbox: Mailbox;
  /** Makes Message-IDs that nobody can guess. */
  mailKey: string;
  send: Sender;
  /** Tells the people of a desk in its channel, never the customer. */
  tellDesk(desk: string, text: string): Promise<void>;
};
