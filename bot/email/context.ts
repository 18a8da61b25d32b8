import type { CoreContext } from '../../core/context.ts';
import type { Mailbox } from '../../mailbox/types.ts';

/** What the email door works with. */
export type EmailContext = Pick<CoreContext, 'db' | 'jobs' | 'desks' | 'log' | 'redact'> & {
  tenant: string;
  mailbox: Mailbox;
  mailKey: string;
  /** Can the model see images? */
  sees: boolean;
  tellDesk(desk: string, text: string): Promise<void>;
};
