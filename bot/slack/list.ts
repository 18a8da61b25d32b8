import type { SlackIdentity } from '../../channels/slack.ts';
import { shownArguments } from '../../channels/slack-card-arguments.ts';
import { visible } from '../../channels/slack-card-text.ts';
import { escaped } from '../../channels/slack-text.ts';
import { type Approval, listApprovals } from '../../core/store/approvals.ts';
import { shorten } from '../../core/text.ts';
import type { Clicker } from './clicker.ts';
import { mayOf } from './decide.ts';
import type { DoorParts } from './parts.ts';
import { momentOf, nameOf, standingText, whereIs } from './words.ts';

type Listed = { toSign: Approval[]; asked: Approval[] };
export type Block = { type: string; [field: string]: unknown };

const MOST_LOOKED_AT = 200;
const MOST_ASKED = 50;

/** What waits for this person, and what they asked for. */
export async function listFor(parts: DoorParts, who: Clicker): Promise<Listed> {
  const { db, identity } = parts;
  const toSign = await waitingFor(parts, who, await openOnes(parts));
  const mine = await listApprovals(db, identity.teamId, { person: who.person, limit: MOST_ASKED });
  return { toSign, asked: mine.filter(({ id }) => !toSign.some((one) => one.id === id)) };
}

/** How many signatures wait for each of these people of our workspace. */
export async function countWaiting(parts: DoorParts, people: Clicker[]): Promise<Record<string, number>> {
  const open = await openOnes(parts);
  const counts = people.map(async (who) => [who.user, (await waitingFor(parts, who, open)).length] as const);
  return Object.fromEntries(await Promise.all(counts));
}

function openOnes({ db, identity }: DoorParts): Promise<Approval[]> {
  return listApprovals(db, identity.teamId, { open: true, limit: MOST_LOOKED_AT });
}

async function waitingFor(parts: DoorParts, who: Clicker, open: Approval[]): Promise<Approval[]> {
  const mays = await Promise.all(open.map((approval) => waitsFor(parts, who, approval)));
  return open.filter((_, at) => mays[at]);
}

async function waitsFor(parts: DoorParts, who: Clicker, approval: Approval): Promise<boolean> {
  if (approval.signatures.some(({ person }) => person === who.person) && approval.state === 'open') return false;
  const may = await mayOf(parts, who, approval);
  if (may.kind === 'no') return false;
  const isOwn = approval.rule === 'approve' && approval.person === who.person;
  const isEdited = approval.rule === 'approve' && approval.editor === who.person;
  return (may.own || !isOwn) && (may.edited || !isEdited);
}

/** `most` approvals of each kind. */
export function listBlocks({ identity }: DoorParts, { toSign, asked }: Listed, most: number): Block[] {
  return [
    header(toSign.length > 0 ? 'Waiting for you' : 'Nothing waits for you'),
    ...entries(identity, toSign, most),
    header(asked.length > 0 ? 'You asked for' : 'You have asked for nothing that needs a signature'),
    ...entries(identity, asked, most),
  ];
}

function entries(identity: SlackIdentity, approvals: Approval[], most: number): Block[] {
  const more = approvals.length - most;
  return [
    ...approvals.slice(0, most).flatMap((approval) => entry(identity, approval)),
    ...(more > 0 ? [context(`and ${more} more`)] : []),
  ];
}

const LONGEST_ENTRY = 500;

/** A reminder of what it is; it is signed on its card, where all of it is shown. */
function entry(identity: SlackIdentity, approval: Approval): Block[] {
  const { tool, details, expiresAt, state } = approval;
  const args = shownArguments(approval);
  const lines = args.kind === 'fits' ? args.lines : ['too long to be shown here'];
  const text = shorten([visible(tool), ...lines].join('\n'), LONGEST_ENTRY);
  const where = whereIs(identity, approval);
  const about = [
    standingText(approval),
    `asked by ${nameOf(details.asked.author)}`,
    escaped(details.ruleText),
    ...(state === 'open' ? [`expires ${momentOf(expiresAt)}`] : []),
    ...(where ? [`its card is ${where}`] : []),
  ];
  return [
    { type: 'section', text: { type: 'plain_text', text, emoji: false } },
    context(shorten(about.join(' · '), 1_500)),
  ];
}

export function header(text: string): Block {
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } };
}

export function context(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}
