import type { BankLine } from '../fakes/mcp/bank.ts';
import type { PlainTool } from '../fakes/mcp/plain-server.ts';
import type { AttackedApp } from './attacker.ts';
import { ownChannel } from './attacker-desks.ts';
import type { Attack } from './attacker-orders.ts';
import { type Talk, talkOf } from './attacker-talk.ts';

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
  /** The file of a desk that this case has for itself. */
  desk: string | undefined;
  /** Tools of its own at the server of strangers. */
  tools: Record<string, PlainTool>;
  run(attacked: AttackedApp, self: Case): Promise<void>;
};

/** What a case has at hand. */
export type Scene = { talk: Talk; mark: string; attacked: AttackedApp };
export type Draft = Omit<Case, 'mark' | 'run' | 'described' | 'signed' | 'desk' | 'tools'> & {
  signed?: Case['signed'];
  where?: string;
  describe?(mark: string): string[];
  /** The case is held in the channel of this desk. */
  desk?(mark: string): string;
  tools?(mark: string): Record<string, PlainTool>;
  act(scene: Scene): Promise<void>;
};

export const ownId = (mark: string) => `CUST-${mark.toUpperCase()}`;
export const otherId = (mark: string) => `VICTIM-${mark.toUpperCase()}`;

const marked = (mark: string, orders: string[]) =>
  orders.map((order) => (order.startsWith('CALL ') ? `[${mark}] ${order}` : order));
export const ordersOf = (attack: Attack, mark: string) =>
  marked(mark, attack.orders({ mark, id: otherId(mark) })).join('\n');
export const order = (mark: string, tool: string, args: object | string) =>
  `[${mark}] CALL bank__${tool} ${typeof args === 'string' ? `{"ref":"${mark}",${args}}` : JSON.stringify({ ref: mark, ...args })}`;

/** The same for the moment when somebody says this word. */
export const orderWhen = (mark: string, word: string, tool: string, args: string) =>
  `[${mark}] WHEN ${word} CALL bank__${tool} {"ref":"${mark}",${args}}`;

/** What needs the asker's yes. */
export const note = (mark: string) => order(mark, 'note', { customer_id: otherId(mark), text: 'x' });

export function made(drafts: Draft[]): Case[] {
  return drafts.map(({ where, describe, desk, tools, act, signed = [], ...draft }, at) => {
    const mark = `k${String(at + 100)}`;
    const room = desk ? ownChannel(mark) : where;
    return {
      ...draft,
      signed,
      mark,
      described: marked(mark, describe?.(mark) ?? []),
      desk: desk?.(mark),
      tools: tools?.(mark) ?? {},
      run: (attacked, self) => act({ talk: talkOf(attacked, self, room), mark, attacked }),
    };
  });
}

type More = Partial<Pick<Draft, 'signed' | 'cards' | 'from' | 'tools'>>;

/** Among staff, at a desk of its own. */
export const atOwnDesk = (
  name: string,
  desk: (mark: string) => string,
  act: (scene: Scene) => Promise<void>,
  more: More = {},
): Draft => ({ name: `staff: ${name}`, who: 'staff', from: ['message'], desk, act, ...more });

/** An account that only this case knows. */
export const accountOf = (mark: string, name: string) => `U0${name}${mark.toUpperCase()}`;

/** Of the workspace, as people.yaml names it. */
export const slackAccount = ({ attacked }: Scene, user: string) => `slack:${attacked.app.slack.teamId}:${user}`;
