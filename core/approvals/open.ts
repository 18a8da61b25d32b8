import { randomBytes } from 'node:crypto';
import type { Desk } from '../desk/types.ts';
import type { Env } from '../env.ts';
import type { Frozen } from '../gate/types.ts';
import { APPROVAL_VERSION, type NewApproval, type NewCard, type Origins } from '../records/approvals.ts';
import type { EntryContent } from '../records/types.ts';
import { expiredText } from './outcome-phrases.ts';

/** The environment says where cards go when the desk names no channel, and how long a question waits for a yes. */
export type OpeningContext = { env: Pick<Env, 'approvalsChannel' | 'confirmationSeconds'> };

/** The message that asks for the call, and the channel that it came by. */
export type CallRequest = {
  said: EntryContent;
  channel: string;
  desk: Desk;
  origins: Origins;
};

type Change = { editor: string; replaces: string } | { editor: null; replaces: string | null };

/** Open requests of one person in one thread: more would bury the important ones. */
export const MOST_OPEN = 10;

const HOUR_MS = 3_600_000;
/** Nobody sits and waits for a mail. */
const CONFIRM_BY_MAIL_MS = 72 * HOUR_MS;

/** Makes a request for signatures of a frozen call: says who is asked, where, and for how long. */
export function openApproval(
  frozen: Frozen,
  { said, channel, desk, origins }: CallRequest,
  { env }: OpeningContext,
  change: Change = { editor: null, replaces: null },
): NewApproval {
  const here = { channel, place: said.place };
  const confirmMs = channel === 'email' ? CONFIRM_BY_MAIL_MS : env.confirmationSeconds * 1000;
  const expiresMs = frozen.rule === 'confirm' ? confirmMs : desk.approvals.hours * HOUR_MS;
  const room = desk.approvals.channel ?? env.approvalsChannel;
  const there = room === undefined ? here : { channel: 'slack', place: { channel: room } };
  const { escalateTo } = desk.approvals;
  return {
    id: `apr_${randomBytes(18).toString('base64url')}`,
    version: APPROVAL_VERSION,
    rule: frozen.rule,
    canonical: frozen.canonical,
    callHash: frozen.callHash,
    quorum: frozen.quorum,
    details: {
      place: said.place,
      // Where an outcome led to this call, show the message that led to that outcome.
      asked: said.outcome?.asked ?? { text: wordsAndFiles(said), author: said.author },
      about: frozen.about,
      ruleText: frozen.ruleText,
      first: frozen.first,
      expiredText: expiredText(frozen.tool),
      secret: frozen.secret,
      sealed: frozen.sealed,
      seen: frozen.seen,
      schema: frozen.schema,
      origins,
      ...(frozen.limit ? { limit: frozen.limit } : {}),
      remindAt: { kind: 'reminder', ...(frozen.rule === 'confirm' ? here : there) },
      escalateTo:
        frozen.rule === 'approve' && escalateTo
          ? { kind: 'escalation', channel: 'slack', place: { channel: escalateTo } }
          : null,
      ...(frozen.rule === 'confirm' && channel === 'email' && room !== undefined
        ? { unknownTo: { kind: 'signers', ...there } }
        : {}),
    },
    remindMs: expiresMs / 2,
    escalateMs: (expiresMs * 3) / 4,
    expiresMs,
    cards: frozen.rule === 'confirm' ? [{ kind: 'asker', ...here }] : cardsFor(here, there, room !== undefined),
    origin: said.outcome?.approval ?? null,
    ...change,
  };
}

type CardPlace = Omit<NewCard, 'kind'>;

function cardsFor(here: CardPlace, there: CardPlace, isElsewhere: boolean): NewCard[] {
  const card: NewCard = { kind: 'signers', ...there };
  return isElsewhere ? [card, { kind: 'pointer', ...here }] : [card];
}

/** Whoever signs should know that files came with the words. */
function wordsAndFiles({ text, files = [] }: EntryContent): string {
  return [text, ...files.map(({ name }) => `(file: ${name})`)].filter((part) => part !== '').join('\n');
}
