/** Where people talk to the attacked product, and where its cards to sign are. */
export const open = 'C0GENERAL';
export const quiet = 'C0QUIET';
export const approvals = 'C0APPROVALS';

const locals = `
local:
  extract_entities: { effect: read, rule: allow }
  summarize_state: { effect: read, rule: allow }
  check_requires_confirmation: { effect: read, rule: allow }`;

const bankTools = `
    whois: { effect: read, rule: allow }
    inbox: { effect: read, rule: allow, customer: customer_id }
    balance: { effect: read, rule: allow, customer: customer_id }
    ping: { effect: keyed, rule: allow }
    note: { effect: keyed, rule: confirm, customer: customer_id }
    refund:
      effect: keyed
      rule: confirm
      customer: customer_id
      when: [{ argument: amount, over: 50, rule: approve }]
    transfer: { effect: keyed, rule: approve, customer: customer_id }
    freeze:
      effect: keyed
      rule: approve
      customer: customer_id
      when: [{ asked_by: customer, rule: confirm }, { asked_by: [service, anonymous], rule: deny }]
    limit:
      effect: keyed
      rule: confirm
      when: [{ argument: amount, given: true, rule: approve }]
    wire: { effect: once, rule: approve, signers: [U0MARCO, U0PRIYA], quorum: 2 }
    set_password: { effect: once, rule: approve, customer: customer_id }
    wipe: { effect: once, rule: deny, customer: customer_id }`;

const bankDesk = (slack: string) => `
title: Bank
instructions: help.md
slack: ${slack}
approvals: { signers: [U0MARCO] }
customers: { tool: bank.whois, argument: email, field: customer_id }
${locals}
tools:
  bank:${bankTools}
`;

export const desks = {
  bank: bankDesk(`{ channels: [${open}], direct_messages: true, bots: [B0HELPER] }`),
  quiet: bankDesk(`{ channels: [${quiet}], follow_ups: false }`),
  vault: `
title: Vault
instructions: help.md
slack: { channels: [C0VAULT] }
tools:
  vault:
    open: { effect: once, rule: allow }
`,
};

/** A desk for one case alone, in a channel of its own, so that the case can change it. */
export function ownDesk(
  mark: string,
  tools: string[],
  { signers = '[U0MARCO]', slack = '', approvals: more = '', rest = '', servers = '' } = {},
): string {
  return `
title: Desk of ${mark}
instructions: help.md
slack: { channels: [${ownChannel(mark)}]${slack} }
approvals: { signers: ${signers}${more} }
${rest}
${locals}
tools:
  bank:
    ping: { effect: keyed, rule: allow }
${tools.map((tool) => `    ${tool}`).join('\n')}
${servers}`;
}

export const ownChannel = (mark: string) => `C0${mark.toUpperCase()}`;
