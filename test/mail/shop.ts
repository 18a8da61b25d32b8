import type { Script } from '../fakes/model/server.ts';

/** Does whatever a mail asks, and says in its answer all that it was shown. */
export const obedient: Script = ({ messages, lastUser, toolResults }) => {
  const calls = [...lastUser.matchAll(/CALL (\w+) (\{.*\})/g)].map(([, name = '', args = '']) => ({
    name,
    arguments: args,
  }));
  if (calls.length > 0 && toolResults.length === 0 && !lastUser.includes('<outcome')) return { calls };
  const shown = messages.filter(({ role }) => role !== 'system').map(({ content }) => content ?? '');
  return { text: `I was shown: ${shown.join('\n').replace(/[<>]/g, '')}` };
};

export const shop = `
title: Shop
instructions: help.md
slack: { channels: "*" }
approvals: { signers: [U0MARCO] }
customers: { tool: bank.whois, argument: email, field: customer_id }
tools:
  bank:
    whois: { effect: read, rule: allow }
    balance: { effect: read, rule: allow, customer: customer_id }
    note: { effect: keyed, rule: confirm, customer: customer_id, when: [{ asked_by: staff, rule: allow }] }
    transfer: { effect: keyed, rule: approve, customer: customer_id, when: [{ asked_by: staff, rule: allow }] }
`;

/** The same, where people in Cc get answers as well. */
export const copies = shop
  .replace('title: Shop', 'title: Copies\nemail: { cc: true }')
  .replace('channels: "*"', 'channels: [C0COPIES]');

export function markOf(address: string): string {
  return address.split('@')[0] ?? '';
}

export function idOf(address: string): string {
  return `CUST-${markOf(address)}`;
}

export function call(tool: string, args: object): string {
  return `CALL bank__${tool} ${JSON.stringify(args)}`;
}

export function balanceOf(address: string): string {
  return `${idOf(address)} has $${markOf(address).slice(1)}.00`;
}
