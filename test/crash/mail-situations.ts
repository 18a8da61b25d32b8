import type { MailPoint, Point, SigningPoint, TurnPoint } from '../../core/crash-points.ts';
import type { Dice } from '../support/seeds.ts';
import type { AnyTool } from './tools.ts';

/**
 * What a mail asks for: something that is done at once, that its sender has to confirm, or that is signed in Slack; `draft`:
 * the first of these, where a colleague sends the answer.
 */
export type MailKind = 'plain' | 'confirm' | 'approve' | 'draft';

/** What is under way when a process dies at the nth time it comes to the point. */
export type MailSituation = { kind: MailKind; nth: number; tools: AnyTool[]; slow: boolean } & {
  /** The model is away until all victims are dead. */
  away?: true;
  edit?: true;
  /** Another worker died here before, on the same mail. */
  before?: Point;
};

/** Slack's points for messages that grow, and for what was said before, are none of a mail's. */
export type PointOfMail = MailPoint | SigningPoint | Exclude<TurnPoint, `stream.${string}` | 'background.read'>;

const any: MailKind[] = ['plain', 'confirm', 'approve', 'draft'];
const decided: MailKind[] = ['confirm', 'approve'];
const shown: MailKind[] = [...decided, 'draft'];

/** The kinds of mail that bring a process to each point. */
export const kindsAt: Record<PointOfMail, MailKind[]> = {
  'mail.kept': any,
  'mail.read': any,
  'mail.saved': any,
  'turn.claimed': any,
  'model.asking': any,
  'model.answered': any,
  'calls.recorded': any,
  'tool.calling': any,
  'tool.answered': any,
  'results.recorded': any,
  'turn.finishing': any,
  'turn.finished': any,
  'reply.sending': any,
  'reply.accepted': any,
  'turn.released': any,
  'turn.parked': any,
  'reply.claimed': any,
  'summary.made': ['confirm'],
  'card.claimed': shown,
  'card.sending': shown,
  'card.sent': shown,
  'dispatch.claimed': decided,
  'dispatch.reviewed': decided,
  'dispatch.begun': decided,
  'dispatch.calling': decided,
  'dispatch.answered': decided,
  'dispatch.ended': decided,
  'edit.made': ['approve'],
};

/** A decided call is told in a turn of its own, so that these are passed again. */
const PASSED_AGAIN: Point[] = [
  ...(['turn.claimed', 'model.asking', 'model.answered', 'turn.finishing', 'turn.finished'] as const),
  ...(['reply.sending', 'reply.accepted', 'turn.released'] as const),
];

export function mailSituation(point: PointOfMail, kind: MailKind, dice: Dice): MailSituation {
  const isPlain = kind === 'plain' || kind === 'draft';
  const effects = ['look', 'note', 'book'] as const;
  const besides: AnyTool[] = isPlain || isAtTool(point) ? [dice.pick(effects)] : [];
  const asked: AnyTool[] = isPlain ? [] : [`${kind === 'confirm' ? 'ask' : 'sign'}_${dice.pick(effects)}` as AnyTool];
  return {
    kind,
    nth: !isPlain && PASSED_AGAIN.includes(point) ? 1 + dice.roll(2) : 1,
    tools: [...besides, ...asked],
    slow: dice.roll(4) === 0,
    ...(point === 'turn.parked' ? { away: true } : {}),
    ...(point === 'edit.made' ? { edit: true } : {}),
    ...(point === 'reply.claimed' && kind !== 'draft' ? { before: 'turn.finished' } : {}),
  };
}

function isAtTool(point: Point): boolean {
  return point.startsWith('tool.') || point === 'calls.recorded' || point === 'results.recorded';
}
