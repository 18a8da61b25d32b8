import { APPROVAL_VERSION, type Approval } from '../../core/records/approvals.ts';
import type { Card } from '../../core/records/cards.ts';
import type { SlackMessage, SlackWorkspace } from '../../playground/slack/workspace.ts';

export const approvals = 'C0APPROVALS';
/** In November 2026, so that the pictures of cards do not change. */
export const asked = 1_795_000_000;

type Change = Partial<Omit<Approval, 'details'>> & { details?: Partial<Approval['details']> };

/** A refund that Lisa asked for and that waits for a signature. */
export function approvalOf({ details = {}, ...change }: Change = {}): Approval {
  return {
    id: 'a8Xk2',
    version: APPROVAL_VERSION,
    number: 1,
    thread: 1,
    turn: 1,
    call: 'call_1',
    desk: 'jewelry',
    tool: 'jewelryops__refund_order',
    effect: 'keyed',
    rule: 'approve',
    canonical: '{"amount":120.5,"order_id":"ORD-1001","reason":"arrived broken"}',
    callHash: 'c'.repeat(64),
    definitionHash: 'd'.repeat(64),
    principal: { kind: 'staff', id: 'slack:T0PLAYGROUND:U0LISA' },
    quorum: 1,
    state: 'open',
    attempts: 0,
    openedAt: asked,
    expiresAt: asked + 86_400,
    decidedAt: null,
    endedAt: null,
    decidedBy: null,
    reason: null,
    editor: null,
    replaces: null,
    replacedBy: null,
    outcome: null,
    edit: null,
    reminded: false,
    escalated: false,
    cards: [],
    signatures: [],
    ...change,
    details: {
      place: {
        channel: 'C0GENERAL',
        thread: '1795000000.000100',
        user: 'U0LISA',
        team: 'T0PLAYGROUND',
        asked: '1795000000.000100',
      },
      asked: { text: 'please refund 120.50 of ORD-1001,\nit arrived broken', author: 'U0LISA' },
      about: 'Refunds a part of an order to the card that paid it.',
      ruleText: 'a manager must approve a call with amount over 50',
      first: ['order_id'],
      expiredText: 'Nobody decided in time.',
      secret: [],
      sealed: [],
      seen: [],
      remindAt: null,
      escalateTo: null,
      schema: {},
      ...details,
    },
  };
}

/** The signers' card as a copy of the approval knows of it. */
export function signersAt(message: string | null): Approval['cards'][number] {
  return { kind: 'signers', channel: 'slack', place: { channel: approvals }, message };
}

export function cardOf(change: Partial<Card> = {}): Card {
  const card = { id: 9, kind: 'signers' as const, channel: 'slack', place: { channel: approvals }, message: null };
  return { ...card, wanted: 1, shown: 0, attempts: 1, failures: 0, content: null, ...change };
}

const marco = {
  account: 'slack:U0MARCO',
  person: 'slack:U0MARCO',
  verdict: 'approve' as const,
  reason: null,
  at: asked + 60,
};
const decided = { decidedBy: 'slack:U0MARCO', decidedAt: asked + 60, signatures: [marco] };

/** What an approval in each state has on record. */
export const inState: Record<Approval['state'], Change> = {
  open: {},
  approved: decided,
  dispatching: decided,
  rejected: {
    ...decided,
    signatures: [{ ...marco, verdict: 'reject' }],
    reason: 'it was <!channel> *refunded* already',
  },
  expired: { decidedAt: asked + 86_400 },
  void: { decidedAt: asked + 90, reason: 'the request was edited', replacedBy: 'b7Zq1' },
  succeeded: { ...decided, endedAt: asked + 61, outcome: 'refunded 120.50, <https://evil.example|see here>' },
  failed: { ...decided, endedAt: asked + 61, outcome: 'the order is not paid' },
  unknown: { ...decided, endedAt: asked + 61, outcome: 'the connection was lost' },
  settled: { ...decided, endedAt: asked + 90, decidedAt: asked + 90, decidedBy: 'slack:U0PRIYA', outcome: 'happened' },
};

type Text = { type: string; text: string };
type Block = {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: (Text & { text: string | Text; action_id?: string })[];
};

export function blocksOf(message: SlackMessage | undefined): Block[] {
  return (message?.blocks ?? []) as Block[];
}

export function textsOf(blocks: Block[]): Text[] {
  return blocks.flatMap(({ type, text, fields = [], elements = [] }) => [
    ...(text ? [text] : []),
    ...fields,
    ...(type === 'context' ? (elements as Text[]) : []),
  ]);
}

export function actionsOf(message: SlackMessage | undefined): string[] {
  return blocksOf(message).flatMap(({ type, elements = [] }) =>
    type === 'actions' ? elements.flatMap(({ action_id }) => action_id ?? []) : [],
  );
}

/** One line for each block, as far as a person sees it; markup is what begins with a tilde. */
export function picture(message: SlackMessage | undefined): string {
  const mark = ({ type, text }: Text) => `${type === 'mrkdwn' ? '~ ' : ''}${text}`;
  return blocksOf(message)
    .map(({ type, text, fields, elements = [] }) => {
      if (type === 'divider') return '----';
      if (type === 'actions') return elements.map((one) => `[${(one.text as Text).text}: ${one.action_id}]`).join(' ');
      return (text ? [text] : (fields ?? (elements as Text[]))).map(mark).join('\n');
    })
    .join('\n\n');
}

/** The lines between the two rules of a card: each is one argument. */
export function argumentsShown(message: SlackMessage | undefined): string[] {
  const blocks = blocksOf(message);
  const from = blocks.findIndex(({ type }) => type === 'divider');
  const to = blocks.findLastIndex(({ type }) => type === 'divider');
  return blocks.slice(from + 1, to).map(({ text }) => text?.text ?? '');
}

/** Undoes what a card does to a value: what a careful reader of it would write down. */
export function readBack(shown: string): unknown {
  const json = shown.replaceAll('\n│ ', '').replace(/\\(?:u\{([\da-f]+)\}|.)/gu, (whole, code: string | undefined) => {
    if (code === undefined) return whole;
    return JSON.stringify(String.fromCodePoint(Number.parseInt(code, 16))).slice(1, -1);
  });
  return JSON.parse(json);
}

export function cardsIn(slack: SlackWorkspace, channel = approvals): SlackMessage[] {
  return slack.messages(channel).filter(({ metadata }) => metadata?.event_type === 'countersign_card');
}
