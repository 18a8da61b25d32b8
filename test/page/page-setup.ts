import type { PageMessage, ServerFrame } from '../../playground/page/protocol.ts';
import { reduce } from '../../playground/page/state/reduce.ts';
import { type Happened, initialState, type State } from '../../playground/page/state/state.ts';

export const bot = 'U0COUNTERSIGN';

export const hello: ServerFrame = {
  type: 'hello',
  me: 'U0LISA',
  botUserId: bot,
  people: [
    { id: bot, name: 'countersign', realName: 'Countersign', about: '', kind: 'bot' },
    { id: 'U0LISA', name: 'lisa', realName: 'Lisa Brandt', about: 'asks', kind: 'member' },
    { id: 'U0MARCO', name: 'marco', realName: 'Marco Rossi', about: 'signs', kind: 'member' },
  ],
  channels: [
    { id: 'C0GENERAL', name: 'general', kind: 'channel' },
    { id: 'C0APPROVALS', name: 'approvals', kind: 'channel' },
    { id: 'D0LISA', name: 'lisa', kind: 'im' },
  ],
  approvalsChannel: 'C0APPROVALS',
  model: { standIn: true, name: 'stand-in' },
  commands: [{ name: '/countersign', about: 'what waits for you' }],
  mail: null,
};

export function ts(second: number): string {
  return `17000000${String(second).padStart(2, '0')}.000100`;
}

export function said(second: number, text: string, more: Partial<PageMessage> = {}): PageMessage {
  return { ts: ts(second), channel: 'C0GENERAL', user: 'U0LISA', text, ...more };
}

export function answered(second: number, thread: number, text: string, more: Partial<PageMessage> = {}): PageMessage {
  return said(second, text, { user: bot, bot_id: 'B0', thread_ts: ts(thread), ...more });
}

export function stateAfter(...happened: Happened[]): State {
  return [hello, ...happened].reduce<State>(reduce, initialState);
}

export function heard(message: PageMessage): ServerFrame {
  return { type: 'message', message };
}
