import { bank } from './bank/server.ts';
import { gmail } from './gmail/server.ts';
import { helpdesk } from './helpdesk/server.ts';
import { assets } from './it/assets/server.ts';
import { billing } from './it/billing/server.ts';
import { customers } from './it/customers/server.ts';
import { kb } from './it/kb/server.ts';
import { tickets } from './it/tickets/server.ts';
import { jewelryops } from './jewelryops/server.ts';
import type { BuiltInServer } from './kit/server.ts';
import { notion } from './notion/server.ts';
import { store } from './store/server.ts';

/** The built-in servers, each under the name that desks give it. */
export const servers = {
  jewelryops,
  helpdesk,
  notion,
  gmail,
  customers,
  billing,
  assets,
  tickets,
  kb,
  store,
  bank,
} satisfies Record<string, BuiltInServer>;
