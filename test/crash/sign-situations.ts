import type { SigningPoint, TurnPoint } from '../../core/crash-points.ts';
import type { Dice } from '../support/seeds.ts';
import { limited, type Situation, situations } from './situations.ts';
import type { SignedTool, ToolName } from './tools.ts';

/** As in the sweep of turns, for one person who asks for one call that has to be signed. */
export type SignSituation = Situation & { tool: SignedTool; edit: boolean };

export type SignPoint = TurnPoint | SigningPoint;

/** How often a worker comes to a point of a turn: it asks for the call, and later it tells the outcome. */
const IN_BOTH_TURNS = [
  'turn.claimed',
  'model.asking',
  'model.answered',
  'turn.finishing',
  'turn.finished',
  'turn.released',
];

const signing: Record<SigningPoint, (dice: Dice) => Partial<SignSituation>> = {
  'dispatch.claimed': once,
  'dispatch.reviewed': once,
  'dispatch.begun': once,
  'dispatch.calling': once,
  'dispatch.answered': once,
  'dispatch.ended': once,
  'edit.made': () => ({ nth: 1, edit: true }),
  'card.claimed': several,
  'card.sending': several,
  'card.sent': several,
};

export const signPoints = [...Object.keys(situations), ...Object.keys(signing)] as SignPoint[];

export function signSituation(point: SignPoint, tool: SignedTool, dice: Dice): SignSituation {
  const given = isSigning(point) ? { ...plain, ...signing[point](dice) } : ofTurn(point, dice);
  // A call that is simply let through goes beside it where such a one is the point.
  const tools: ToolName[] = point.startsWith('tool.') ? ['look'] : [];
  return { ...given, people: ['U0LISA'], tools, tool, edit: given.edit ?? false };
}

const plain: Situation = { nth: 1, people: [], tools: [], slow: false };

function isSigning(point: SignPoint): point is SigningPoint {
  return Object.hasOwn(signing, point);
}

function ofTurn(point: TurnPoint, dice: Dice): Situation & { edit?: boolean } {
  const situation = situations[point](dice);
  // The two cards are posted as well as the reply.
  if (point === 'reply.claimed') return { ...situation, faults: [...limited, ...limited, ...limited] };
  if (!IN_BOTH_TURNS.includes(point)) return { ...situation, nth: Math.min(situation.nth, 1) };
  return { ...situation, nth: 1 + dice.roll(2) };
}

function once(): Partial<SignSituation> {
  return { nth: 1 };
}

/** Of the card that is signed, of its pointer in the thread, and of what they show later. */
function several(dice: Dice): Partial<SignSituation> {
  return { nth: 1 + dice.roll(4) };
}
