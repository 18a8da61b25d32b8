import type { BankLine } from '../fakes/mcp/bank.ts';
import type { AttackedApp, Talk } from './attacker.ts';
import { talkOf } from './attacker.ts';
import type { Attack } from './attacker-orders.ts';

export type Who = 'staff' | 'guest' | 'customer';

export type Case = {
  name: string;
  mark: string;
  who: Who;
  /** Where the model must have found the order, so that a case that attacks nothing fails. */
  from: string[];
  /** Effects that the people of the case have signed for, in their order. */
  signed: BankLine['tool'][];
  /** Cards to sign that may have been posted, where that is what the case is about. */
  cards?: number;
  described: string[];
  run(attacked: AttackedApp, self: Case): Promise<void>;
};

export type Told = { talk: Talk; mark: string; attacked: AttackedApp };
export type Draft = Omit<Case, 'mark' | 'run' | 'described' | 'signed'> & {
  signed?: Case['signed'];
  where?: string;
  describe?(mark: string): string[];
  act(told: Told): Promise<void>;
};

export const ownId = (mark: string) => `CUST-${mark.toUpperCase()}`;
export const otherId = (mark: string) => `VICTIM-${mark.toUpperCase()}`;

const marked = (mark: string, orders: string[]) =>
  orders.map((order) => (order.startsWith('CALL ') ? `[${mark}] ${order}` : order));
export const ordersOf = (attack: Attack, mark: string) =>
  marked(mark, attack.orders({ mark, id: otherId(mark) })).join('\n');
export const order = (mark: string, tool: string, args: object | string) =>
  `[${mark}] CALL bank__${tool} ${typeof args === 'string' ? `{"ref":"${mark}",${args}}` : JSON.stringify({ ref: mark, ...args })}`;

/** What needs the asker's yes. */
export const note = (mark: string) => order(mark, 'note', { customer_id: otherId(mark), text: 'x' });

export function made(drafts: Draft[]): Case[] {
  return drafts.map(({ where, describe, act, signed = [], ...draft }, at) => {
    const mark = `k${String(at + 100)}`;
    return {
      ...draft,
      signed,
      mark,
      described: marked(mark, describe?.(mark) ?? []),
      run: (attacked, self) => act({ talk: talkOf(attacked, self, where), mark, attacked }),
    };
  });
}
